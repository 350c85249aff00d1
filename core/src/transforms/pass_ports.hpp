// How passes read and write: buffers of ours, or the caller's memory.
#pragma once

#include "transforms/butterflies.hpp"
#include "transforms/passes.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace tessera::detail {

template <class V> TESSERA_INLINE V load_vector(const lane<V>* from) {
  V result;
  __builtin_memcpy(&result, from, sizeof(V));
  return result;
}
template <class V> TESSERA_INLINE void store_vector(lane<V>* to, V x) {
  __builtin_memcpy(to, &x, sizeof(V));
}

template <int... I> struct lane_numbers {};
template <int N, int... I> struct make_lane_numbers : make_lane_numbers<N - 1, N - 1, I...> {};
template <int... I> struct make_lane_numbers<0, I...> { using type = lane_numbers<I...>; };
template <class V>
using lanes_of = typename make_lane_numbers<int{sizeof(V) / sizeof(lane<V>)}>::type;

/// Of two vectors of complex numbers the real parts (0) or the imaginary ones (1).
template <int Which, class V, int... I>
TESSERA_INLINE V parts_of(V low, V high, lane_numbers<I...> /*lanes*/) {
  return __builtin_shufflevector(low, high, (2 * I + Which)...);
}
/// Real and imaginary parts in turn: the first half (0) or the second one (1).
template <int Which, class V, int... I>
TESSERA_INLINE V in_turn(V re, V im, lane_numbers<I...> /*lanes*/) {
  constexpr int n = sizeof...(I);
  return __builtin_shufflevector(re, im, ((I % 2) * n + I / 2 + Which * n / 2)...);
}

/// Of two rows of blocks of H elements: the blocks at even places (0), or at odd ones (1), in turn.
template <int H, int Which, class V, int... I>
TESSERA_INLINE V blocks_of(V a, V b, lane_numbers<I...> /*lanes*/) {
  constexpr int n = sizeof...(I);
  return __builtin_shufflevector(a, b, ((I & H) == 0 ? I + Which * H : n + I - H + Which * H)...);
}
/// Rows become columns: blocks of H, H / 2, ... are exchanged.
template <int H, class V> TESSERA_INLINE void transpose_square(V* rows) {
  if constexpr (H > 0) {
    constexpr int n = sizeof(V) / sizeof(lane<V>);
    for (int i = 0; i < n; ++i) {
      if ((i & H) != 0) continue;
      const V low = blocks_of<H, 0>(rows[i], rows[i + H], lanes_of<V>());
      const V high = blocks_of<H, 1>(rows[i], rows[i + H], lanes_of<V>());
      rows[i] = low;
      rows[i + H] = high;
    }
    transpose_square<H / 2>(rows);
  }
}

/// Complex numbers that follow each other, as vectors.
template <class V> TESSERA_INLINE complex_vector<V> load_complex(const lane<V>* from) {
  if constexpr (std::is_floating_point_v<V>) {
    return {from[0], from[1]};
  } else {
    const V low = load_vector<V>(from);
    const V high = load_vector<V>(from + sizeof(V) / sizeof(lane<V>));
    return {parts_of<0>(low, high, lanes_of<V>()), parts_of<1>(low, high, lanes_of<V>())};
  }
}
template <class V> TESSERA_INLINE void store_complex(lane<V>* to, const complex_vector<V>& x) {
  if constexpr (std::is_floating_point_v<V>) {
    to[0] = x.re;
    to[1] = x.im;
  } else {
    store_vector(to, in_turn<0>(x.re, x.im, lanes_of<V>()));
    store_vector(to + sizeof(V) / sizeof(lane<V>), in_turn<1>(x.re, x.im, lanes_of<V>()));
  }
}

/// Stores where 16 bytes begin, past the caches: whole lines of them replace nothing there, and are
/// not read first.
template <class V> TESSERA_INLINE void stream_vector(lane<V>* to, V x) {
#ifdef __SSE2__
  if constexpr (sizeof(V) >= 16) {
    __m128i parts[sizeof(V) / 16];
    __builtin_memcpy(parts, &x, sizeof(V));
    for (std::size_t i = 0; i < sizeof(V) / 16; ++i)
      _mm_stream_si128(reinterpret_cast<__m128i*>(to) + i, parts[i]);
    return;
  }
#endif
  store_vector(to, x);
}
template <class V> TESSERA_INLINE void stream_complex(lane<V>* to, const complex_vector<V>& x) {
  if constexpr (std::is_floating_point_v<V>) {
    store_complex(to, x);
  } else {
    stream_vector(to, in_turn<0>(x.re, x.im, lanes_of<V>()));
    stream_vector(to + sizeof(V) / sizeof(lane<V>), in_turn<1>(x.re, x.im, lanes_of<V>()));
  }
}

/// Reads element `row` of lines q, q + 1, ...; it belongs to part k of those that a pass reads.
template <class V, class T>
TESSERA_INLINE complex_vector<V> read(const split_lines<T>& from, index_t row, index_t k, index_t q,
                                      index_t width) {
  const index_t at = row * width + k * part_gap<T> + q;
  return {load_vector<V>(from.re + at), load_vector<V>(from.im + at)};
}
template <class V, class T>
TESSERA_INLINE complex_vector<V> read(const complex_lines<T>& from, index_t row, index_t /*k*/,
                                      index_t q, index_t /*width*/) {
  const complex_vector<V> x = load_complex<V>(from.data + row * from.row + 2 * q);
  if (from.swapped) return {x.im, x.re};
  return x;
}

template <class V, class T>
TESSERA_INLINE void write(const split_lines<T>& to, index_t row, index_t k, index_t q,
                          index_t width, const complex_vector<V>& x) {
  const index_t at = row * width + k * part_gap<T> + q;
  store_vector<V>(to.re + at, x.re);
  store_vector<V>(to.im + at, x.im);
}
template <class V, class T>
TESSERA_INLINE void write(const complex_lines<T>& to, index_t row, index_t /*k*/, index_t q,
                          index_t /*width*/, const complex_vector<V>& x) {
  complex_vector<V> scaled{to.scale * x.re, to.scale * x.im};
  if (to.swapped) scaled = {scaled.im, scaled.re};
  lane<V>* const at = to.data + row * to.row + 2 * q;
  if (to.bypasses)
    stream_complex<V>(at, scaled);
  else
    store_complex<V>(at, scaled);
}

} // namespace tessera::detail
