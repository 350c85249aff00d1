// Products of matrices whose elements take their terms in order.
#include "vectors/processor.hpp"

#include <tessera/core/algebra/multiply_add.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/elements/operators.hpp>

#include <algorithm>
#include <concepts>

#define TESSERA_INLINE_TILE [[gnu::always_inline]] inline

namespace tessera::detail {

namespace {

// A tile of c stays in registers: rows of one cache line each.
constexpr index_t tile_rows = 4;
template <class T>
constexpr index_t tile_columns = std::max<index_t>(64 / static_cast<index_t>(sizeof(T)), 1);
// What is packed of a and b stays in the caches of the first two levels.
constexpr index_t most_depth = 256;
constexpr index_t most_strips = 32;

template <class T> void add_term(T& sum, const T& x, const T& y) {
  if constexpr (is_complex<T>) // operator* would look for infinities
    sum = T(sum.real() + (x.real() * y.real() - x.imag() * y.imag()),
            sum.imag() + (x.real() * y.imag() + x.imag() * y.real()));
  else
    sum += x * y;
}

/// c += a b for a tile: of a, groups of tile_rows elements, of b, rows of tile_columns.
template <class T>
TESSERA_INLINE_TILE void multiply_tile(const T* a, const T* b, index_t depth, T* c) {
  constexpr index_t width = tile_columns<T>;
  T sums[static_cast<std::size_t>(tile_rows)][static_cast<std::size_t>(width)];
  for (index_t i = 0; i < tile_rows; ++i)
    for (index_t j = 0; j < width; ++j) sums[i][j] = c[i * width + j];
  for (index_t k = 0; k < depth; ++k)
    for (index_t i = 0; i < tile_rows; ++i) {
      const T x = a[k * tile_rows + i];
#pragma omp simd
      for (index_t j = 0; j < width; ++j) add_term(sums[i][j], x, b[k * width + j]);
    }
  for (index_t i = 0; i < tile_rows; ++i)
    for (index_t j = 0; j < width; ++j) c[i * width + j] = sums[i][j];
}

template <class T> using tile_function = void (*)(const T*, const T*, index_t, T*);

template <class T> void plain_tile(const T* a, const T* b, index_t depth, T* c) {
  multiply_tile(a, b, depth, c);
}
#ifdef TESSERA_X86
// The compiler forms no fused operations (-ffp-contract=off): all have the same bits.
template <class T>
[[gnu::target("avx2")]] void tile_with_avx2(const T* a, const T* b, index_t depth, T* c) {
  multiply_tile(a, b, depth, c);
}
template <class T>
[[gnu::target(TESSERA_AVX512 ",prefer-vector-width=512")]] void
tile_with_avx512(const T* a, const T* b, index_t depth, T* c) {
  multiply_tile(a, b, depth, c);
}
#endif

template <class T> tile_function<T> best_tile() {
#ifdef TESSERA_X86
  if constexpr (std::floating_point<T>) {
    if (has_avx512()) return &tile_with_avx512<T>;
    if (__builtin_cpu_supports("avx2") != 0) return &tile_with_avx2<T>;
  }
#endif
  return &plain_tile<T>;
}

/// Parts of a and b, packed as tiles read them, with zeros beyond their edges.
template <class T> class packed_product {
public:
  packed_product()
      : rows_(shape_t<1>{tile_rows * most_depth}),
        strips_(shape_t<1>{most_strips * most_depth * width}) {}

  void pack_rows(const view<const T, 2>& a, index_t row, index_t first, index_t depth) {
    for (index_t k = 0; k < depth; ++k)
      for (index_t i = 0; i < tile_rows; ++i)
        rows_(k * tile_rows + i) = row + i < a.shape(0) ? a(row + i, first + k) : T{};
  }
  void pack_strips(const view<const T, 2>& b, index_t first, index_t depth, index_t column,
                   index_t columns) {
    for (index_t at = 0, strip = 0; at < columns; at += width, ++strip)
      for (index_t k = 0; k < depth; ++k)
        for (index_t j = 0; j < width; ++j)
          strips_((strip * most_depth + k) * width + j) =
              at + j < columns ? b(first + k, column + at + j) : T{};
  }
  /// Adds the product of the packed rows and a strip to its place in c.
  void run(const view<T, 2>& c, index_t row, index_t column, index_t strip, index_t depth) const {
    T tile[static_cast<std::size_t>(tile_rows * width)]{};
    const index_t rows = std::min(tile_rows, c.shape(0) - row);
    const index_t columns = std::min(width, c.shape(1) - column);
    for (index_t i = 0; i < rows; ++i)
      for (index_t j = 0; j < columns; ++j) tile[i * width + j] = c(row + i, column + j);
    tile_(rows_.data(), strips_.data() + strip * most_depth * width, depth, tile);
    for (index_t i = 0; i < rows; ++i)
      for (index_t j = 0; j < columns; ++j) c(row + i, column + j) = tile[i * width + j];
  }

  static constexpr index_t width = tile_columns<T>;

private:
  ndarray<T, 1> rows_;
  ndarray<T, 1> strips_;
  tile_function<T> tile_ = best_tile<T>();
};

} // namespace

template <class T>
void multiply_in_order(const view<const T, 2>& a, const view<const T, 2>& b, const view<T, 2>& c,
                       bool adds) {
  if constexpr (std::is_integral_v<T>) { // modulo 2^n, any order has the same bits
    multiply_add(a, b, c, adds);
  } else {
    if (!adds) c = T{};
    if (c.size() == 0) return;
    packed_product<T> packed;
    constexpr index_t width = packed_product<T>::width;
    constexpr index_t most_columns = most_strips * width;
    for (index_t first = 0; first < a.shape(1); first += most_depth) {
      const index_t depth = std::min(most_depth, a.shape(1) - first);
      for (index_t column = 0; column < c.shape(1); column += most_columns) {
        const index_t columns = std::min(most_columns, c.shape(1) - column);
        packed.pack_strips(b, first, depth, column, columns);
        for (index_t row = 0; row < c.shape(0); row += tile_rows) {
          packed.pack_rows(a, row, first, depth);
          for (index_t at = 0; at < columns; at += width)
            packed.run(c, row, column + at, at / width, depth);
        }
      }
    }
  }
}

#define TESSERA_IN_ORDER(T)                                                                        \
  template void multiply_in_order<T>(const view<const T, 2>&, const view<const T, 2>&,             \
                                     const view<T, 2>&, bool);
TESSERA_IN_ORDER(bool)
TESSERA_IN_ORDER(signed char)
TESSERA_IN_ORDER(unsigned char)
TESSERA_IN_ORDER(short)
TESSERA_IN_ORDER(unsigned short)
TESSERA_IN_ORDER(int)
TESSERA_IN_ORDER(unsigned)
TESSERA_IN_ORDER(long)
TESSERA_IN_ORDER(unsigned long)
TESSERA_IN_ORDER(long long)
TESSERA_IN_ORDER(unsigned long long)
TESSERA_IN_ORDER(float)
TESSERA_IN_ORDER(double)
TESSERA_IN_ORDER(std::complex<float>)
TESSERA_IN_ORDER(std::complex<double>)
#undef TESSERA_IN_ORDER

} // namespace tessera::detail
#undef TESSERA_INLINE_TILE
