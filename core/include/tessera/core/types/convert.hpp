/// @file
/// Conversion of elements and scalars to another type, defined for all values.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/core/types/operand.hpp>

#include <limits>

namespace tessera::detail {

/// A floating-point number as an integer, towards zero. What lies beyond the type becomes its end,
/// and NaN becomes 0, where C++ leaves the behaviour undefined.
template <class Integer, class Float> constexpr Integer saturated(Float x) {
  using limits = std::numeric_limits<Integer>;
  // Powers of two, or zero: exact in any floating-point type.
  constexpr Float low = static_cast<Float>((limits::min)());
  constexpr Float beyond = static_cast<Float>((limits::max)() / 2 + 1) * 2;
  const Float inside = x >= low && x < beyond ? x : Float{};
  const Integer end = x < low ? (limits::min)() : x >= beyond ? (limits::max)() : Integer{};
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

/// What elements can hold, in order: truth, integers, real numbers, complex ones. Others: -1.
template <class T>
inline constexpr int number_kind = is_complex<T>                 ? 3
                                   : std::is_floating_point_v<T> ? 2
                                   : std::is_same_v<T, bool>     ? 0
                                   : std::is_integral_v<T>       ? 1
                                                                 : -1;
template <class T, std::size_t... N>
inline constexpr int number_kind<fixed_array<T, N...>> = number_kind<T>;

/// Does an assignment to elements of type T keep what kind of number it is? Widths and signs are
/// not looked at: integers wrap around, double is rounded to float.
template <class T, class From>
inline constexpr bool keeps_kind = number_kind<T> < 0 || number_kind<From> <= number_kind<T>;

/// Refuses an assignment that would drop fractions, imaginary parts, or all but zero and one.
template <class T, class From> constexpr void check_kind() {
  static_assert(keeps_kind<T, From> || number_kind<From> != 3,
                "complex numbers would lose their imaginary parts here: assign real(...) or "
                "abs(...) of them");
  static_assert(keeps_kind<T, From> || number_kind<From> != 2,
                "floating-point numbers would lose their fractions here: to cut them off, say so "
                "with astype<...>(...), as in astype<int>(rint(a)); to keep them, use an array of "
                "double");
  static_assert(keeps_kind<T, From> || number_kind<From> != 1,
                "integers would become true or false here: compare them, as in n != 0, or say so "
                "with astype<bool>(...)");
}

/// The same for `a += b` and its like, where, as in NumPy, results that can be negative do not go
/// to unsigned elements either.
template <class T, class From> constexpr void check_kind_in_place() {
  check_kind<T, From>();
  static_assert(number_kind<T> != 1 || number_kind<From> != 1 || std::is_signed_v<T> ||
                    std::is_unsigned_v<From>,
                "signed integers would lose their signs here: write a = a + b, with astype<...>() "
                "around what is known not to be negative");
}

/// What a function of the user returned, as an element.
template <class T, class R> constexpr T kept(const R& result) {
  check_kind<T, R>();
  return static_cast<T>(result);
}

[[noreturn]] void throw_does_not_fit(std::uint64_t value, bool negative, std::size_t bytes,
                                     bool is_signed);
[[noreturn]] void throw_not_held(double value, std::size_t bytes, bool is_signed);

/// Is a floating-point number among those of an integer type?
template <class T, class S> constexpr bool is_held(S scalar) {
  if constexpr (std::is_same_v<T, bool>)
    return scalar == 0 || scalar == 1;
  else
    return scalar >= static_cast<S>((std::numeric_limits<T>::min)()) &&
           scalar < static_cast<S>((std::numeric_limits<T>::max)() / 2 + 1) * 2 &&
           static_cast<S>(saturated<T>(scalar)) == scalar;
}

/// Throws argument_error if a scalar has no place in elements of type T: an integer beyond them, as
/// in NumPy 2, a number with a fraction among integers.
template <class T, class S> constexpr void check_fits([[maybe_unused]] S scalar) {
  if constexpr (std::is_integral_v<T> && std::is_floating_point_v<S>) {
    if (!is_held<T>(scalar))
      throw_not_held(static_cast<double>(scalar), std::is_same_v<T, bool> ? 0 : sizeof(T),
                     std::is_signed_v<T>);
  } else if constexpr (std::is_integral_v<T> && std::is_integral_v<S> && !std::is_same_v<T, bool> &&
                       !std::is_same_v<S, bool>) {
    using limits = std::numeric_limits<T>;
    const bool negative = scalar < S{};
    const bool fits =
        negative
            ? std::is_signed_v<T> &&
                  static_cast<std::int64_t>(scalar) >= static_cast<std::int64_t>((limits::min)())
            : static_cast<std::uint64_t>(scalar) <= static_cast<std::uint64_t>((limits::max)());
    if (!fits)
      throw_does_not_fit(static_cast<std::uint64_t>(scalar), negative, sizeof(T),
                         std::is_signed_v<T>);
  }
}

/// A scalar as an element, checked.
template <class T, class S> constexpr T fitted(const S& scalar) {
  if constexpr (std::is_arithmetic_v<S>)
    check_fits<T>(scalar);
  else
    check_kind<T, S>();
  return static_cast<T>(scalar);
}

} // namespace tessera::detail
