/// @file
/// Signs, and the parts and kinds of floating-point numbers.
#pragma once

#include <tessera/core/elements/division.hpp>
#include <tessera/core/elements/ufuncs.hpp>

#include <cstdlib>

namespace tessera {

// What converts to several kinds of numbers is ambiguous then, where ::abs alone would make it int.
using std::abs;

namespace detail {

/// The magnitude; of complex numbers by hypot.
struct absolute {
  template <class T> constexpr auto operator()(const T& x) const {
    if constexpr (std::is_same_v<T, double>)
      return __builtin_fabs(x);
    else if constexpr (std::is_same_v<T, float>)
      return __builtin_fabsf(x);
    else if constexpr (std::is_same_v<T, long double>)
      return __builtin_fabsl(x);
    else if constexpr (std::is_unsigned_v<T>)
      return x;
    else if constexpr (std::is_integral_v<T>)
      return static_cast<T>(x < 0 ? -modular(x) : modular(x));
    else if constexpr (is_complex<T>)
      return hypot_function()(x.real(), x.imag());
    else
      return abs(x);
  }
};

struct sign_function {
  template <class T> constexpr T operator()(const T& x) const {
    if constexpr (std::is_floating_point_v<T>)
      return x != x ? x : static_cast<T>((x > 0) - (x < 0));
    else
      return static_cast<T>((x > T{}) - (x < T{}));
  }
};

struct signbit_function {
  template <class T> constexpr bool operator()(const T& x) const {
    if constexpr (std::is_floating_point_v<T>)
      return __builtin_signbit(x) != 0;
    else
      return x < T{};
  }
};

struct isnan_function {
  template <class T> constexpr bool operator()(const T& x) const { return x != x; }
};
struct isinf_function {
  template <class T> constexpr bool operator()(const T& x) const {
    if constexpr (is_fixed<T>)
      return any_element(isinf_function(), x);
    else if constexpr (is_complex<T>)
      return isinf_function()(x.real()) || isinf_function()(x.imag());
    else if constexpr (std::is_floating_point_v<T>)
      return x > (std::numeric_limits<T>::max)() || x < std::numeric_limits<T>::lowest();
    else
      return false;
  }
};
struct isfinite_function {
  template <class T> constexpr bool operator()(const T& x) const {
    if constexpr (is_fixed<T>)
      return !any_element([](const auto& e) { return !isfinite_function()(e); }, x);
    else if constexpr (is_complex<T>)
      return isfinite_function()(x.real()) && isfinite_function()(x.imag());
    else if constexpr (std::is_floating_point_v<T>)
      return x <= (std::numeric_limits<T>::max)() && x >= std::numeric_limits<T>::lowest();
    else
      return true;
  }
};

} // namespace detail

// clang-format off
#define TESSERA_ELEMENTWISE(name, function)                                              \
  template <array_operand A> auto name(A&& a) {                                          \
    return detail::elementwise(detail::function(), std::forward<A>(a));                  \
  }
#define TESSERA_ELEMENTWISE_OF(kind, name, function)                                     \
  TESSERA_ELEMENTWISE(name, function)                                                    \
  template <detail::kind T> constexpr auto name(T x) { return detail::function()(x); }
/// @name Signs
/// Elementwise and lazy, and of numbers that are no arrays. `abs` keeps the type, and the smallest
/// integer as it is; `sign` is -1, 0 or 1 in the element's type, or NaN.
/// @{
TESSERA_ELEMENTWISE_OF(real_number, abs, absolute)
TESSERA_ELEMENTWISE(fabs, absolute)
TESSERA_C_OF_NUMBER(fabs)
TESSERA_ELEMENTWISE_OF(real_number, sign, sign_function)
TESSERA_ELEMENTWISE_OF(real_number, signbit, signbit_function)
TESSERA_C_UFUNC_OF_TWO(copysign)
TESSERA_C_UFUNC_OF_TWO(nextafter)
/// @}

/// @name Kinds of numbers
/// Elementwise and lazy, and of numbers that are no arrays; integers are finite.
/// @{
TESSERA_ELEMENTWISE_OF(number, isnan, isnan_function)
TESSERA_ELEMENTWISE_OF(number, isinf, isinf_function)
TESSERA_ELEMENTWISE_OF(number, isfinite, isfinite_function)
/// @}
// clang-format on
#undef TESSERA_ELEMENTWISE_OF
#undef TESSERA_ELEMENTWISE

} // namespace tessera
