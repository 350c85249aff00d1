#include "expressions/few_elements.hpp"

#include "expressions/order_in_memory.hpp"
#include "loops/loop_order.hpp"
#include "loops/staged_tile.hpp"
#include "loops/staging.hpp"

namespace tessera::detail {

namespace {

constexpr index_t few_bytes = 16384; // of all operands

/// An array of two axes at most, broadcast along those that it has not.
plane plane_of(const array_ref& a) {
  const auto step = [&](std::size_t d) __attribute__((always_inline)) {
    return a.shape[d] == 1 ? 0 : a.strides[d] * a.itemsize;
  };
  return {a.data, a.ndim > 1 ? step(0) : 0, a.ndim > 0 ? step(a.ndim - 1) : 0};
}

/// `rows` rows of n elements, to or from adjacent ones.
void copy_few(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize) {
  if (rows == 1)
    copy_row(to.data, to.inner, from.data, from.inner, n, itemsize);
  else
    copy_plane(to, from, rows, n, itemsize);
}

index_t whole_lines(index_t bytes) { return (bytes + line - 1) / line * line; }

bool are_few(const array_ref& to, const array_ref* from, std::size_t count, index_t size) {
  if (to.ndim > 2 || size * to.itemsize > few_bytes || count >= max_operands) return false;
  index_t bytes = whole_lines(size * to.itemsize);
  for (std::size_t k = 0; k < count; ++k) bytes += whole_lines(size * from[k].itemsize);
  return bytes <= few_bytes;
}

} // namespace

bool assign_few_elements(const array_ref& to, const array_ref* from, std::size_t count,
                         index_t size, const row_kernel& kernel, const void* context) {
  if (!are_few(to, from, count, size)) return false;
  alignas(line) std::byte memory[few_bytes];
  std::byte* free = memory;
  std::byte* rows[max_operands];
  const index_t n = to.ndim > 0 ? to.shape[to.ndim - 1] : 1;
  const index_t row_count = to.ndim > 1 ? to.shape[0] : 1;
  const auto take = [&](index_t itemsize) {
    const plane buffer{free, n * itemsize, itemsize};
    free += whole_lines(size * itemsize);
    return buffer;
  };
  const bool in_place = is_contiguous(to);
  const plane result = in_place ? plane{to.data, 0, 0} : take(to.itemsize);
  rows[0] = result.data;
  for (std::size_t k = 0; k < count; ++k) {
    const array_ref& a = from[k];
    rows[k + 1] = a.data;
    if (in_place ? reads_in_order(to, a, size) : are_shaped_alike(to, a) && is_contiguous(a))
      continue;
    const plane copy = take(a.itemsize);
    rows[k + 1] = copy.data;
    copy_few(copy, plane_of(a), row_count, n, a.itemsize);
  }
  run_row(kernel, rows, count + 1, size, context);
  if (!in_place) copy_few(plane_of(to), result, row_count, n, to.itemsize);
  return true;
}

} // namespace tessera::detail
