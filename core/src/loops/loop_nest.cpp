#include "loops/nest_cut.hpp"
#include "loops/staged_tile.hpp"
#include "loops/staging.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <fmt/core.h>

namespace tessera::detail {

namespace {

constexpr index_t short_row = 16; // below which several are treated as one

/// All rows of the innermost two axes in one call.
void run_plane(const loop_nest& loops, std::byte* const* rows, const row_kernel& kernel,
               const void* context) {
  row_source sources[max_operands];
  for (std::size_t k = 0; k < loops.count; ++k)
    sources[k] = {rows[k], zeros, outer_step(loops, k) * loops.operands[k].itemsize, 0};
  kernel.rows(sources, rows_of(loops), loops.ndim == 0 ? 1 : columns_of(loops), context);
}

void run_adjacent(const loop_nest& loops, const row_kernel& kernel, const void* context) {
  const index_t n = loops.ndim == 0 ? 1 : columns_of(loops);
  const std::size_t inside = kernel.rows == nullptr ? 1 : 2; // axes that the kernel runs over
  odometer position(loops, loops.ndim < inside ? 0 : loops.ndim - inside);
  do {
    if (kernel.rows == nullptr)
      kernel.row(position.rows(), n, context);
    else
      run_plane(loops, position.rows(), kernel, context);
  } while (position.advance());
}

bool needs_staging(const loop_nest& loops) {
  if (loops.ndim == 0) return false;
  for (std::size_t k = 0; k < loops.count; ++k)
    if (loops.step(k, loops.ndim - 1) != 1) return true;
  return loops.ndim > 1 && loops.shape[loops.ndim - 1] < short_row;
}

} // namespace

void run_ordered(const loop_nest& loops, loop_mode mode, const row_kernel& kernel,
                 const void* context) {
  if (needs_staging(loops))
    run_staged(loops, mode, kernel, context);
  else
    run_adjacent(loops, kernel, context);
}

namespace {

void check_count(std::size_t count) {
  if (count > max_operands)
    throw argument_error(
        fmt::format("an expression of {} arrays; at most {} can be fused", count, max_operands));
}

bool is_empty(const index_t* shape, std::size_t ndim) {
  for (std::size_t d = 0; d < ndim; ++d)
    if (shape[d] == 0) return true;
  return false;
}

} // namespace

void run_loop_nest(index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                   loop_mode mode, const row_kernel& kernel, const void* context) {
  check_count(count);
  if (is_empty(shape, ndim)) return;
  loop_nest loops{shape, ndim, operands, count, kernel.rows != nullptr};
  order_loops(loops);
  const nest_cut cut =
      mode == loop_mode::first_is_written ? cut_of(loops, mode) : nest_cut{0, 1, 1};
  if (cut.pieces == 1) return run_ordered(loops, mode, kernel, context);
  for_pieces(cut.pieces, [&](index_t k) { run_piece(loops, cut, k, mode, kernel, context); });
}

namespace {

struct visited_nest {
  loop_nest loops;
  nest_cut cut;
};

} // namespace

void element_piece::visit(row_function row, const void* context) const {
  const auto& whole = *static_cast<const visited_nest*>(nest_);
  if (whole.cut.pieces == 1)
    run_ordered(whole.loops, loop_mode::read_only, row, context);
  else
    run_piece(whole.loops, whole.cut, piece_, loop_mode::read_only, row, context);
}

void visit_in_pieces(index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                     piece_visitor visit, const void* context) {
  check_count(count);
  if (is_empty(shape, ndim)) return;
  visited_nest nest{{shape, ndim, operands, count}, {}};
  order_loops(nest.loops);
  nest.cut = cut_of(nest.loops, loop_mode::read_only);
  for_pieces(nest.cut.pieces, [&](index_t k) { visit(element_piece(&nest, k), context); });
}

void run_planes(const index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                index_t rows_at_once, plane_function plane, const void* context) {
  for (std::size_t d = 0; d < ndim; ++d)
    if (shape[d] == 0) return;
  const index_t n = shape[ndim - 1];
  const index_t rows = ndim > 1 ? shape[ndim - 2] : 1;
  const std::size_t outer = ndim > 2 ? ndim - 2 : 0;
  if (outer == 0) rows_at_once = rows;
  index_t bounds[max_ndim];
  for (std::size_t d = 0; d < outer; ++d) bounds[d] = shape[d];
  index_t steps[max_operands];
  for (std::size_t k = 0; k < count; ++k) steps[k] = ndim > 1 ? operands[k].strides[ndim - 2] : 0;
  for (index_t first = 0; first < rows; first += rows_at_once) {
    const index_t band = rows - first < rows_at_once ? rows - first : rows_at_once;
    const loop_nest loops{bounds, outer, operands, count};
    odometer position(loops, outer);
    do plane(position.rows(), steps, band, n, context);
    while (position.advance());
    for (std::size_t k = 0; k < count; ++k)
      operands[k].data += rows_at_once * steps[k] * operands[k].itemsize;
  }
}

} // namespace tessera::detail
