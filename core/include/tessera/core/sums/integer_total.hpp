/// @file
/// Sums of integers that do not wrap around, and what is made of them by division.
#pragma once

#include <tessera/core/sums/adjacent_numbers.hpp>

#include <cstdint>

namespace tessera::detail {

/// An integer of 128 bits, high * 2^64 + low: a sum of as many 64-bit integers as there can be.
struct integer_total {
  std::uint64_t low = 0;
  std::int64_t high = 0;

  void add(const integer_total& more) {
    low += more.low;
    high += more.high + (low < more.low ? 1 : 0);
  }
};

/// The sum of adjacent integers.
template <class T> integer_total total_of_adjacent(const T* values, index_t n);

/// The same of 2^30 words at most, from their sum modulo 2^64 and the sum of their upper 32 bits;
/// before that, those of signed words have their signs changed, so that they are unsigned.
template <class T>
integer_total total_of_halves(std::uint64_t whole, std::uint64_t upper, index_t count);

/// total / count, rounded once; NaN of nothing.
double quotient_of(const integer_total& total, index_t count);

/// The nearest double.
double rounded(const integer_total& total);

/// A mean as the integer below it and what is missing, which is less than one: distances from it
/// are those of integers, whose size does not matter.
template <class T> struct integer_center {
  T whole;
  double rest;
};
/// The center of integers of type T. The count is not zero, unless nothing is asked of the center.
template <class T> integer_center<T> center_of(const integer_total& total, index_t count);

/// Sums of products of the halves of 64-bit integers, x = 2^32 upper + lower.
struct product_totals {
  integer_total upper; ///< of upper halves
  integer_total left;  ///< of upper halves with lower ones
  integer_total right; ///< of lower halves with upper ones
  integer_total lower; ///< of lower halves
};
/// The sum of the products divided by that of the weights, rounded once where the sum has not more
/// than 127 bits and the weights not more than 63, else three times; NaN or infinite when the
/// weights add up to zero.
double weighted_mean(const product_totals& products, const integer_total& weights);

} // namespace tessera::detail
