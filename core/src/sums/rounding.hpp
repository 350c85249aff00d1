// Sums of a few numbers without an error but the last rounding, in vectors.
#pragma once

#include "vectors/vector_kernels.hpp"

#include <cstdint>

namespace tessera::detail {

/// Sums of three numbers, rounded once, in every lane.
template <std::size_t Bytes> struct rounding {
  using number = vector_of<double, Bytes>;
  using bits = vector_of<std::uint64_t, Bytes>; // which may overflow where a lane stays

  /// Their exact sum is `high` + `low`, where `low` has a last bit of one if it is not exact, so
  /// that rounding once more gives what rounding the sum once does. After S. Boldo and
  /// G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using rounding
  /// to odd" (2008).
  struct two_parts {
    number high;
    number low;
  };

  TESSERA_INLINE static two_parts exactly(const number& a, const number& b) {
    const number sum = a + b;
    const number part = sum - a;
    return {sum, (a - (sum - part)) + (b - part)};
  }

  /// a + b, of the two doubles around it the odd one.
  TESSERA_INLINE static number rounded_to_odd(const number& a, const number& b) {
    const two_parts sum = exactly(a, b);
    const bits as_bits = reinterpret_cast<const bits&>(sum.high);
    const bits odd = (sum.low > 0.0) == (sum.high > 0.0) ? as_bits + 1 : as_bits - 1;
    const bits stays = (sum.low == 0.0) | ((as_bits & 1) != 0);
    const bits result = stays ? as_bits : odd;
    return reinterpret_cast<const number&>(result);
  }

  TESSERA_INLINE static two_parts in_two_parts(const number& first, const number& second,
                                               const number& third) {
    const two_parts lower = exactly(second, third);
    const two_parts upper = exactly(first, lower.high);
    return {upper.high, rounded_to_odd(upper.low, lower.low)};
  }
};

} // namespace tessera::detail
