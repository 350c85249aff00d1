/// @file
/// Plans for the transfer engine: who needs which box of whom. Compiled once, for any number of
/// axes and any element type.
///
/// Its parts lie in plan_copy.cpp and plan_halo.cpp.
#pragma once

#include <tessera/distributed/plans/axis_walk.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

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
  bool fills_lower = false; ///< does a boundary condition fill the cells beyond the lower end?
  bool fills_upper = false;
};

/// A distribution, the halos around its blocks, and where this rank's block lies.
struct halo_layout {
  const axes_span& axes;
  const std::vector<halo_axis>& halo;
  const block_layout& layout;
};

/// Adds to a plan what fills the halos of rank `me`'s block from their owners. Needs no
/// communicator, as below. Blocks without elements have none; beyond the ends of a non-periodic
/// axis nothing is filled, but where one rank has the whole axis, such cells may travel with the
/// rows they extend. Costs at most 3^N - 1 messages per rank unless a halo is wider than a block.
void plan_halo(transfer_plan& plan, std::size_t array, int me, const halo_layout& blocks);
inline void plan_halo(transfer_plan& plan, std::size_t array, const communicator& comm,
                      const halo_layout& blocks) {
  plan_halo(plan, array, comm.rank(), blocks);
}

/// The reverse: adds to a plan what brings every cell of a halo to the owner of its element.
/// Cells beyond the ends of a non-periodic axis stay where they are.
void plan_halo_reversed(transfer_plan& plan, std::size_t array, int me, const halo_layout& blocks);
inline void plan_halo_reversed(transfer_plan& plan, std::size_t array, const communicator& comm,
                               const halo_layout& blocks) {
  plan_halo_reversed(plan, array, comm.rank(), blocks);
}

/// A view as plans see it: of an array under some distribution, laid out so in each rank's memory.
struct placed_view {
  std::size_t ndim;
  const index_t* shape;
  const axis_walk* walks;
  const index_t* fixed; ///< places on the array's axes along which the view does not run
  const axes_span* axes;
  const block_layout& layout;
}; // a step of 0, in a view that is read, repeats one element

/// Copies every element of one view to its place in another of the same shape. Each element travels
/// once at most.
transfer_plan plan_copy(const communicator& comm, const placed_view& to, const placed_view& from,
                        index_t itemsize);

/// Adds to a plan what rank `me` does in such a copy. Needs no communicator: any rank of any grid
/// can be asked in one process.
void add_copy(transfer_plan& plan, int me, const placed_view& to, const placed_view& from);

/// One side of a copy between groups of ranks.
struct group_side {
  const placed_view& view;
  int me;           ///< this process among the group's ranks; -1 where it is none of them
  const int* ranks; ///< of all its ranks, the numbers in the communicator of the plan
};
/// Adds to a plan what this process does in a copy between views on two groups of ranks, which may
/// have processes in common.
void add_copy_between_groups(transfer_plan& plan, const group_side& to, const group_side& from);

/// Copies every element of a view to every rank, into a row-major array of its shape.
transfer_plan plan_allgather(const communicator& comm, const placed_view& from, index_t itemsize);

/// A distribution in which `rank` owns everything.
axes_span all_on_rank(const index_t* shape, std::size_t ndim, int rank, int ranks);

} // namespace tessera::detail
