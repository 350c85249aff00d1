/// @file
/// Which cells of a block a stencil can compute before its halo has arrived.
#pragma once

#include <tessera/distributed/distribution/axis_distribution.hpp>
#include <tessera/distributed/plans/plans.hpp>

#include <vector>

namespace tessera::detail {

/// A box in which cells are computed, relative to the block; slabs around the interior.
struct flat_box {
  std::vector<index_t> lower;
  std::vector<index_t> upper;
};

/// How `apply` divides the cells of a block: those that need no halo, and the rest in slabs.
struct stencil_regions {
  flat_box computed; ///< all of them
  flat_box interior;
  std::vector<flat_box> frame;
};

/// What is left of a box around one inside it: a slab below and one above along each axis; the
/// slabs of later axes lie between those of earlier ones.
std::vector<flat_box> frame_around(const flat_box& interior, const flat_box& whole);

/// Cells at the ends of a non-periodic axis, where the stencil would leave the domain, belong to
/// neither, unless a boundary condition fills what it reads there.
stencil_regions divide_block(const axes_span& axes, const std::vector<halo_axis>& halo,
                             const std::vector<interval>& block);

} // namespace tessera::detail
