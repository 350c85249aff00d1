// Ordered nests cut along one axis, into pieces that threads share.
#pragma once

#include "loops/loop_order.hpp"

namespace tessera::detail {

/// Where a nest is cut; one piece is all of it.
struct nest_cut {
  std::size_t axis;
  index_t pieces;
  index_t granule; // pieces begin at multiples of it
};

/// The cut of an ordered nest whose elements may be visited in any order, if each is written once.
nest_cut cut_of(const loop_nest& loops, loop_mode mode);

/// Calls the kernel for all elements of an ordered nest that is not empty.
void run_ordered(const loop_nest& loops, loop_mode mode, const row_kernel& kernel,
                 const void* context);

/// The same for one piece.
void run_piece(const loop_nest& loops, const nest_cut& cut, index_t piece, loop_mode mode,
               const row_kernel& kernel, const void* context);

/// How large pieces' granules along an axis of n elements are: several elements of an axis may lie
/// in one cache line, and tiles are as long.
inline index_t granule_along(index_t n, index_t pieces) {
  constexpr index_t all_of_line = 64; // elements of one byte
  constexpr index_t most_of_line = 8;
  if (n >= all_of_line * pieces) return all_of_line;
  return n >= most_of_line * pieces ? most_of_line : 1;
}

} // namespace tessera::detail
