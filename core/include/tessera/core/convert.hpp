/// @file
/// Conversion of elements and scalars to another type, defined for all values.
#pragma once

#include <tessera/core/operand.hpp>
#include <tessera/core/shape.hpp>

#include <limits>

namespace tessera::detail {

/// A floating-point number as an integer, towards zero. What lies beyond the type becomes its end,
/// and NaN becomes 0, where C++ leaves the behaviour undefined.
template <class Integer, class Float> constexpr Integer saturated(Float x) {
  using limits = std::numeric_limits<Integer>;
  // Powers of two, or zero: exact in any floating-point type.
  constexpr Float low = static_cast<Float>(limits::min());
  constexpr Float beyond = static_cast<Float>(limits::max() / 2 + 1) * 2;
  const Float inside = x >= low && x < beyond ? x : Float{};
  const Integer end = x < low ? limits::min() : x >= beyond ? limits::max() : Integer{};
  return static_cast<Integer>(static_cast<Integer>(inside) | end);
}

/// An element of another type: integers wrap around, floating-point numbers saturate (see
/// saturated), anything to bool is a comparison with zero.
template <class T, class X> constexpr T convert(const X& x) {
  if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool> && std::is_floating_point_v<X>)
    return saturated<T>(x);
  else
    return static_cast<T>(x);
}

[[noreturn]] void throw_does_not_fit(std::uint64_t value, bool negative, std::size_t bytes,
                                     bool is_signed);

/// Throws argument_error if an integer scalar has no place in elements of type T, as NumPy 2 does.
template <class T, class S> constexpr void check_fits([[maybe_unused]] S scalar) {
  if constexpr (std::is_integral_v<T> && std::is_integral_v<S> && !std::is_same_v<T, bool> &&
                !std::is_same_v<S, bool>) {
    using limits = std::numeric_limits<T>;
    const bool negative = scalar < S{};
    const bool fits =
        negative ? std::is_signed_v<T> &&
                       static_cast<std::int64_t>(scalar) >= static_cast<std::int64_t>(limits::min())
                 : static_cast<std::uint64_t>(scalar) <= static_cast<std::uint64_t>(limits::max());
    if (!fits)
      throw_does_not_fit(static_cast<std::uint64_t>(scalar), negative, sizeof(T),
                         std::is_signed_v<T>);
  }
}

} // namespace tessera::detail
