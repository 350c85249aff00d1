// Bins in vector registers: what one vector of values does to them. Shared by binned_sum.cpp, which
// adds adjacent values, and binned_columns.cpp.
#pragma once

#include "sums/binned_sum.hpp"
#include "sums/inexact_flag.hpp"
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

inline constexpr std::int64_t fraction_bits = (std::int64_t{1} << 52) - 1;

template <std::size_t Bytes>
TESSERA_INLINE bool is_any_set(const vector_of<std::int64_t, Bytes>& x) {
  const auto unite = [](auto& a, const auto& b) __attribute__((always_inline)) { a |= b; };
  return joined<std::int64_t, Bytes>(x, unite) != 0;
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
    // The sign of a rest that is -0 says nothing.
    return !is_any_set<Bytes>((moved & ~fraction_bits) | (left & INT64_MAX));
  }
};

template <std::size_t Bytes, int Bins> struct bins {
  using vector = vector_of<double, Bytes>;
  using bits = vector_of<std::int64_t, Bytes>;

  static constexpr index_t lanes = Bytes / sizeof(double);

  vector first;
  vector second;
  vector third;

  /// Of columns from j on.
  TESSERA_INLINE static bins load(const binned_columns& sums, index_t j) {
    const auto at = [&](int b) __attribute__((always_inline)) {
      return *reinterpret_cast<const vector*>(sums.bins[b] + j);
    };
    return {at(0), at(1), at(2)};
  }
  TESSERA_INLINE void store(binned_columns& sums, index_t j) const {
    *reinterpret_cast<vector*>(sums.bins[0] + j) = first;
    *reinterpret_cast<vector*>(sums.bins[1] + j) = second;
    if constexpr (Bins == 3) *reinterpret_cast<vector*>(sums.bins[2] + j) = third;
  }

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

  /// The same while the inexact flag is lowered, which stays so if nothing was lost: if what a sum
  /// took and what is left are exact, so are both together, whichever is larger.
  TESSERA_INLINE void add_flagged(const vector& x) {
    vector rest = x;
    split_flagged(first, rest);
    if constexpr (Bins == 3) split_flagged(second, rest);
    (Bins == 3 ? third : second) += rest;
  }
  /// All is added before the flag is looked at.
  TESSERA_INLINE void settle() {
    inexact_flag::settle(first);
    inexact_flag::settle(second);
    if constexpr (Bins == 3) inexact_flag::settle(third);
  }
  TESSERA_INLINE static void split_flagged(vector& sum, vector& x) {
    const vector before = sum;
    add_silently(sum, before, x);
    x -= sum - before;
  }

  /// Signs and exponents of sums that are not those of the anchors they started at, among other
  /// bits.
  TESSERA_INLINE bits moved_from(const bins& anchors) const {
    const auto bits_of = [](const vector& v) __attribute__((always_inline)) {
      return reinterpret_cast<const bits&>(v);
    };
    bits moved =
        (bits_of(first) ^ bits_of(anchors.first)) | (bits_of(second) ^ bits_of(anchors.second));
    if constexpr (Bins == 3) moved |= bits_of(third) ^ bits_of(anchors.third);
    return moved;
  }
};

/// The two ways to add a vector to bins.
template <std::size_t Bytes> struct checked_addition {
  bin_checks<Bytes>& checks;
  template <class Bins, class Vector>
  TESSERA_INLINE void operator()(Bins& sum, const Vector& x) const {
    sum.add(x, checks);
  }
};
struct flagged_addition {
  template <class Bins, class Vector>
  TESSERA_INLINE void operator()(Bins& sum, const Vector& x) const {
    sum.add_flagged(x);
  }
};

} // namespace tessera::detail
