// The order in which many steps of a stencil visit a block, so that what they touch stays in cache.
#pragma once

#include <tessera/distributed/blocks/global_block.hpp>
#include <tessera/distributed/stencils/time_blocking.hpp>

namespace tessera::detail {

/// Tiles of one axis: `size` cells each, of which every step lies `skew` cells before those of the
/// step before it, with `origin` cells before the block's first one. Tiles begin at multiples of
/// the skew. A size of 0 is one tile.
struct tile_axis {
  index_t size = 0;
  index_t skew = 0;
  index_t origin = 0;
};

/// The cells of this block and its halo that step `s` of `steps` computes, so that the last one
/// computes the block: relative to the block.
flat_box cells_of_step(const global_block& block, const std::vector<index_t>& radius, index_t s,
                       index_t steps);

/// Cells of the domain in this block and its halo that no step computes, because they are nearer to
/// an end of an axis, without a condition there, than the radius.
std::vector<flat_box> border_of(const global_block& block, const std::vector<index_t>& radius);

/// What conditions at the ends of the axes need to know: how far the stencil reads along each axis,
/// and the time.
struct tile_edges {
  const std::vector<index_t>& radius;
  step_times times;
};

/// Steps in place on two arrays: step s reads from one what s - 1 has written there, and replaces
/// in the other what s - 2 has. A tile goes through all steps before the next one begins. A step
/// reads no farther than the radius, so with the tiles of each step at least as far before those of
/// its predecessor, all that it reads has been computed, and nothing that it replaces is needed
/// any more. The same holds for cells beyond the ends of the axes: before a box of cells is
/// computed, those that it reads are filled again, from cells that it could read, too.
void run_tiles(global_block& now, global_block& other, const std::vector<flat_box>& steps,
               const std::vector<tile_axis>& tiles, const tile_edges& edges,
               const stencil_code& code);

} // namespace tessera::detail
