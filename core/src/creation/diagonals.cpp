#include <tessera/core/creation/diagonals.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cstring>

namespace tessera::detail {

void clear_triangle(std::byte* data, index_t itemsize, index_t matrices, index_t rows,
                    index_t columns, index_t offset, triangle side) {
  // Offsets beyond the matrix leave it whole or clear all of it.
  if (offset > columns) offset = columns;
  if (offset < -rows) offset = -rows;
  for (index_t r = 0; r < matrices * rows; ++r, data += columns * itemsize) {
    const index_t on_diagonal = r % rows + offset;
    index_t first = side == triangle::below ? 0 : on_diagonal + 1;
    index_t end = side == triangle::below ? on_diagonal : columns;
    if (first < 0) first = 0;
    if (end > columns) end = columns;
    if (first < end)
      std::memset(data + first * itemsize, 0, static_cast<std::size_t>((end - first) * itemsize));
  }
}

index_t size_around_diagonal(index_t length, index_t offset) {
  index_t size = 0;
  if (offset < 0 ? __builtin_sub_overflow(length, offset, &size)
                 : __builtin_add_overflow(length, offset, &size))
    throw shape_error(fmt::format(
        "a matrix with {} elements on diagonal {} has more rows than an index can count", length,
        offset));
  return size;
}

} // namespace tessera::detail
