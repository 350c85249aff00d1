/// @file
/// The type of a result of mixed types: NumPy's rule.
#pragma once

#include <tessera/core/operand.hpp>

#include <cstdint>
#include <type_traits>

namespace tessera {

namespace detail {

template <std::size_t Size> struct signed_of_size;
template <> struct signed_of_size<1> { using type = std::int8_t; };
template <> struct signed_of_size<2> { using type = std::int16_t; };
template <> struct signed_of_size<4> { using type = std::int32_t; };
template <> struct signed_of_size<8> { using type = std::int64_t; };
template <> struct signed_of_size<16> { using type = double; };

/// Two integer types: the larger; of mixed sign, a signed one that holds both, or else double.
template <class A, class B> auto promote_integers() {
  if constexpr (std::is_same_v<A, bool>)
    return B{};
  else if constexpr (std::is_same_v<B, bool>)
    return A{};
  else if constexpr (std::is_signed_v<A> == std::is_signed_v<B>)
    return std::conditional_t<(sizeof(A) >= sizeof(B)), A, B>{};
  else if constexpr (std::is_signed_v<A>)
    return std::conditional_t<(sizeof(A) > sizeof(B)), A,
                              typename signed_of_size<2 * sizeof(B)>::type>{};
  else
    return promote_integers<B, A>();
}

/// A floating-point type and an integer type: float holds integers of up to 16 bits.
template <class Float, class Integer> auto promote_mixed() {
  return std::conditional_t<(sizeof(Integer) <= 2 || sizeof(Float) >= 8), Float, double>{};
}

template <class A, class B> auto promote() {
  if constexpr (std::is_same_v<A, B>)
    return A{};
  else if constexpr (!std::is_arithmetic_v<A> || !std::is_arithmetic_v<B>)
    return decltype(A{} + B{}){};
  else if constexpr (std::is_integral_v<A> && std::is_integral_v<B>)
    return promote_integers<A, B>();
  else if constexpr (std::is_integral_v<B>)
    return promote_mixed<A, B>();
  else if constexpr (std::is_integral_v<A>)
    return promote_mixed<B, A>();
  else
    return std::conditional_t<(sizeof(A) >= sizeof(B)), A, B>{};
}

} // namespace detail

/// The type that holds a result of an A and a B, as NumPy chooses it: `int32` with `float` gives
/// double, `uint8` with `int8` gives `int16`.
template <class A, class B> using promoted = decltype(detail::promote<A, B>());

/// The type a scalar S takes beside an array of V: the array's own where that loses no kind
/// (integer, real, complex), so that `2.0 * a` stays `float` for a `float` array.
/// Follows NumPy's NEP 50.
template <class S, class V> auto beside(S scalar) {
  constexpr bool integers = std::is_integral_v<S> && std::is_integral_v<V>;
  if constexpr (std::is_same_v<S, V> || !std::is_arithmetic_v<S> || std::is_same_v<V, bool>)
    return scalar;
  else if constexpr (detail::is_complex<V>)
    return static_cast<typename V::value_type>(scalar);
  else if constexpr (std::is_floating_point_v<V> || (integers && !std::is_same_v<V, bool>))
    return static_cast<V>(scalar);
  else
    return scalar;
}

} // namespace tessera
