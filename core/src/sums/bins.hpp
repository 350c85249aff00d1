// Bins in vector registers: what one vector of values does to them. Shared by binned_sum.cpp, which
// adds adjacent values, and binned_columns.cpp.
#pragma once

#include "sums/binned_sum.hpp"
#include "vectors/vector_kernels.hpp"

#include <bit>

namespace tessera::detail {

// A bin's unit u is its anchor's last place; the anchor is 1.5 * 2^52 u, in the middle of the
// doubles with that last place. As long as the sum in the first bin stays among those, it is larger
// than any value that was added, and what is split off is exact; whether it stayed is seen in its
// exponent. What is left is at most half a unit, 2^40 units of the next bin, and so many of those
// are never added in one lane that they could leave its doubles.
inline constexpr int unit_below_top = 40;

inline double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
}

/// Of all lanes, by halves.
template <class T, std::size_t Bytes, class Join>
TESSERA_INLINE T joined(const vector_of<T, Bytes>& v, const Join& join) {
  if constexpr (Bytes == sizeof(T)) {
    return v[0];
  } else {
    const auto* const halves = reinterpret_cast<const vector_of<T, Bytes / 2>*>(&v);
    vector_of<T, Bytes / 2> half = halves[0];
    join(half, halves[1]);
    return joined<T, Bytes / 2>(half, join);
  }
}

/// What is seen in the bits of sums and rests: signs and exponents of sums in the first bin that
/// are not the anchor's, and rests that are not what the last bin took of them.
template <std::size_t Bytes> struct bin_checks {
  using bits = vector_of<std::int64_t, Bytes>;
  bits anchor; // of the first bin
  bits moved{};
  bits left{};

  /// Are all sums exact?
  TESSERA_INLINE bool passed() const {
    constexpr std::int64_t fraction = (std::int64_t{1} << 52) - 1;
    const auto unite = [](auto& a, const auto& b) __attribute__((always_inline)) { a |= b; };
    // The sign of a rest that is -0 says nothing.
    const bits wrong = (moved & ~fraction) | (left & INT64_MAX);
    return joined<std::int64_t, Bytes>(wrong, unite) == 0;
  }
};

template <std::size_t Bytes, int Bins> struct bins {
  using vector = vector_of<double, Bytes>;
  using bits = vector_of<std::int64_t, Bytes>;

  vector first;
  vector second;
  vector third;

  /// Leaves in x what the sum did not take; returns what it took.
  TESSERA_INLINE static vector split(vector& sum, vector& x) {
    const vector before = sum;
    sum += x;
    const vector taken = sum - before;
    x -= taken;
    return taken;
  }
  TESSERA_INLINE static void take_rest(vector& sum, const vector& rest, bits& left) {
    const vector before = sum;
    sum += rest;
    const vector taken = sum - before;
    left |= reinterpret_cast<const bits&>(taken) ^ reinterpret_cast<const bits&>(rest);
  }
  TESSERA_INLINE void add(const vector& x, bin_checks<Bytes>& checks) {
    vector rest = x;
    split(first, rest);
    checks.moved |= reinterpret_cast<const bits&>(first) ^ checks.anchor;
    if constexpr (Bins == 3) split(second, rest);
    take_rest(Bins == 3 ? third : second, rest, checks.left);
  }
};

} // namespace tessera::detail
