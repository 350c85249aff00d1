// Brings lines from the caller's memory to buffers, and back.
#pragma once

#include "transforms/passes.hpp"

namespace tessera::detail {

/// Where lines lie: each line's first element, in elements from the base, and the step along it.
struct line_places {
  const index_t* first;
  index_t count;
  index_t step;
};

/// Elements of a split buffer: how many before a gap.
template <class T> struct buffer_order {
  index_t lines;
  index_t stretch;

  [[nodiscard]] index_t place(index_t i) const { return i * lines + i / stretch * part_gap<T>; }
};

/// Complex numbers i < length, and zeros up to n.
template <class T>
void load_complex_lines(const T* from, const line_places& at, index_t length, index_t n,
                        const split_lines<T>& to, const buffer_order<T>& order);
/// Real numbers, without imaginary parts.
template <class T>
void load_real_lines(const T* from, const line_places& at, index_t length, index_t n,
                     const split_lines<T>& to, const buffer_order<T>& order);
/// Real numbers 2i and 2i + 1 as the two parts of number i < n.
template <class T>
void load_pairs(const T* from, const line_places& at, index_t length, index_t n,
                const split_lines<T>& to, const buffer_order<T>& order);

/// Those from a buffer without gaps, times a factor.
template <class T>
void store_complex_lines(const split_lines<T>& from, T factor, index_t length, T* to,
                         const line_places& at);
/// Real parts alone.
template <class T>
void store_real_lines(const split_lines<T>& from, T factor, index_t length, T* to,
                      const line_places& at);
/// Number i gives elements 2i and 2i + 1.
template <class T>
void store_pairs(const split_lines<T>& from, T factor, index_t n, T* to, const line_places& at);

} // namespace tessera::detail
