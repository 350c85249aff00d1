#include "loops/move_item.hpp"
#include "loops/register_transpose.hpp"
#include "loops/staged_tile.hpp"

#include <cstdlib>
#include <cstring>

namespace tessera::detail {

namespace {

/// Turns one cache line's width of columns that are adjacent in `from` into adjacent rows.
template <std::size_t Size> void turn_line(const plane& to, const plane& from, index_t n) {
  constexpr index_t side = register_transpose<Size>::side;
  constexpr index_t size = Size;
  constexpr index_t rows = line / size;
  index_t j = 0;
  for (; j + side <= n; j += side) {
    for (index_t i = 0; i < side; ++i) __builtin_prefetch(from.data + (j + i + ahead) * from.inner);
    for (index_t i = 0; i < rows; i += side)
      register_transpose<Size>(from.data + i * size + j * from.inner, from.inner)
          .store(to.data + i * to.outer + j * size, to.outer);
  }
  for (index_t i = 0; i < rows; ++i)
    copy_row(to.data + i * to.outer + j * size, size, from.data + i * size + j * from.inner,
             from.inner, n - j, size);
}

/// Turns `Rows` columns that are near each other on one side into rows: each cache line is visited
/// once.
template <std::size_t Size, index_t Rows>
void turn_items(const plane& to, const plane& from, index_t n) {
  for (index_t j = 0; j < n; ++j) {
    __builtin_prefetch(from.data + (j + ahead) * from.inner, 0);
    __builtin_prefetch(to.data + (j + ahead) * to.inner, 1);
    for (index_t i = 0; i < Rows; ++i)
      move_item<Size>(to.data + i * to.outer + j * to.inner,
                      from.data + i * from.outer + j * from.inner);
  }
}

plane from_row(const plane& p, index_t i) { return {p.data + i * p.outer, p.outer, p.inner}; }

/// Turns as many rows as it can; returns their number.
template <std::size_t Size>
index_t turn(const plane& to, const plane& from, index_t rows, index_t n) {
  constexpr index_t size = Size;
  constexpr index_t at_once = line / size;
  const bool in_vectors = from.outer == size && to.inner == size;
  index_t i = 0;
  for (; i + at_once <= rows; i += at_once) {
    if (in_vectors)
      turn_line<Size>(from_row(to, i), from_row(from, i), n);
    else
      turn_items<Size, at_once>(from_row(to, i), from_row(from, i), n);
  }
  return i;
}

/// Copies one row to adjacent rows.
void repeat_row(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize) {
  copy_row(to.data, to.inner, from.data, from.inner, n, itemsize);
  for (index_t done = 1; done < rows; done *= 2) {
    const index_t more = least(done, rows - done);
    std::memcpy(to.data + done * to.outer, to.data, static_cast<std::size_t>(more * to.outer));
  }
}

/// Fills each of adjacent rows with one item. A row ends with a vector that begins inside it or, if
/// it is shorter than one, whose end the next row overwrites.
template <std::size_t Size>
void fill_rows(std::byte* to, const std::byte* from, index_t from_step, index_t rows, index_t n) {
  using lanes = typename lanes_type<Size>::type;
  constexpr index_t size = Size;
  constexpr index_t side = register_transpose<Size>::side;
  index_t i = 0;
  for (; (rows - i) * n >= side; ++i, to += n * size) {
    typename lanes_type<Size>::item item;
    std::memcpy(&item, from + i * from_step, Size);
    const lanes x = item - lanes{};
    for (index_t j = 0; j + side < n; j += side) std::memcpy(to + j * size, &x, vector_bytes);
    std::memcpy(to + (n > side ? n - side : 0) * size, &x, vector_bytes);
  }
  for (; i < rows; ++i, to += n * size) copy_row(to, size, from + i * from_step, 0, n, size);
}

constexpr index_t short_plane_row = 16; // which the other axis spares its calls

} // namespace

void copy_plane(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize) {
  const bool adjacent = to.inner == itemsize && to.outer == n * itemsize;
  if (adjacent && from.outer == 0) return repeat_row(to, from, rows, n, itemsize);
  if (adjacent && from.inner == 0) {
    if (itemsize == 4) return fill_rows<4>(to.data, from.data, from.outer, rows, n);
    if (itemsize == 8) return fill_rows<8>(to.data, from.data, from.outer, rows, n);
  }
  index_t i = 0;
  const bool is_far = std::abs(from.inner) >= line || std::abs(to.inner) >= line;
  if (is_far) {
    if (itemsize == 4) i = turn<4>(to, from, rows, n);
    if (itemsize == 8) i = turn<8>(to, from, rows, n);
  }
  if (i == 0 && n < rows && (n < short_plane_row || is_far)) {
    for (index_t j = 0; j < n; ++j)
      copy_row(to.data + j * to.inner, to.outer, from.data + j * from.inner, from.outer, rows,
               itemsize);
    return;
  }
  for (; i < rows; ++i)
    copy_row(to.data + i * to.outer, to.inner, from.data + i * from.outer, from.inner, n, itemsize);
}

} // namespace tessera::detail
