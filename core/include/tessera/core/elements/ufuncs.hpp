/// @file
/// Mathematical functions on arrays, elementwise and lazy.
#pragma once

#include <tessera/core/expressions/elementwise.hpp>
#include <tessera/core/vectors/vector_math.hpp>

namespace tessera {

// Defines a function of arrays by those of double and float elements. Elements of other types find
// their own by its name: complex ones the standard library's, long double the one of numbers, which
// therefore is declared first. No <cmath>, which costs every user a fifth of a second.
// clang-format off
#define TESSERA_OF_NUMBER(name, of_double, of_float, of_long_double)                     \
  template <detail::real_number T> constexpr auto name(T x) {                            \
    if constexpr (std::is_same_v<T, float>)                                              \
      return of_float(x);                                                                \
    else if constexpr (std::is_same_v<T, long double>)                                   \
      return of_long_double(x);                                                          \
    else                                                                                 \
      return of_double(static_cast<double>(x));                                          \
  }
#define TESSERA_OF_TWO_NUMBERS(name, of_double, of_float, of_long_double)                \
  template <detail::real_number A, detail::real_number B> constexpr auto name(A x, B y) { \
    using T = detail::common_real<A, B>;                                                   \
    if constexpr (std::is_same_v<T, float>)                                              \
      return of_float(x, y);                                                             \
    else if constexpr (std::is_same_v<T, long double>)                                   \
      return of_long_double(static_cast<T>(x), static_cast<T>(y));                       \
    else                                                                                 \
      return of_double(static_cast<double>(x), static_cast<double>(y));                  \
  }
#define TESSERA_C_OF_NUMBER(name) \
  TESSERA_OF_NUMBER(name, __builtin_##name, __builtin_##name##f, __builtin_##name##l)
#define TESSERA_C_OF_TWO_NUMBERS(name) \
  TESSERA_OF_TWO_NUMBERS(name, __builtin_##name, __builtin_##name##f, __builtin_##name##l)
#define TESSERA_UFUNC(name, of_double, of_float)                                         \
  namespace detail {                                                                     \
  struct name##_function {                                                               \
    static double call(double x) { return of_double(x); }                                \
    static float call(float x) { return of_float(x); }                                   \
    template <class T> static auto call(const T& x) { return name(x); }                  \
    template <class T> auto operator()(const T& x) const { return call(as_real(x)); }    \
  };                                                                                     \
  }                                                                                      \
  template <array_operand A> auto name(A&& a) {                                          \
    return detail::elementwise(detail::name##_function(), std::forward<A>(a));           \
  }
#define TESSERA_UFUNC_OF_TWO(name, of_double, of_float)                                  \
  namespace detail {                                                                     \
  struct name##_function {                                                               \
    static double call(double x, double y) { return of_double(x, y); }                   \
    static float call(float x, float y) { return of_float(x, y); }                       \
    template <class A, class B> auto operator()(const A& a, const B& b) const {          \
      return in_common_type([](auto x, auto y) { return call(as_real(x), as_real(y)); }, a, b); \
    }                                                                                    \
  };                                                                                     \
  }                                                                                      \
  template <class A, class B>                                                            \
  requires detail::elementwise_pair<A, B> auto name(A&& a, B&& b) {                      \
    return detail::elementwise(detail::name##_function(), std::forward<A>(a), std::forward<B>(b)); \
  }
#define TESSERA_C_UFUNC(name) \
  TESSERA_C_OF_NUMBER(name)   \
  TESSERA_UFUNC(name, __builtin_##name, __builtin_##name##f)
#define TESSERA_C_UFUNC_OF_TWO(name) \
  TESSERA_C_OF_TWO_NUMBERS(name)     \
  TESSERA_UFUNC_OF_TWO(name, __builtin_##name, __builtin_##name##f)
#define TESSERA_VECTOR_UFUNC(name) \
  TESSERA_C_OF_NUMBER(name)        \
  TESSERA_UFUNC(name, TESSERA_VECTOR_MATH(name), TESSERA_VECTOR_MATH(name##f))
#define TESSERA_VECTOR_UFUNC_OF_TWO(name) \
  TESSERA_C_OF_TWO_NUMBERS(name)          \
  TESSERA_UFUNC_OF_TWO(name, TESSERA_VECTOR_MATH(name), TESSERA_VECTOR_MATH(name##f))

/// @name Mathematical functions
/// Elementwise and lazy, named and defined as in C (`asin` for NumPy's `arcsin`), for special values
/// too. Integers are computed with as double, small ones as well; complex numbers where C++ has the
/// function for them, after including <tessera/core/complex.hpp>.
///
/// Of a number that is no array, `sqrt(mean(a))` or `exp(c(0, 0))` in a kernel, they are the C
/// library's: float and long double stay, integers give double.
///
/// They run a vector of elements at a time (see docs/decisions/004-vector-mathematics.md), and an
/// element gets the same bits wherever it stands. Largest errors measured, in units of the last
/// place, of double and float, over all exponents and for all instruction sets:
///
///     sin   3.5 2.4    asin  2.8 3.0    sinh  2.0 2.0    asinh 2.1 2.2    exp   3.0 2.9
///     cos   3.5 2.0    acos  2.0 2.3    cosh  2.0 2.4    acosh 2.5 2.9    exp2  1.7 1.1
///     tan   3.4 3.6    atan  2.5 2.8    tanh  2.2 1.4    atanh 2.4 2.0    expm1 3.0 2.3
///     log   1.6 3.9    log2  1.8 2.2    log10 1.9 3.0    log1p 2.0 2.0    cbrt  2.3 2.9
///     erf   2.0 4.0    erfc  3.0 1.6    atan2 2.9 3.7    hypot 2.0 1.4    pow   1.0 0.7
///
/// What is compiled for AVX-512 comes nearer with some: sin 2.6, cos 3.0, tanh 2.0, log 1.1 of double;
/// exp 1.3 1.1, exp2 1.3 1.1, pow 0.8 0.6.
///
/// `lgamma` and `tgamma` are the C library's, one element at a time; `sqrt` is exact to rounding.
///
///     c = (2.0 * a - 4.5 * b) + 1.1 * (sin(a) + cos(b));
/// @{
TESSERA_VECTOR_UFUNC(sin)    TESSERA_VECTOR_UFUNC(cos)   TESSERA_VECTOR_UFUNC(tan)
TESSERA_VECTOR_UFUNC(asin)   TESSERA_VECTOR_UFUNC(acos)  TESSERA_VECTOR_UFUNC(atan)
TESSERA_VECTOR_UFUNC(sinh)   TESSERA_VECTOR_UFUNC(cosh)  TESSERA_VECTOR_UFUNC(tanh)
TESSERA_VECTOR_UFUNC(asinh)  TESSERA_VECTOR_UFUNC(acosh) TESSERA_VECTOR_UFUNC(atanh)
TESSERA_VECTOR_UFUNC(exp)    TESSERA_VECTOR_UFUNC(exp2)  TESSERA_VECTOR_UFUNC(expm1)
TESSERA_VECTOR_UFUNC(log)    TESSERA_VECTOR_UFUNC(log2)  TESSERA_VECTOR_UFUNC(log10)
TESSERA_VECTOR_UFUNC(log1p)  TESSERA_VECTOR_UFUNC(cbrt)  TESSERA_VECTOR_UFUNC(erf)
TESSERA_VECTOR_UFUNC(erfc)
TESSERA_VECTOR_UFUNC_OF_TWO(atan2)
TESSERA_C_UFUNC(sqrt)
TESSERA_C_UFUNC(lgamma)
TESSERA_C_UFUNC(tgamma)
TESSERA_VECTOR_UFUNC_OF_TWO(hypot)
/// @}

namespace detail {

template <class T> inline constexpr T pi = static_cast<T>(3.14159265358979323846264338327950288L);
template <class T> constexpr T degrees_of(T x) { return x * (T{180} / pi<T>); }
template <class T> constexpr T radians_of(T x) { return x * (pi<T> / T{180}); }

} // namespace detail

/// @name Angles
/// From radians to degrees and back.
/// @{
#define TESSERA_ANGLE_UFUNC(name, function)                                              \
  TESSERA_OF_NUMBER(name, detail::function, detail::function, detail::function)          \
  TESSERA_UFUNC(name, function, function)
TESSERA_ANGLE_UFUNC(degrees, degrees_of)
TESSERA_ANGLE_UFUNC(radians, radians_of)
TESSERA_ANGLE_UFUNC(rad2deg, degrees_of)
TESSERA_ANGLE_UFUNC(deg2rad, radians_of)
#undef TESSERA_ANGLE_UFUNC
/// @}

/// @name Rounding to integers
/// `round` and `rint` take halves to the even neighbour, as in NumPy, where C's round does not, which
/// is that of a number on its own. Integers become double.
/// @{
TESSERA_C_UFUNC(floor)
TESSERA_C_UFUNC(ceil)
TESSERA_C_UFUNC(trunc)
TESSERA_C_UFUNC(rint)
/// @}
// clang-format on

#undef TESSERA_VECTOR_UFUNC
#undef TESSERA_VECTOR_UFUNC_OF_TWO

namespace detail {

/// log(exp(a) + exp(b)) without overflow.
struct logaddexp_function {
  static double call(double x, double y) {
    const double larger = x > y || x != x ? x : y;
    const double distance = __builtin_fabs(x - y);
    const double grown = larger + TESSERA_VECTOR_MATH(log1p)(TESSERA_VECTOR_MATH(exp)(-distance));
    return x == y ? x + 0.693147180559945309417 : grown;
  }
  template <class A, class B> auto operator()(const A& a, const B& b) const {
    using common = promoted<A, B>;
    using result = std::conditional_t<std::is_integral_v<common>, double, common>;
    return static_cast<result>(call(static_cast<double>(a), static_cast<double>(b)));
  }
};

/// x rounded to `10^-decimals`, the way NumPy does it: scaled, rounded half to even, scaled back.
struct round_function {
  double scale;
  bool up;

  double of(double x) const {
    return up ? __builtin_rint(x * scale) / scale : __builtin_rint(x / scale) * scale;
  }
  template <class T> T operator()(const T& x) const {
    if constexpr (std::is_same_v<T, float>) {
      const float s = static_cast<float>(scale);
      return up ? __builtin_rintf(x * s) / s : __builtin_rintf(x / s) * s;
    } else if constexpr (is_complex<T>) {
      return T(round_function::operator()(x.real()), round_function::operator()(x.imag()));
    } else if constexpr (std::is_integral_v<T>) {
      return up ? x : convert<T>(of(static_cast<double>(x)));
    } else if constexpr (std::is_same_v<T, long double>) {
      return up ? __builtin_rintl(x * T{scale}) / T{scale}
                : __builtin_rintl(x / T{scale}) * T{scale};
    } else {
      return of(x);
    }
  }
};

/// 10 to the power of an integer, correctly rounded up to 10^22.
double power_of_ten(int exponent);

inline round_function rounding_to(int decimals) {
  return {power_of_ten(decimals < 0 ? -decimals : decimals), decimals >= 0};
}

} // namespace detail

/// log(exp(a) + exp(b)), computed in double without overflow.
template <class A, class B>
requires detail::elementwise_pair<A, B>
auto logaddexp(A&& a, B&& b) {
  return detail::elementwise(detail::logaddexp_function(), std::forward<A>(a), std::forward<B>(b));
}
template <detail::real_number A, detail::real_number B> auto logaddexp(A a, B b) {
  return detail::logaddexp_function()(a, b);
}

/// Rounds to a number of decimals, halves to even; negative ones round to tens, hundreds and so on.
/// The type stays. As in NumPy, the decimal scaling rounds too: `round(a, 2)` of 2.675 is 2.68.
///
/// Without decimals, `round(x)` of a number that is no array is C's, which takes halves away from
/// zero: C's name cannot be told from ours. `rint(x)` takes them to the even neighbour.
template <array_operand A> auto round(A&& a, int decimals = 0) {
  return detail::elementwise(detail::rounding_to(decimals), std::forward<A>(a));
}
TESSERA_C_OF_NUMBER(round)
template <detail::number T> T round(T x, int decimals) { return detail::rounding_to(decimals)(x); }

} // namespace tessera
