/// @file
/// Powers.
#pragma once

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/elements/ufuncs.hpp>

namespace tessera {

TESSERA_C_OF_TWO_NUMBERS(pow)

namespace detail {

/// x to the power n, wrapping around.
template <class T> constexpr T integer_power(T x, T n) {
  if constexpr (std::is_signed_v<T>)
    // 1 / x^|n| towards zero.
    if (n < 0) return x == 1 ? T{1} : x == -1 ? static_cast<T>(n % 2 == 0 ? 1 : -1) : T{};
  auto result = modular(T{1});
  auto factor = modular(x);
  for (auto left = modular(n); left != 0; left /= 2) {
    if (left % 2 != 0) result *= factor;
    factor *= factor;
  }
  return static_cast<T>(result);
}

struct power {
  template <class T> static auto call(const T& x, const T& y) {
    if constexpr (std::is_same_v<T, bool>)
      return static_cast<std::int8_t>(x || !y);
    else if constexpr (std::is_integral_v<T>)
      return integer_power(x, y);
    else if constexpr (std::is_same_v<T, float>)
      return TESSERA_VECTOR_MATH(powf)(x, y);
    else if constexpr (std::is_same_v<T, double>)
      return TESSERA_VECTOR_MATH(pow)(x, y);
    else
      return pow(x, y);
  }
  template <class A, class B> auto operator()(const A& a, const B& b) const {
    if constexpr (is_number<A> && is_number<B>) {
      using common = promoted<A, B>;
      return call(static_cast<common>(a), static_cast<common>(b));
    } else {
      return pow(a, b);
    }
  }
};

[[noreturn]] void throw_negative_power(index_t exponent);

/// x to a power that is the same for all elements: the usual ones are multiplications.
template <class Exponent> struct power_of_scalar {
  Exponent exponent;

  template <class T> auto operator()(const T& x) const {
    if constexpr (std::is_same_v<promoted<T, Exponent>, double>)
      return TESSERA_VECTOR_MATH(power)(static_cast<double>(x), static_cast<double>(exponent));
    else if constexpr (std::is_same_v<promoted<T, Exponent>, float>)
      return TESSERA_VECTOR_MATH(powerf)(static_cast<float>(x), static_cast<float>(exponent));
    else
      return power()(x, exponent);
  }
};

struct square_function {
  template <class T> constexpr auto operator()(const T& x) const {
    return arithmetic<raw_multiply>()(x, x);
  }
};

/// The square, in the type of a power to an Exponent.
template <class Exponent> struct square_in {
  template <class T> constexpr auto operator()(const T& x) const {
    return square_function()(static_cast<promoted<T, Exponent>>(x));
  }
};

template <class Exponent>
requires(std::is_arithmetic_v<Exponent>) struct simple_form<power_of_scalar<Exponent>> {
  using type = square_in<Exponent>;
  static type of(const power_of_scalar<Exponent>&) { return {}; }
  static bool possible(const power_of_scalar<Exponent>& f) { return f.exponent == 2; }
};

/// Integers give double, as in a division.
struct reciprocal_function {
  template <class T> constexpr auto operator()(const T& x) const { return divide()(T{1}, x); }
};

} // namespace detail

/// `a` to the power `b`, elementwise and lazy. Integers to integers stay integers and wrap around,
/// as in NumPy; there a negative exponent gives the quotient towards zero (0, but for bases 1 and
/// -1).
///
/// Of two numbers that are no arrays it is C's `pow`: integers give double.
///
/// A scalar exponent of 2 costs a multiplication; 1, 3 and -1 are as cheap. Errors: see ufuncs.hpp.
/// @throws argument_error for a negative integer scalar as the exponent of integers.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto pow(A&& a, B&& b) {
  if constexpr (array_operand<B>) {
    return detail::elementwise(detail::power(), std::forward<A>(a), std::forward<B>(b));
  } else {
    const auto exponent = beside<detail::value_of<A>>(b);
    if constexpr (detail::holds_integers<A> && std::is_integral_v<decltype(exponent)>)
      if (exponent < 0) detail::throw_negative_power(static_cast<index_t>(exponent));
    using of_scalar = detail::power_of_scalar<std::remove_const_t<decltype(exponent)>>;
    return detail::elementwise(of_scalar{exponent}, std::forward<A>(a));
  }
}

/// NumPy's other name of pow.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto power(A&& a, B&& b) { return pow(std::forward<A>(a), std::forward<B>(b)); }
template <detail::number A, detail::number B> auto power(A a, B b) { return pow(a, b); }

/// `a * a`, reading each element once.
template <array_operand A> auto square(A&& a) {
  return detail::elementwise(detail::square_function(), std::forward<A>(a));
}
template <detail::number T> constexpr auto square(T x) { return detail::square_function()(x); }

/// `1 / a`; integers give double.
template <array_operand A> auto reciprocal(A&& a) {
  return detail::elementwise(detail::reciprocal_function(), std::forward<A>(a));
}
template <detail::number T> constexpr auto reciprocal(T x) {
  return detail::reciprocal_function()(x);
}

} // namespace tessera
