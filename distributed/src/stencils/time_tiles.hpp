// The order in which kernels visit a block one after another, so that what they touch stays in
// cache.
#pragma once

#include <tessera/distributed/blocks/global_block.hpp>
#include <tessera/distributed/stencils/time_blocking.hpp>

namespace tessera::detail {

/// The most arrays that one kernel reads and computes.
inline constexpr std::size_t most_arrays = 32;

/// An array that a kernel reads, and how far along each axis, at most.
struct pass_input {
  global_block* block = nullptr;
  index_t reach[max_ndim]{};
};

/// One kernel on some cells. `cells` and all that follows from them are relative to the first cell
/// that this rank owns, which is the same in all arrays.
struct tile_pass {
  const stencil_code* code;
  std::vector<global_block*> arrays; ///< those that are computed first
  std::size_t outputs;               ///< how many are computed
  std::vector<pass_input> inputs;    ///< each array that has boundary conditions, once
  flat_box cells;
  index_t reach = 0;               ///< how far it reads along the first axis, at most
  index_t shift[max_ndim]{};       ///< its tiles lie so many cells before those of no shift
  index_t first_index[max_ndim]{}; ///< the global index of the first own cell
  index_t ahead = 0;               ///< steps, and parts of one, after those that were taken
  double delay = 0;
  index_t step = 0;
  double time = 0; ///< what functions in boundary conditions are given, too
};

/// Tiles of one axis: `size` cells each, which begin at multiples of `unit`, with `origin` cells
/// before the block's first one. A size of 0 is one tile.
struct tile_axis {
  index_t size = 0;
  index_t unit = 1;
  index_t origin = 0;
};

/// Steps at once; more gain nothing.
inline constexpr index_t most_steps_at_once = 16;

/// On which threads of the process tiles run: on one, where something may be thrown.
enum class threads_in_tiles { one, all };

/// A few rows at a time; in planes, rows of the second axis, otherwise cells of the last one.
std::vector<tile_axis> tiles_of(const global_block& block, index_t tile);

/// Runs kernels one after another, in place: each reads what the last one before it has written
/// there. A tile goes through all of them before the next one begins. What a kernel reads has been
/// computed, and what it replaces is not needed any more, if its shift is at least that of every
/// kernel before it, and greater by as far as it reads what that one writes, or as that one reads
/// what it writes. The same holds for cells beyond the ends of the axes: before a box of cells is
/// computed, those that it reads are filled again, from cells that it could read, too.
///
/// On all threads nothing may be thrown.
void run_tiles(const std::vector<tile_pass>& passes, const std::vector<tile_axis>& tiles,
               threads_in_tiles on);

} // namespace tessera::detail
