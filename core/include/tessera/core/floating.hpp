/// @file
/// Signs, and the parts and kinds of floating-point numbers.
#pragma once

#include <tessera/core/division.hpp>
#include <tessera/core/ufuncs.hpp>

namespace tessera {

namespace detail {

/// The magnitude; of complex numbers by hypot.
struct absolute {
  template <class T> auto operator()(const T& x) const {
    if constexpr (std::is_same_v<T, double>)
      return __builtin_fabs(x);
    else if constexpr (std::is_same_v<T, float>)
      return __builtin_fabsf(x);
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
  template <class T> T operator()(const T& x) const {
    if constexpr (std::is_floating_point_v<T>)
      return x != x ? x : static_cast<T>((x > 0) - (x < 0));
    else
      return static_cast<T>((x > T{}) - (x < T{}));
  }
};

struct signbit_function {
  template <class T> bool operator()(const T& x) const {
    if constexpr (std::is_floating_point_v<T>)
      return __builtin_signbit(x) != 0;
    else
      return x < T{};
  }
};

struct isnan_function {
  template <class T> bool operator()(const T& x) const { return x != x; }
};
struct isinf_function {
  template <class T> bool operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return isinf_function()(x.real()) || isinf_function()(x.imag());
    else if constexpr (std::is_floating_point_v<T>)
      return x > std::numeric_limits<T>::max() || x < std::numeric_limits<T>::lowest();
    else
      return false;
  }
};
struct isfinite_function {
  template <class T> bool operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return isfinite_function()(x.real()) && isfinite_function()(x.imag());
    else if constexpr (std::is_floating_point_v<T>)
      return x <= std::numeric_limits<T>::max() && x >= std::numeric_limits<T>::lowest();
    else
      return true;
  }
};

inline double nextafter_of(double x, double y) { return __builtin_nextafter(x, y); }
inline float nextafter_of(float x, float y) { return __builtin_nextafterf(x, y); }

} // namespace detail

// clang-format off
#define TESSERA_ELEMENTWISE(name, function)                                              \
  template <array_operand A> auto name(A&& a) {                                          \
    return detail::elementwise(detail::function(), std::forward<A>(a));                  \
  }
/// @name Signs
/// Elementwise and lazy. `abs` keeps the type, and the smallest integer as it is; `sign` is -1, 0 or
/// 1 in the element's type, or NaN.
/// @{
TESSERA_ELEMENTWISE(abs, absolute)
TESSERA_ELEMENTWISE(fabs, absolute)
TESSERA_ELEMENTWISE(sign, sign_function)
TESSERA_ELEMENTWISE(signbit, signbit_function)
TESSERA_UFUNC_OF_TWO(copysign, copysign_of, copysign_of)
TESSERA_UFUNC_OF_TWO(nextafter, nextafter_of, nextafter_of)
/// @}

/// @name Kinds of numbers
/// Elementwise and lazy; integers are finite.
/// @{
TESSERA_ELEMENTWISE(isnan, isnan_function)
TESSERA_ELEMENTWISE(isinf, isinf_function)
TESSERA_ELEMENTWISE(isfinite, isfinite_function)
/// @}
// clang-format on
#undef TESSERA_ELEMENTWISE

} // namespace tessera
