/// @file
/// Plans for the transfer engine: who needs which box of whom. Compiled once, for any number of
/// axes and any element type.
#pragma once

#include <tessera/distributed/axis_distribution.hpp>
#include <tessera/distributed/transfer.hpp>

#include <vector>

namespace tessera::detail {

/// Where a rank's block lies in its memory.
struct block_layout {
  index_t origin = 0; ///< distance of the block's first element from the base, in elements
  std::vector<index_t> strides; ///< in elements
};

/// A distribution without its number of axes.
using axes_span = std::vector<axis_distribution>;

/// A region of width and periodicity around every block along one axis.
struct halo_axis {
  index_t lower = 0;
  index_t upper = 0;
  bool periodic = false;
};

/// Fills the halos of this rank's block from their owners. Blocks without elements have none;
/// beyond the ends of a non-periodic axis nothing is filled, but where one rank has the whole axis,
/// such cells travel with the rows they extend. Costs at most 3^N - 1 messages per
/// rank unless a halo is wider than a block.
transfer_plan plan_halo(const communicator& comm, const axes_span& axes,
                        const std::vector<halo_axis>& halo, const block_layout& layout,
                        index_t itemsize);

/// Moves every element from its owner under one distribution to its owner under another. Each
/// element travels once at most.
transfer_plan plan_redistribution(const communicator& comm, const axes_span& from,
                                  const block_layout& from_layout, const axes_span& to,
                                  const block_layout& to_layout, index_t itemsize);

/// Copies every element to every rank, into an array of the global shape.
transfer_plan plan_allgather(const communicator& comm, const axes_span& from,
                             const block_layout& from_layout, index_t itemsize);

/// A distribution of the same shape in which `rank` owns everything.
axes_span all_on_rank(const axes_span& axes, int rank, int ranks);

} // namespace tessera::detail
