#include "loops/staged_tile.hpp"
#include "loops/staging.hpp"

#include <tessera/core/error.hpp>

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

void run_loop_nest(index_t* shape, std::size_t ndim, loop_operand* operands, std::size_t count,
                   loop_mode mode, const row_kernel& kernel, const void* context) {
  if (count > max_operands)
    throw argument_error(
        fmt::format("an expression of {} arrays; at most {} can be fused", count, max_operands));
  for (std::size_t d = 0; d < ndim; ++d)
    if (shape[d] == 0) return;
  loop_nest loops{shape, ndim, operands, count, kernel.rows != nullptr};
  order_loops(loops);
  if (needs_staging(loops))
    run_staged(loops, mode, kernel, context);
  else
    run_adjacent(loops, kernel, context);
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
