/// @file
/// Exact sums by other means, and numbers to add up.
#pragma once

#include "random_source.hpp"

#include <tessera/core/exact_sum.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

namespace tessera_test {

using namespace tessera;

using numbers = std::vector<double>;

namespace special {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
inline constexpr double largest = std::numeric_limits<double>::max();
inline constexpr double smallest = std::numeric_limits<double>::denorm_min();

} // namespace special

inline exact_sum summed(const numbers& values) {
  exact_sum sum;
  sum.add(values.data(), static_cast<index_t>(values.size()));
  return sum;
}

inline double total(const numbers& values) { return summed(values).value(); }

/// math.fsum of CPython: Shewchuk's partials that do not overlap, rounded half to even. It is wrong
/// where a partial sum overflows.
inline double fsum(const numbers& values) {
  numbers partials;
  for (double x : values) {
    std::size_t kept = 0;
    for (double y : partials) {
      if (std::abs(x) < std::abs(y)) std::swap(x, y);
      const double high = x + y;
      const double low = y - (high - x);
      if (low != 0.0) partials[kept++] = low;
      x = high;
    }
    partials.resize(kept);
    partials.push_back(x);
  }
  double high = 0.0;
  double low = 0.0;
  while (!partials.empty()) {
    const double x = high;
    const double y = partials.back();
    partials.pop_back();
    high = x + y;
    low = y - (high - x);
    if (low != 0.0) break;
  }
  // Half-way cases look at the sign of what comes below.
  if (!partials.empty() && ((low < 0.0) == (partials.back() < 0.0)) && low != 0.0) {
    const double twice = 2.0 * low;
    const double next = high + twice;
    if (next - high == twice) high = next;
  }
  return high;
}

/// A double of any exponent and sign, down to denormals, that leaves room for `count` of them.
inline double any_double(random_source& random, int lowest, int highest) {
  const double mantissa = static_cast<double>(random.between(1, (index_t{1} << 53) - 1));
  const double value =
      std::ldexp(mantissa, static_cast<int>(random.between(lowest - 53, highest - 53)));
  return random.one_in(2) ? value : -value;
}

inline numbers random_numbers(random_source& random, index_t count, int lowest, int highest) {
  numbers values;
  for (index_t i = 0; i < count; ++i) values.push_back(any_double(random, lowest, highest));
  return values;
}

inline void expect_bits(double found, double expected) {
  ASSERT_EQ(std::bit_cast<std::uint64_t>(found), std::bit_cast<std::uint64_t>(expected))
      << std::hexfloat << found << " instead of " << expected;
}

} // namespace tessera_test
