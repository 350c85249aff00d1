#include "copies/cache_bypass.hpp"
#include "copies/copy_loops.hpp"
#include "loops/move_item.hpp"
#include "loops/register_transpose.hpp"

#include <cstdlib>

namespace tessera::detail {

namespace {

// A tile is brought to a buffer in the first-level cache, and goes on from there row by row.
// Measured: beyond the caches it is best to read a few lines at a time of each column, and not many
// columns, which displace each other since they often lie a power of two apart. In cache, small
// tiles are.
constexpr index_t copy_tile_bytes = index_t{1} << 15U;
constexpr index_t small_copy_tile_bytes = index_t{1} << 13U;
constexpr index_t columns_ahead = 16;

using adjacent_copier = void (*)(std::byte* to, const std::byte* from, index_t bytes);

void copy_in_tile(std::byte* to, const std::byte* from, index_t bytes) {
  std::memcpy(to, from, static_cast<std::size_t>(bytes));
}

/// Asks for what a later column has.
void ask(const plane& from, index_t rows, index_t j) {
  const std::byte* const column = from.data + (j + columns_ahead) * from.inner;
  for (index_t k = 0; k < rows * from.outer; k += line) __builtin_prefetch(column + k);
}

template <std::size_t Size> using wide_transpose = register_transpose<Size, wide_vector_bytes>;

/// Turns whole squares.
template <std::size_t Size>
void turn_squares(const plane& to, const plane& from, index_t rows, index_t n) {
  constexpr index_t side = wide_transpose<Size>::side;
  constexpr index_t size = Size;
  for (index_t j = 0; j < n; j += side) {
    for (index_t k = 0; k < side; ++k) ask(from, rows, j + k);
    const std::byte* read = from.data + j * from.inner;
    std::byte* written = to.data + j * size;
    for (index_t i = 0; i < rows; i += side, read += side * size, written += side * to.outer)
      wide_transpose<Size>(read, from.inner).store(written, to.outer);
  }
}

/// Where some rows of a tile are put together.
template <std::size_t Size> class copy_tile {
public:
  static constexpr index_t size = Size;

  /// For rows of n items.
  copy_tile(index_t n, bool past_caches)
      : rows(lines_for(n, past_caches) * line / size),
        columns(least(copy_tile_bytes / rows / size, n)),
        step_(columns * size + (past_caches ? line : 0)) {}
  const index_t rows;
  const index_t columns;

  /// Turns some columns, which are near each other in `from`, into rows of the buffer.
  void load(const plane& from, index_t some, index_t n) {
    if (rows * size == line) return copy_plane({memory_, step_, size}, from, some, n, size);
    index_t done = 0; // columns
    index_t i = 0;    // rows
    if constexpr (Size == 4 || Size == 8) {
      constexpr index_t side = wide_transpose<Size>::side;
      if (from.outer == size) {
        i = some / side * side;
        done = n / side * side;
        turn_squares<Size>({memory_, step_, size}, from, i, done);
      }
    }
    load_items(from, 0, i, done, n);
    load_items(from, i, some, 0, n);
  }
  void store(std::byte* to, index_t to_step, index_t some, index_t n, adjacent_copier copy) const {
    for (index_t i = 0; i < some; ++i) copy(to + i * to_step, memory_ + i * step_, n * size);
  }

private:
  static constexpr index_t most_lines = Size < 4 ? 1 : 4;

  /// How many cache lines a column has.
  static index_t lines_for(index_t n, bool past_caches) {
    const index_t fit = past_caches ? most_lines : small_copy_tile_bytes / line / n;
    return fit < 1 ? 1 : least(fit, most_lines);
  }

  std::byte* at(index_t i, index_t j) { return memory_ + i * step_ + j * size; }

  void load_items(const plane& from, index_t first, index_t end, index_t column, index_t n) {
    if (first == end) return;
    for (index_t j = column; j < n; ++j) {
      ask(from, end, j);
      for (index_t i = first; i < end; ++i)
        move_item<Size>(at(i, j), from.data + j * from.inner + i * from.outer);
    }
  }

  const index_t step_; // bytes from row to row
  alignas(line) std::byte
      memory_[static_cast<std::size_t>(copy_tile_bytes + most_lines * line / size * line)];
};

/// The first tile of a row ends where a line begins.
index_t first_columns(const plane& to, index_t columns, index_t itemsize) {
  const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(to.data) % line);
  return past % itemsize == 0 ? columns - past / itemsize : columns;
}

template <std::size_t Size>
void turn_tiles(const plane& to, const plane& from, index_t rows, index_t n, bool past_caches) {
  copy_tile<Size> tile(n, past_caches);
  const adjacent_copier copy = past_caches ? &bypass_adjacent : &copy_in_tile;
  index_t some_columns = first_columns(to, tile.columns, Size);
  for (index_t j = 0; j < n; j += some_columns, some_columns = least(tile.columns, n - j))
    for (index_t i = 0; i < rows; i += tile.rows) {
      const index_t some = least(tile.rows, rows - i);
      tile.load({from.data + i * from.outer + j * from.inner, from.outer, from.inner}, some,
                some_columns);
      tile.store(to.data + i * to.outer + j * to.inner, to.outer, some, some_columns, copy);
    }
}

/// The rows in the other order.
plane backward(const plane& p, index_t rows) {
  return {p.data + (rows - 1) * p.outer, -p.outer, p.inner};
}

template <std::size_t Size>
bool turned(const plane& to, const plane& from, index_t rows, index_t n, bool past_caches) {
  constexpr index_t size = Size;
  const bool across = to.inner == size && std::abs(from.inner) >= line && from.outer != 0 &&
                      std::abs(from.outer) < line;
  if (!across || rows * size < line || n * size < shortest_bypass) return false;
  if (from.outer < 0)
    turn_tiles<Size>(backward(to, rows), backward(from, rows), rows, n, past_caches);
  else
    turn_tiles<Size>(to, from, rows, n, past_caches);
  return true;
}

} // namespace

bool copy_in_tiles(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize,
                   bool past_caches) {
  switch (itemsize) {
  case 1: return turned<1>(to, from, rows, n, past_caches);
  case 2: return turned<2>(to, from, rows, n, past_caches);
  case 4: return turned<4>(to, from, rows, n, past_caches);
  case 8: return turned<8>(to, from, rows, n, past_caches);
  case 16: return turned<16>(to, from, rows, n, past_caches);
  default: return false;
  }
}

} // namespace tessera::detail
