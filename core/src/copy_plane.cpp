#include "items.hpp"
#include "tile.hpp"

#include <cstdlib>
#include <cstring>
#include <utility>

namespace tessera::detail {

namespace {

/// Unaligned vectors of items, wide enough to need few of them, narrow enough for most processors.
constexpr std::size_t vector_bytes = 32;
template <std::size_t Size> struct pack_type;
template <> struct pack_type<4> {
  using item = std::uint32_t;
  typedef std::uint32_t type __attribute__((vector_size(vector_bytes)));
};
template <> struct pack_type<8> {
  using item = std::uint64_t;
  typedef std::uint64_t type __attribute__((vector_size(vector_bytes)));
};

/// Turns a square of items whose columns are adjacent in `from`: neighbours that are 1, 2, 4...
/// apart change places in pairs of rows.
template <std::size_t Size> class square {
  using pack = typename pack_type<Size>::type;

public:
  static constexpr index_t side = vector_bytes / Size;

  square(const std::byte* from, index_t step) {
    for (pack& row : rows_) {
      std::memcpy(&row, from, vector_bytes);
      from += step;
    }
    exchange<1>();
  }
  void store(std::byte* to, index_t step) const {
    for (const pack& row : rows_) {
      std::memcpy(to, &row, vector_bytes);
      to += step;
    }
  }

private:
  static constexpr std::size_t width = vector_bytes / Size;

  template <std::size_t Apart> void exchange() {
    if constexpr (Apart < width) {
      for (std::size_t i = 0; i < width; ++i)
        if ((i & Apart) == 0)
          exchange<Apart>(rows_[i], rows_[i + Apart], std::make_index_sequence<width>());
      exchange<2 * Apart>();
    }
  }
  template <std::size_t Apart, std::size_t... J>
  static void exchange(pack& a, pack& b, std::index_sequence<J...>) {
    const pack low = __builtin_shufflevector(a, b, ((J & Apart) ? width + J - Apart : J)...);
    b = __builtin_shufflevector(a, b, ((J & Apart) ? width + J : J + Apart)...);
    a = low;
  }

  pack rows_[width];
};

/// Turns one cache line's width of columns that are adjacent in `from` into adjacent rows.
template <std::size_t Size> void turn_line(const plane& to, const plane& from, index_t n) {
  constexpr index_t side = square<Size>::side;
  constexpr index_t size = Size;
  constexpr index_t rows = line / size;
  index_t j = 0;
  for (; j + side <= n; j += side) {
    for (index_t i = 0; i < side; ++i) __builtin_prefetch(from.data + (j + i + ahead) * from.inner);
    for (index_t i = 0; i < rows; i += side)
      square<Size>(from.data + i * size + j * from.inner, from.inner)
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
  using pack = typename pack_type<Size>::type;
  constexpr index_t size = Size;
  constexpr index_t side = square<Size>::side;
  index_t i = 0;
  for (; (rows - i) * n >= side; ++i, to += n * size) {
    typename pack_type<Size>::item item;
    std::memcpy(&item, from + i * from_step, Size);
    const pack x = item - pack{};
    for (index_t j = 0; j + side < n; j += side) std::memcpy(to + j * size, &x, vector_bytes);
    std::memcpy(to + (n > side ? n - side : 0) * size, &x, vector_bytes);
  }
  for (; i < rows; ++i, to += n * size) copy_row(to, size, from + i * from_step, 0, n, size);
}

} // namespace

void copy_plane(const plane& to, const plane& from, index_t rows, index_t n, index_t itemsize) {
  const bool adjacent = to.inner == itemsize && to.outer == n * itemsize;
  if (adjacent && from.outer == 0) return repeat_row(to, from, rows, n, itemsize);
  if (adjacent && from.inner == 0) {
    if (itemsize == 4) return fill_rows<4>(to.data, from.data, from.outer, rows, n);
    if (itemsize == 8) return fill_rows<8>(to.data, from.data, from.outer, rows, n);
  }
  index_t i = 0;
  if (std::abs(from.inner) >= line || std::abs(to.inner) >= line) {
    if (itemsize == 4) i = turn<4>(to, from, rows, n);
    if (itemsize == 8) i = turn<8>(to, from, rows, n);
  }
  if (i == 0 && n < rows) {
    for (index_t j = 0; j < n; ++j)
      copy_row(to.data + j * to.inner, to.outer, from.data + j * from.inner, from.outer, rows,
               itemsize);
    return;
  }
  for (; i < rows; ++i)
    copy_row(to.data + i * to.outer, to.inner, from.data + i * from.outer, from.inner, n, itemsize);
}

} // namespace tessera::detail
