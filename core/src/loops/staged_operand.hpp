// An operand of a nest whose innermost two axes run in tiles, and the buffer through which its
// elements go where they are not adjacent.
#pragma once

#include "loops/staged_tile.hpp"

#include <cstdlib>

namespace tessera::detail {

/// Where the kernel finds an operand's elements: in the array, one for each element or one for all
/// of a row; or in a buffer, which holds a row at a time or a tile.
enum class supply : unsigned char { in_place, repeated, row_by_row, tile_by_tile };

/// Steps are in bytes.
struct staged_operand {
  supply how;
  bool prefetches; // the next row, while one is loaded
  index_t itemsize;
  index_t outer; // in the array, from row to row
  index_t inner; // in the array, from element to element of a row
  std::byte* buffer;
  row_copier copy;       // of rows, to the buffer or, of what is written, from it
  const std::byte* held; // the buffer holds the array's elements from here on:
  index_t held_rows;
  index_t held_columns;

  [[nodiscard]] bool is_staged() const { return how >= supply::row_by_row; }

  /// Brings a row to the buffer, unless it is there.
  void load_row(const std::byte* array, index_t columns) {
    if (array == held && columns <= held_columns) return;
    if (prefetches)
      load_row_and_prefetch(array, columns);
    else
      copy(buffer, itemsize, array, inner, columns, itemsize);
    held = array;
    held_columns = columns;
  }

  void load_tile(std::byte* array, index_t rows, index_t columns) {
    if (array == held && rows <= held_rows && columns == held_columns) return;
    copy_plane(in_buffer(columns), in_array(array), rows, columns, itemsize);
    held = array;
    held_rows = rows;
    held_columns = columns;
  }
  void store_tile(std::byte* array, index_t rows, index_t columns) const {
    copy_plane(in_array(array), in_buffer(columns), rows, columns, itemsize);
  }

private:
  /// The processor foresees neighbouring loads, but not across the other operands' turns; so the
  /// next row is asked for meanwhile, little by little, as not to hold up this one.
  void load_row_and_prefetch(const std::byte* array, index_t columns) const {
    constexpr index_t at_once = 64;
    const index_t step = inner < 0 ? -line : line;
    for (index_t i = 0; i < columns; i += at_once) {
      const index_t n = least(at_once, columns - i);
      const std::byte* const next = array + (columns + i) * inner;
      for (index_t b = 0; std::abs(b) < std::abs(n * inner); b += step)
        __builtin_prefetch(next + b);
      copy(buffer + i * itemsize, itemsize, array + i * inner, inner, n, itemsize);
    }
  }

  [[nodiscard]] plane in_array(std::byte* array) const { return {array, outer, inner}; }
  [[nodiscard]] plane in_buffer(index_t columns) const {
    return {buffer, columns * itemsize, itemsize};
  }
};

} // namespace tessera::detail
