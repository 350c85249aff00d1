// Compiled with -ffinite-math-only and -fno-signed-zeros, so that a comparison and a choice become
// one instruction. NaN is told from numbers by its bits.
#include "vectors/all_numbers.hpp"
#include "vectors/vector_kernels.hpp"

#include <tessera/core/sums/adjacent_numbers.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <vector>

namespace tessera::detail {

namespace {

template <class T> bool is_nan(T x) {
  if constexpr (sizeof(T) == 8 && std::is_floating_point_v<T>)
    return (__builtin_bit_cast(std::uint64_t, x) & INT64_MAX) > 0x7ff0000000000000U;
  else if constexpr (std::is_floating_point_v<T>)
    return (__builtin_bit_cast(std::uint32_t, x) & INT32_MAX) > 0x7f800000U;
  else
    return false;
}

template <class T> index_t first_nan(const T* values, index_t n) {
  for (index_t i = 0; i < n; ++i)
    if (is_nan(values[i])) return i;
  return n;
}

template <bool Largest> struct better {
  template <class T> TESSERA_INLINE static void keep(T& best, const T& x) {
    best = Largest ? (x > best ? x : best) : (x < best ? x : best);
  }
};

template <class T> struct extremum {
  T best;
  bool suspect; ///< there may be a NaN
};

/// Four vectors at a time. Their sum is NaN if there is one among them; infinities of both signs
/// make it so too, which is looked into later.
template <bool Largest, class T> struct extremum_kernel {
  /// `readable` values follow each other in memory: it is not looked ahead beyond.
  template <std::size_t Bytes>
  TESSERA_INLINE static extremum<T> run(const T* values, index_t n, index_t readable) {
    using vector = vector_of<T, Bytes>;
    constexpr index_t lanes = Bytes / sizeof(T);
    constexpr index_t items_per_line = 64 / sizeof(T);
    constexpr index_t ahead = 8192 / sizeof(T);
    if (n < 4 * lanes) return one_by_one(values, n);
    const auto at = [values](index_t i) { return reinterpret_cast<const vector*>(values + i); };
    vector a = *at(0);
    vector b = a;
    vector c = a;
    vector d = a;
    vector sum_a{};
    vector sum_b{};
    vector sum_c{};
    vector sum_d{};
    const index_t last = n - 4 * lanes;
    for (index_t i = 0;; i = i + 4 * lanes < last ? i + 4 * lanes : last) {
      for (index_t line = 0; line < 4 * lanes; line += items_per_line)
        __builtin_prefetch(values + (i + line < readable - ahead ? i + line + ahead : i));
      take(a, sum_a, *at(i));
      take(b, sum_b, *at(i + lanes));
      take(c, sum_c, *at(i + 2 * lanes));
      take(d, sum_d, *at(i + 3 * lanes));
      if (i == last) break; // the last vectors may overlap those before, which does no harm
    }
    better<Largest>::keep(a, b);
    better<Largest>::keep(c, d);
    better<Largest>::keep(a, c);
    if constexpr (std::is_floating_point_v<T>) sum_a = (sum_a + sum_b) + (sum_c + sum_d);
    extremum<T> result{a[0], false};
    for (index_t k = 0; k < lanes; ++k) {
      better<Largest>::keep(result.best, static_cast<T>(a[k]));
      if constexpr (std::is_floating_point_v<T>) result.suspect |= is_nan(sum_a[k]);
    }
    return result;
  }

private:
  template <class Vector>
  TESSERA_INLINE static void take(Vector& best, Vector& sum, const Vector& x) {
    better<Largest>::keep(best, x);
    if constexpr (std::is_floating_point_v<T>) sum += x;
  }
  TESSERA_INLINE static extremum<T> one_by_one(const T* values, index_t n) {
    extremum<T> result{values[0], false};
    for (index_t i = 0; i < n; ++i) {
      better<Largest>::keep(result.best, values[i]);
      result.suspect |= is_nan(values[i]);
    }
    return result;
  }
};

template <bool Products> struct fast_sum_kernel {
  template <std::size_t Bytes, class T>
  TESSERA_INLINE static T run(const T* a, const T* b, index_t n) {
    using vector = vector_of<T, Bytes>;
    constexpr index_t lanes = Bytes / sizeof(T);
    vector s0{};
    vector s1{};
    vector s2{};
    vector s3{};
    vector s4{};
    vector s5{};
    vector s6{};
    vector s7{};
    index_t i = 0;
    const auto add = [ a, b ](vector & sum, index_t k) __attribute__((always_inline)) {
      const vector x = *reinterpret_cast<const vector*>(a + k);
      if constexpr (Products)
        sum += x * *reinterpret_cast<const vector*>(b + k);
      else
        sum += x;
    };
    const auto add_eight = [&](index_t k) __attribute__((always_inline)) {
      add(s0, k);
      add(s1, k + lanes);
      add(s2, k + 2 * lanes);
      add(s3, k + 3 * lanes);
      add(s4, k + 4 * lanes);
      add(s5, k + 5 * lanes);
      add(s6, k + 6 * lanes);
      add(s7, k + 7 * lanes);
    };
    // What comes from memory is asked for early.
    constexpr index_t beyond_cache = (index_t{1} << 20) / static_cast<index_t>(sizeof(T));
    constexpr index_t ahead = 8192 / static_cast<index_t>(sizeof(T));
    constexpr index_t items_per_line = 64 / static_cast<index_t>(sizeof(T));
    if (n >= beyond_cache)
      for (; i + 8 * lanes + ahead <= n; i += 8 * lanes) {
        for (index_t line = 0; line < 8 * lanes; line += items_per_line) {
          __builtin_prefetch(a + i + ahead + line);
          if constexpr (Products) __builtin_prefetch(b + i + ahead + line);
        }
        add_eight(i);
      }
    for (; i + 8 * lanes <= n; i += 8 * lanes) add_eight(i);
    for (; i + lanes <= n; i += lanes) add(s0, i);
    s0 = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    T sum{};
    for (index_t k = 0; k < lanes; ++k) sum += s0[k];
    for (; i < n; ++i) sum += Products ? a[i] * b[i] : a[i];
    return sum;
  }
};

} // namespace

template <bool Largest, class T> T extremum_of_adjacent(const T* values, index_t n) {
  const extremum<T> found = run_widest<extremum_kernel<Largest, T>>(values, n, n);
  if (!found.suspect) return found.best;
  const index_t i = first_nan(values, n);
  return i < n ? values[i] : found.best;
}

namespace {

template <bool Largest, class T> index_t position_in_turn(const T* values, index_t n) {
  constexpr index_t block = 16384 / static_cast<index_t>(sizeof(T));
  index_t best_block = 0;
  T best = values[0];
  for (index_t first = 0; first < n; first += block) {
    const index_t count = n - first < block ? n - first : block;
    const extremum<T> found =
        run_widest<extremum_kernel<Largest, T>>(values + first, count, n - first);
    if (found.suspect) {
      const index_t i = first_nan(values + first, count);
      if (i < count) return first + i;
    }
    if (!(Largest ? found.best > best : found.best < best)) continue;
    best = found.best;
    best_block = first;
  }
  index_t i = best_block;
  while (values[i] != best) ++i;
  return i;
}

} // namespace

template <bool Largest, class T> index_t position_of_extremum(const T* values, index_t n) {
  const index_t pieces = pieces_of(n, 4 * least_piece);
  if (pieces == 1) return position_in_turn<Largest>(values, n);
  std::vector<index_t> places(static_cast<std::size_t>(pieces));
  std::vector<T> found(places.size()); // the first of equals among them is the first of all
  for_pieces(pieces, [&](index_t k) {
    const index_t begin = piece_begin(k, pieces, n);
    const auto at = static_cast<std::size_t>(k);
    places[at] =
        begin + position_in_turn<Largest>(values + begin, piece_begin(k + 1, pieces, n) - begin);
    found[at] = values[places[at]];
  });
  return places[static_cast<std::size_t>(position_in_turn<Largest>(found.data(), pieces))];
}

double fast_sum_of_adjacent(const double* values, index_t n) {
  return run_widest<fast_sum_kernel<false>>(values, values, n);
}
float fast_sum_of_adjacent(const float* values, index_t n) {
  return run_widest<fast_sum_kernel<false>>(values, values, n);
}
double fast_dot_of_adjacent(const double* a, const double* b, index_t n) {
  return run_widest<fast_sum_kernel<true>>(a, b, n);
}
float fast_dot_of_adjacent(const float* a, const float* b, index_t n) {
  return run_widest<fast_sum_kernel<true>>(a, b, n);
}

#define TESSERA_INSTANTIATE(T)                                                                     \
  template T extremum_of_adjacent<false>(const T*, index_t);                                       \
  template T extremum_of_adjacent<true>(const T*, index_t);                                        \
  template index_t position_of_extremum<false>(const T*, index_t);                                 \
  template index_t position_of_extremum<true>(const T*, index_t);
TESSERA_FOR_ALL_NUMBERS(TESSERA_INSTANTIATE)
#undef TESSERA_INSTANTIATE

} // namespace tessera::detail
