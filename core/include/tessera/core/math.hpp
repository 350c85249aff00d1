/// @file
/// Mathematical functions on arrays, elementwise and lazy, and `where`.
#pragma once

#include <tessera/core/operators.hpp>
#include <tessera/core/vector_math.hpp>

namespace tessera {

namespace detail {

/// Integers are computed with as double, as in NumPy.
template <class T> constexpr auto as_real(T x) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<double>(x);
  else
    return x;
}

// The compiler's built-ins stand in for <cmath>, which costs every user a fifth of a second.
// Types that are not double or float (complex) find their own function by its name.
// clang-format off
#define TESSERA_REAL_FUNCTION(name)                                                      \
  struct name##_function {                                                               \
    static double call(double x) { return TESSERA_VECTOR_MATH(name)(x); }                         \
    static float call(float x) { return TESSERA_VECTOR_MATH(name##f)(x); }                        \
    template <class T> static auto call(const T& x) { return name(x); }                  \
    template <class T> auto operator()(T x) const { return call(as_real(x)); }           \
  };
#define TESSERA_REAL_FUNCTION_OF_TWO(name)                                               \
  struct name##_function {                                                               \
    static double call(double x, double y) { return TESSERA_VECTOR_MATH(name)(x, y); }            \
    static float call(float x, float y) { return TESSERA_VECTOR_MATH(name##f)(x, y); }            \
    template <class T> static auto call(const T& x, const T& y) { return name(x, y); }   \
    template <class A, class B> auto operator()(A a, B b) const {                        \
      return in_common_type([](auto x, auto y) { return call(as_real(x), as_real(y)); }, a, b); \
    }                                                                                    \
  };
TESSERA_REAL_FUNCTION(sin)   TESSERA_REAL_FUNCTION(cos)   TESSERA_REAL_FUNCTION(tan)
TESSERA_REAL_FUNCTION(asin)  TESSERA_REAL_FUNCTION(acos)  TESSERA_REAL_FUNCTION(atan)
TESSERA_REAL_FUNCTION(sinh)  TESSERA_REAL_FUNCTION(cosh)  TESSERA_REAL_FUNCTION(tanh)
TESSERA_REAL_FUNCTION(exp)   TESSERA_REAL_FUNCTION(expm1) TESSERA_REAL_FUNCTION(log)
TESSERA_REAL_FUNCTION(log2)  TESSERA_REAL_FUNCTION(log10) TESSERA_REAL_FUNCTION(log1p)
TESSERA_REAL_FUNCTION(cbrt)
TESSERA_REAL_FUNCTION_OF_TWO(pow)  TESSERA_REAL_FUNCTION_OF_TWO(atan2)
TESSERA_REAL_FUNCTION_OF_TWO(hypot)
#undef TESSERA_REAL_FUNCTION
#undef TESSERA_VECTOR_MATH
#define TESSERA_VECTOR_MATH(name) __builtin_##name
#define TESSERA_REAL_FUNCTION(name)                                                      \
  struct name##_function {                                                               \
    static double call(double x) { return __builtin_##name(x); }                         \
    static float call(float x) { return __builtin_##name##f(x); }                        \
    template <class T> static auto call(const T& x) { return name(x); }                  \
    template <class T> auto operator()(T x) const { return call(as_real(x)); }           \
  };
TESSERA_REAL_FUNCTION(sqrt)  TESSERA_REAL_FUNCTION(floor)
TESSERA_REAL_FUNCTION(ceil)
#undef TESSERA_REAL_FUNCTION
#undef TESSERA_REAL_FUNCTION_OF_TWO
    // clang-format on

    struct absolute {
  static double call(double x) { return __builtin_fabs(x); }
  static float call(float x) { return __builtin_fabsf(x); }
  template <class T> static auto call(const T& x) {
    if constexpr (std::is_unsigned_v<T>)
      return x;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<T>(x < 0 ? -modular(x) : modular(x));
    else
      return abs(x);
  }
  template <class T> auto operator()(const T& x) const { return call(x); }
};

// NumPy's: a NaN on either side is the result.
struct smaller {
  auto operator()(const auto& x, const auto& y) const { return x < y || x != x ? x : y; }
};
struct larger {
  auto operator()(const auto& x, const auto& y) const { return x > y || x != x ? x : y; }
};

struct choose {
  template <class A, class B> auto operator()(bool condition, const A& a, const B& b) const {
    return in_common_type([condition](const auto& x, const auto& y) { return condition ? x : y; },
                          a, b);
  }
};

} // namespace detail

/// @name Mathematical functions
/// Elementwise and lazy, named and defined as in C; integers are computed with as double.
/// @{
template <array_operand A> auto sin(A&& a) {
  return detail::elementwise(detail::sin_function(), std::forward<A>(a));
}
template <array_operand A> auto cos(A&& a) {
  return detail::elementwise(detail::cos_function(), std::forward<A>(a));
}
template <array_operand A> auto tan(A&& a) {
  return detail::elementwise(detail::tan_function(), std::forward<A>(a));
}
template <array_operand A> auto asin(A&& a) {
  return detail::elementwise(detail::asin_function(), std::forward<A>(a));
}
template <array_operand A> auto acos(A&& a) {
  return detail::elementwise(detail::acos_function(), std::forward<A>(a));
}
template <array_operand A> auto atan(A&& a) {
  return detail::elementwise(detail::atan_function(), std::forward<A>(a));
}
template <array_operand A> auto sinh(A&& a) {
  return detail::elementwise(detail::sinh_function(), std::forward<A>(a));
}
template <array_operand A> auto cosh(A&& a) {
  return detail::elementwise(detail::cosh_function(), std::forward<A>(a));
}
template <array_operand A> auto tanh(A&& a) {
  return detail::elementwise(detail::tanh_function(), std::forward<A>(a));
}
template <array_operand A> auto exp(A&& a) {
  return detail::elementwise(detail::exp_function(), std::forward<A>(a));
}
template <array_operand A> auto expm1(A&& a) {
  return detail::elementwise(detail::expm1_function(), std::forward<A>(a));
}
template <array_operand A> auto log(A&& a) {
  return detail::elementwise(detail::log_function(), std::forward<A>(a));
}
template <array_operand A> auto log2(A&& a) {
  return detail::elementwise(detail::log2_function(), std::forward<A>(a));
}
template <array_operand A> auto log10(A&& a) {
  return detail::elementwise(detail::log10_function(), std::forward<A>(a));
}
template <array_operand A> auto log1p(A&& a) {
  return detail::elementwise(detail::log1p_function(), std::forward<A>(a));
}
template <array_operand A> auto sqrt(A&& a) {
  return detail::elementwise(detail::sqrt_function(), std::forward<A>(a));
}
template <array_operand A> auto cbrt(A&& a) {
  return detail::elementwise(detail::cbrt_function(), std::forward<A>(a));
}
template <array_operand A> auto floor(A&& a) {
  return detail::elementwise(detail::floor_function(), std::forward<A>(a));
}
template <array_operand A> auto ceil(A&& a) {
  return detail::elementwise(detail::ceil_function(), std::forward<A>(a));
}
template <array_operand A> auto abs(A&& a) {
  return detail::elementwise(detail::absolute(), std::forward<A>(a));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto pow(A&& a, B&& b) {
  return detail::elementwise(detail::pow_function(), std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto atan2(A&& a, B&& b) {
  return detail::elementwise(detail::atan2_function(), std::forward<A>(a), std::forward<B>(b));
}
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto hypot(A&& a, B&& b) {
  return detail::elementwise(detail::hypot_function(), std::forward<A>(a), std::forward<B>(b));
}
/// The smaller of two; a NaN on either side is the result, as in NumPy.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto minimum(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::smaller>(), std::forward<A>(a),
                             std::forward<B>(b));
}
/// The larger of two; a NaN on either side is the result, as in NumPy.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto maximum(A&& a, B&& b) {
  return detail::elementwise(detail::arithmetic<detail::larger>(), std::forward<A>(a),
                             std::forward<B>(b));
}
/// @}

/// `a` where the condition holds, else `b`; elementwise and lazy. Both are computed.
///
///     c = where(a > 0.0, sqrt(a), 0.0);
template <array_operand C, class A, class B>
requires(array_operand<A> || scalar_operand<A>) &&
    (array_operand<B> || scalar_operand<B>)auto where(C&& condition, A&& a, B&& b) {
  const auto with_condition = [&](auto x, auto y) {
    return detail::make_expression(detail::choose(), detail::capture(std::forward<C>(condition)),
                                   std::move(x), std::move(y));
  };
  if constexpr (array_operand<A> && scalar_operand<B>)
    return with_condition(detail::capture(std::forward<A>(a)),
                          detail::capture(beside<std::remove_cvref_t<B>, detail::value_of<A>>(b)));
  else if constexpr (scalar_operand<A> && array_operand<B>)
    return with_condition(detail::capture(beside<std::remove_cvref_t<A>, detail::value_of<B>>(a)),
                          detail::capture(std::forward<B>(b)));
  else
    return with_condition(detail::capture(std::forward<A>(a)), detail::capture(std::forward<B>(b)));
}

} // namespace tessera
