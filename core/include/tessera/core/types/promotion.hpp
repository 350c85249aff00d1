/// @file
/// The type of a result of mixed types: NumPy's rule.
#pragma once

#include <tessera/core/types/convert.hpp>
#include <tessera/core/types/operand.hpp>

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

/// The complex type whose parts are of type Part, of the same template as another.
template <class Of, class Part> struct complex_with;
template <template <class> class Of, class T, class Part> struct complex_with<Of<T>, Part> {
  using type = Of<Part>;
};

/// The type of the parts of a complex number; the type itself of others.
template <class T> struct parts_of { using type = T; };
template <class T>
requires is_complex<T>
struct parts_of<T> {
  using type = typename T::value_type;
};

/// The number that a fixed_array is made of; a number itself.
template <class T> struct number_in { using type = T; };
template <class T, std::size_t... N> struct number_in<fixed_array<T, N...>> { using type = T; };
/// A fixed_array of other numbers.
template <class Of, class T> struct fixed_with { using type = T; };
template <class Old, std::size_t... N, class T> struct fixed_with<fixed_array<Old, N...>, T> {
  using type = fixed_array<T, N...>;
};

template <class A, class B> auto promote() {
  if constexpr (std::is_same_v<A, B>) {
    return A{};
  } else if constexpr (is_fixed<A> || is_fixed<B>) {
    using number = decltype(promote<typename number_in<A>::type, typename number_in<B>::type>());
    return typename fixed_with<std::conditional_t<is_fixed<A>, A, B>, number>::type{};
  } else if constexpr (is_complex<A> || is_complex<B>) {
    using parts = decltype(promote<typename parts_of<A>::type, typename parts_of<B>::type>());
    return typename complex_with<std::conditional_t<is_complex<A>, A, B>, parts>::type{};
  } else if constexpr (!std::is_arithmetic_v<A> || !std::is_arithmetic_v<B>)
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

template <class T> constexpr auto sum_type_of() {
  if constexpr (is_fixed<T>)
    return typename fixed_with<T, decltype(sum_type_of<typename T::value_type>())>::type{};
  else if constexpr (!std::is_integral_v<T>)
    return T{};
  else if constexpr (std::is_unsigned_v<T> && !std::is_same_v<T, bool>)
    return std::uint64_t{};
  else
    return std::int64_t{};
}
/// The type of a sum or product: integers give 64 bits.
template <class T> using sum_type = decltype(sum_type_of<T>());

} // namespace detail

/// The type that holds a result of an A and a B, as NumPy chooses it: `int32` with `float` gives
/// double, `uint8` with `int8` gives `int16`.
template <class A, class B> using promoted = decltype(detail::promote<A, B>());

namespace detail {

template <class A, class... Rest> struct common { using type = A; };
template <class A, class B, class... Rest>
struct common<A, B, Rest...> : common<promoted<A, B>, Rest...> {};
template <class... T> using common_of = typename common<T...>::type;

} // namespace detail

/// The type a scalar S takes beside an array of V: the array's own where that loses no kind
/// (integer, real, complex), so that `2.0 * a` stays `float` for a `float` array.
/// Follows NumPy's NEP 50.
/// @throws argument_error for an integer that the array's type cannot hold, such as 300 beside
///         uint8.
template <class V, class S> constexpr auto beside(S scalar) {
  if constexpr (std::is_same_v<S, V> || std::is_same_v<V, bool> || std::is_same_v<S, bool> ||
                detail::is_fixed<S>) {
    return scalar;
  } else if constexpr (detail::is_fixed<V>) {
    return beside<typename V::value_type>(scalar);
  } else if constexpr (detail::is_complex<S>) {
    using part = typename detail::parts_of<V>::type;
    if constexpr (std::is_floating_point_v<part>)
      return typename detail::complex_with<S, part>::type(scalar);
    else
      return scalar;
  } else if constexpr (detail::is_complex<V>) {
    return static_cast<typename V::value_type>(scalar);
  } else if constexpr (std::is_floating_point_v<V>) {
    return static_cast<V>(scalar);
  } else if constexpr (std::is_integral_v<S> && std::is_integral_v<V>) {
    detail::check_fits<V>(scalar);
    return static_cast<V>(scalar);
  } else {
    return scalar;
  }
}

} // namespace tessera
