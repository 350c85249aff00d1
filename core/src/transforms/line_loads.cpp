#include "transforms/line_loads.hpp"

#include <algorithm>

namespace tessera::detail {

namespace {

/// Calls move(element of memory, place in the buffer) for elements first <= i < last of all lines:
/// side by side lines row by row, others some elements of each at a time, so that what was fetched
/// is used.
template <class Place, class Move>
void for_each_place(const line_places& at, index_t last, Place place, Move move) {
  constexpr index_t together = 16;
  for (index_t i = 0; i < last; i += together) {
    const index_t end = std::min(last, i + together);
    if (at.step == 1) {
      for (index_t l = 0; l < at.count; ++l)
        for (index_t k = i; k < end; ++k) move(at.first[l] + k, place(k) + l);
    } else {
      for (index_t k = i; k < end; ++k) {
        const index_t row = place(k);
        for (index_t l = 0; l < at.count; ++l) move(at.first[l] + k * at.step, row + l);
      }
    }
  }
}

template <class T>
void fill_zeros(index_t first, index_t n, const split_lines<T>& to, const buffer_order<T>& order) {
  for (index_t i = first; i < n; ++i) {
    std::fill_n(to.re + order.place(i), order.lines, T(0));
    std::fill_n(to.im + order.place(i), order.lines, T(0));
  }
}

} // namespace

template <class T>
void load_complex_lines(const T* from, const line_places& at, index_t length, index_t n,
                        const split_lines<T>& to, const buffer_order<T>& order) {
  for_each_place(
      at, length, [&](index_t i) { return order.place(i); },
      [&](index_t source, index_t target) {
        to.re[target] = from[2 * source];
        to.im[target] = from[2 * source + 1];
      });
  fill_zeros(length, n, to, order);
}

template <class T>
void load_real_lines(const T* from, const line_places& at, index_t length, index_t n,
                     const split_lines<T>& to, const buffer_order<T>& order) {
  for_each_place(
      at, length, [&](index_t i) { return order.place(i); },
      [&](index_t source, index_t target) {
        to.re[target] = from[source];
        to.im[target] = T(0);
      });
  fill_zeros(length, n, to, order);
}

template <class T>
void load_pairs(const T* from, const line_places& at, index_t length, index_t n,
                const split_lines<T>& to, const buffer_order<T>& order) {
  line_places pairs = at;
  pairs.step *= 2;
  const auto place = [&](index_t i) { return order.place(i); };
  if (at.step == 1) {
    // Two elements of a line at a time.
    for (index_t i = 0; i < length / 2; ++i)
      for (index_t l = 0; l < at.count; ++l) {
        to.re[place(i) + l] = from[at.first[l] + 2 * i];
        to.im[place(i) + l] = from[at.first[l] + 2 * i + 1];
      }
  } else {
    for_each_place(pairs, length / 2, place, [&](index_t source, index_t target) {
      to.re[target] = from[source];
      to.im[target] = from[source + at.step];
    });
  }
  fill_zeros(length / 2, n, to, order);
  if (length % 2 == 0) return;
  for (index_t l = 0; l < at.count; ++l)
    to.re[place(length / 2) + l] = from[at.first[l] + (length - 1) * at.step];
}

template <class T>
void store_complex_lines(const split_lines<T>& from, T factor, index_t length, T* to,
                         const line_places& at) {
  for_each_place(
      at, length, [&](index_t i) { return i * at.count; },
      [&](index_t target, index_t source) {
        to[2 * target] = factor * from.re[source];
        to[2 * target + 1] = factor * from.im[source];
      });
}

template <class T>
void store_real_lines(const split_lines<T>& from, T factor, index_t length, T* to,
                      const line_places& at) {
  for_each_place(
      at, length, [&](index_t i) { return i * at.count; },
      [&](index_t target, index_t source) { to[target] = factor * from.re[source]; });
}

template <class T>
void store_pairs(const split_lines<T>& from, T factor, index_t n, T* to, const line_places& at) {
  line_places pairs = at;
  pairs.step *= 2;
  const auto move = [&](index_t target, index_t source) {
    to[target] = factor * from.re[source];
    to[target + at.step] = factor * from.im[source];
  };
  if (at.step == 1) {
    for (index_t l = 0; l < at.count; ++l)
      for (index_t i = 0; i < n; ++i) move(at.first[l] + 2 * i, i * at.count + l);
  } else {
    for_each_place(
        pairs, n, [&](index_t i) { return i * at.count; }, move);
  }
}

#define TESSERA_LOADS(T)                                                                           \
  template void load_complex_lines(const T*, const line_places&, index_t, index_t,                 \
                                   const split_lines<T>&, const buffer_order<T>&);                 \
  template void load_real_lines(const T*, const line_places&, index_t, index_t,                    \
                                const split_lines<T>&, const buffer_order<T>&);                    \
  template void load_pairs(const T*, const line_places&, index_t, index_t, const split_lines<T>&,  \
                           const buffer_order<T>&);                                                \
  template void store_complex_lines(const split_lines<T>&, T, index_t, T*, const line_places&);    \
  template void store_real_lines(const split_lines<T>&, T, index_t, T*, const line_places&);       \
  template void store_pairs(const split_lines<T>&, T, index_t, T*, const line_places&);
TESSERA_LOADS(float)
TESSERA_LOADS(double)
#undef TESSERA_LOADS

} // namespace tessera::detail
