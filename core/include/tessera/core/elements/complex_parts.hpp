/// @file
/// Functions of the parts of complex numbers, for those headers that do without `<complex>`.
#pragma once

#include <tessera/core/types/operand.hpp>

namespace tessera::detail {

// Real numbers are complex ones without an imaginary part.
struct real_part {
  template <class T> constexpr auto operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return x.real();
    else
      return x;
  }
};
struct imaginary_part {
  template <class T> constexpr auto operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return x.imag();
    else
      return T{};
  }
};
struct conjugate {
  template <class T> constexpr T operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return T(x.real(), -x.imag());
    else
      return x;
  }
};

} // namespace tessera::detail
