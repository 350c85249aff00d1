#include "expressions/few_elements.hpp"

#include "expressions/order_in_memory.hpp"
#include "loops/loop_order.hpp"
#include "loops/staged_tile.hpp"
#include "loops/staging.hpp"

namespace tessera::detail {

namespace {

constexpr index_t few_bytes = 4096; // of all operands that are copied

/// An array of two axes at most, broadcast along those that it has not.
plane plane_of(const array_ref& a) {
  const auto step = [&](std::size_t d) { return a.shape[d] == 1 ? 0 : a.strides[d] * a.itemsize; };
  return {a.data, a.ndim > 1 ? step(0) : 0, a.ndim > 0 ? step(a.ndim - 1) : 0};
}

index_t whole_lines(index_t bytes) { return (bytes + line - 1) / line * line; }

} // namespace

bool assign_few_elements(const array_ref& to, const array_ref* from, std::size_t count,
                         index_t size, const row_kernel& kernel, const void* context) {
  if (to.ndim > 2 || count >= max_operands || size * to.itemsize > few_bytes) return false;
  alignas(line) std::byte memory[few_bytes];
  std::byte* rows[max_operands];
  std::size_t copied[max_operands];
  std::size_t copies = 0;
  index_t used = 0;
  const auto take = [&](const array_ref& a) {
    std::byte* const buffer = memory + used;
    used += whole_lines(size * a.itemsize);
    return buffer;
  };
  const bool in_place = is_contiguous(to);
  rows[0] = in_place ? to.data : take(to);
  for (std::size_t k = 0; k < count; ++k) {
    const array_ref& a = from[k];
    const bool in_order =
        in_place ? reads_in_order(to, a, size) : have_same_shape(to, a) && is_contiguous(a);
    rows[k + 1] = in_order ? a.data : take(a);
    if (!in_order) copied[copies++] = k;
    if (used > few_bytes) return false;
  }
  const index_t n = to.ndim > 0 ? to.shape[to.ndim - 1] : 1;
  const auto in_rows = [n](std::byte* data, index_t itemsize) {
    return plane{data, n * itemsize, itemsize};
  };
  for (std::size_t i = 0; i < copies; ++i) {
    const array_ref& a = from[copied[i]];
    copy_plane(in_rows(rows[copied[i] + 1], a.itemsize), plane_of(a), size / n, n, a.itemsize);
  }
  run_row(kernel, rows, count + 1, size, context);
  if (!in_place) copy_plane(plane_of(to), in_rows(rows[0], to.itemsize), size / n, n, to.itemsize);
  return true;
}

} // namespace tessera::detail
