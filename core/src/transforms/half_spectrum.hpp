// Lines of 2h real numbers as h complex ones, and their spectra.
#pragma once

#include "transforms/line_loads.hpp"

namespace tessera::detail {

/// From the transform Z of numbers x[2i] + i x[2i + 1], i < h, without gaps, the numbers 0 ... h of
/// that of x. `turns` are e^(-2 pi i k / 2h).
template <class T>
void spectrum_of_pairs(const split_lines<T>& from, index_t h, index_t lines, const T* turns,
                       const split_lines<T>& to);

/// The other way: from numbers 0 ... h without gaps to what gives twice the pairs when it is
/// transformed backwards. The imaginary parts of numbers 0 and h count for nothing.
template <class T>
void pairs_of_spectrum(const split_lines<T>& from, index_t h, const T* turns,
                       const split_lines<T>& to, const buffer_order<T>& order);

/// The second half of a spectrum of n numbers: the conjugates of the first. n is odd.
template <class T>
void complete_spectrum(const split_lines<T>& from, index_t n, const split_lines<T>& to,
                       const buffer_order<T>& order);

} // namespace tessera::detail
