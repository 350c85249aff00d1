#include "loops/nest_cut.hpp"

#include "loops/staged_tile.hpp"
#include "loops/staging.hpp"

#include <tessera/core/threads/pieces.hpp>

namespace tessera::detail {

namespace {

/// Has every element of the first operand a place of its own? Axes are ordered by its steps.
bool writes_each_once(const loop_nest& loops) {
  index_t reach = 1;
  for (std::size_t d = loops.ndim; d-- > 0;) {
    if (loops.step(0, d) < reach) return false;
    reach += (loops.shape[d] - 1) * loops.step(0, d);
  }
  return true;
}

/// The outermost of the axes that are long enough, else the longest.
std::size_t axis_to_cut(const loop_nest& loops, index_t pieces) {
  std::size_t longest = 0;
  for (std::size_t d = 0; d < loops.ndim; ++d) {
    if (loops.shape[d] >= 4 * pieces) return d;
    if (loops.shape[d] > loops.shape[longest]) longest = d;
  }
  return longest;
}

} // namespace

nest_cut cut_of(const loop_nest& loops, loop_mode mode) {
  index_t size = 1;
  for (std::size_t d = 0; d < loops.ndim; ++d) size *= loops.shape[d];
  const nest_cut none{0, 1, 1};
  if (size < 2 * least_piece) return none;
  const index_t pieces = pieces_of(size);
  if (pieces == 1 || (mode == loop_mode::first_is_written && !writes_each_once(loops))) return none;
  const std::size_t axis = axis_to_cut(loops, pieces);
  const index_t n = loops.shape[axis];
  return {axis, least(pieces, n), granule_along(n, pieces)};
}

void run_piece(const loop_nest& loops, const nest_cut& cut, index_t piece, loop_mode mode,
               const row_kernel& kernel, const void* context) {
  const index_t n = loops.shape[cut.axis];
  const index_t begin = piece_begin(piece, cut.pieces, n, cut.granule);
  const index_t end = piece_begin(piece + 1, cut.pieces, n, cut.granule);
  if (begin == end) return;
  index_t shape[max_ndim];
  for (std::size_t d = 0; d < loops.ndim; ++d) shape[d] = loops.shape[d];
  shape[cut.axis] = end - begin;
  loop_operand operands[max_operands];
  for (std::size_t k = 0; k < loops.count; ++k) {
    operands[k] = loops.operands[k];
    operands[k].data += begin * loops.step(k, cut.axis) * operands[k].itemsize;
  }
  run_ordered({shape, loops.ndim, operands, loops.count, loops.repeats}, mode, kernel, context);
}

} // namespace tessera::detail
