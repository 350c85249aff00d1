// Products of matrices whose elements take their terms in order.
#include "vectors/processor.hpp"

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/core/algebra/multiply_add.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/elements/operators.hpp>

#include <algorithm>

#define TESSERA_INLINE_TILE [[gnu::always_inline]] inline

namespace tessera::detail {

namespace {

// A tile of c stays in registers: rows of one cache line each, of real and of imaginary parts.
constexpr index_t tile_rows = 4;
template <class R> constexpr index_t tile_columns = 64 / static_cast<index_t>(sizeof(R));
// What is packed of a and b stays in the caches of the first two levels.
constexpr index_t most_depth = 256;
constexpr index_t most_strips = 16;

template <class T> constexpr index_t parts_of_number = is_complex<T> ? 2 : 1;

/// Part p of a number: real, imaginary.
template <class T> real_of<T>& part(T& x, index_t p) {
  return reinterpret_cast<real_of<T>*>(&x)[p];
}

template <class R> struct tile {
  static constexpr index_t width = tile_columns<R>;
  R sums[static_cast<std::size_t>(2 * tile_rows * width)]; // row by row, of each part
};

/// Adds a product to a tile: of a, groups of tile_rows elements, of b, rows of tile_columns. Parts
/// of complex numbers lie apart: of those that alternate, g++ 12 makes fused operations against
/// -ffp-contract=off (gcc bug 107647).
template <class R, index_t Parts>
TESSERA_INLINE_TILE void multiply_tile(const R* a, const R* b, index_t depth, tile<R>& c) {
  constexpr index_t width = tile<R>::width;
  R sums[static_cast<std::size_t>(Parts * tile_rows)][static_cast<std::size_t>(width)];
  for (index_t i = 0; i < Parts * tile_rows; ++i)
    for (index_t j = 0; j < width; ++j) sums[i][j] = c.sums[i * width + j];
  for (index_t k = 0; k < depth; ++k, a += Parts * tile_rows, b += Parts * width)
    for (index_t i = 0; i < tile_rows; ++i) {
      const R x = a[i];
      if constexpr (Parts == 1) {
#pragma omp simd
        for (index_t j = 0; j < width; ++j) sums[i][j] += x * b[j];
      } else {
        const R y = a[tile_rows + i];
#pragma omp simd
        for (index_t j = 0; j < width; ++j) sums[i][j] += x * b[j] - y * b[width + j];
#pragma omp simd
        for (index_t j = 0; j < width; ++j) sums[tile_rows + i][j] += x * b[width + j] + y * b[j];
      }
    }
  for (index_t i = 0; i < Parts * tile_rows; ++i)
    for (index_t j = 0; j < width; ++j) c.sums[i * width + j] = sums[i][j];
}

template <class R> using tile_function = void (*)(const R*, const R*, index_t, tile<R>&);

template <class R, index_t Parts>
void plain_tile(const R* a, const R* b, index_t depth, tile<R>& c) {
  multiply_tile<R, Parts>(a, b, depth, c);
}
#ifdef TESSERA_X86
// The compiler forms no fused operations (-ffp-contract=off): all have the same bits.
template <class R, index_t Parts>
[[gnu::target("avx2")]] void tile_with_avx2(const R* a, const R* b, index_t depth, tile<R>& c) {
  multiply_tile<R, Parts>(a, b, depth, c);
}
template <class R, index_t Parts>
[[gnu::target(TESSERA_AVX512 ",prefer-vector-width=512")]] void
tile_with_avx512(const R* a, const R* b, index_t depth, tile<R>& c) {
  multiply_tile<R, Parts>(a, b, depth, c);
}
#endif

template <class R, index_t Parts> tile_function<R> best_tile() {
#ifdef TESSERA_X86
  if (has_avx512()) return &tile_with_avx512<R, Parts>;
  if (__builtin_cpu_supports("avx2") != 0) return &tile_with_avx2<R, Parts>;
#endif
  return &plain_tile<R, Parts>;
}

/// Parts of a and b, packed as tiles read them, with zeros beyond their edges.
template <class T> class packed_product {
public:
  using real = real_of<T>;
  static constexpr index_t parts = parts_of_number<T>;
  static constexpr index_t width = tile_columns<real>;

  packed_product()
      : rows_(shape_t<1>{parts * tile_rows * most_depth}),
        strips_(shape_t<1>{most_strips * strip_size}) {}

  void pack_rows(const view<const T, 2>& a, index_t row, index_t first, index_t depth) {
    for (index_t k = 0; k < depth; ++k)
      for (index_t i = 0; i < tile_rows; ++i)
        pack(row + i < a.shape(0) ? a(row + i, first + k) : T{},
             rows_.data() + parts * k * tile_rows + i, tile_rows);
  }
  void pack_strips(const view<const T, 2>& b, index_t first, index_t depth, index_t column,
                   index_t columns) {
    for (index_t at = 0, strip = 0; at < columns; at += width, ++strip)
      for (index_t k = 0; k < depth; ++k)
        for (index_t j = 0; j < width; ++j)
          pack(at + j < columns ? b(first + k, column + at + j) : T{},
               strips_.data() + strip * strip_size + parts * k * width + j, width);
  }
  /// Adds the product of the packed rows and a strip to its place in c.
  void run(const view<T, 2>& c, index_t row, index_t column, index_t strip, index_t depth) const {
    tile<real> sums{};
    const auto each = [&](const auto& move) {
      for (index_t i = 0; i < std::min(tile_rows, c.shape(0) - row); ++i)
        for (index_t j = 0; j < std::min(width, c.shape(1) - column); ++j)
          for (index_t p = 0; p < parts; ++p)
            move(part(c(row + i, column + j), p), sums.sums[(p * tile_rows + i) * width + j]);
    };
    each([](const real& element, real& sum) { sum = element; });
    multiply_(rows_.data(), strips_.data() + strip * strip_size, depth, sums);
    each([](real& element, const real& sum) { element = sum; });
  }

private:
  static constexpr index_t strip_size = parts * width * most_depth;

  static void pack(T x, real* to, index_t step) {
    for (index_t p = 0; p < parts; ++p) to[p * step] = part(x, p);
  }

  ndarray<real, 1> rows_;
  ndarray<real, 1> strips_;
  tile_function<real> multiply_ = best_tile<real, parts>();
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
