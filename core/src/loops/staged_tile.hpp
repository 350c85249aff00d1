// How the innermost two axes of a nest are cut into tiles that are staged at a time.
#pragma once

#include "loops/loop_order.hpp"

namespace tessera::detail {

inline constexpr index_t line = 64;           // bytes of a cache line
inline constexpr index_t staged_bytes = 4096; // of one operand: a few of them fit the L1 cache

/// Part of the innermost two axes.
struct staged_tile {
  index_t rows;
  index_t columns;
  bool joined;      // all of it is one row to the row function
  bool from_memory; // what is staged row by row comes from beyond the second-level cache
};

inline index_t least(index_t a, index_t b) { return a < b ? a : b; }

inline index_t rows_of(const loop_nest& loops) {
  return loops.ndim > 1 ? loops.shape[loops.ndim - 2] : 1;
}
inline index_t columns_of(const loop_nest& loops) { return loops.shape[loops.ndim - 1]; }
inline index_t inner_step(const loop_nest& loops, std::size_t k) {
  return loops.step(k, loops.ndim - 1);
}
inline index_t outer_step(const loop_nest& loops, std::size_t k) {
  return loops.ndim > 1 ? loops.step(k, loops.ndim - 2) : 0;
}

/// Do the rows of operand k follow each other without gaps?
inline bool is_single_row(const loop_nest& loops, std::size_t k) {
  return inner_step(loops, k) == 1 && outer_step(loops, k) == columns_of(loops);
}

/// Has operand k one element for all of a row, and can the kernel do with that?
inline bool is_repeated(const loop_nest& loops, std::size_t k) {
  return loops.repeats && k > 0 && inner_step(loops, k) == 0;
}

/// Does operand k lie in columns? Then a cache line holds elements of several rows.
bool lies_in_columns(const loop_nest& loops, std::size_t k);

staged_tile staged_tile_of(const loop_nest& loops);

/// Do chunks of columns run outside the rows? They do where something is staged that serves all
/// rows, and where cache lines hold elements of several rows; otherwise inside, as the memory lies.
bool columns_run_outside(const loop_nest& loops, const staged_tile& tile);

} // namespace tessera::detail
