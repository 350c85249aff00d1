/// @file
/// Types of elements as files know them.
#pragma once

#include <tessera/core/operand.hpp>

#include <string>
#include <type_traits>

namespace tessera::detail {

/// A type of elements: NumPy's letter for its kind ('b' bool, 'i' signed and 'u' unsigned
/// integers, 'f' floating point, 'c' complex) and its size in bytes.
struct dtype {
  char kind;
  int size;
  friend constexpr bool operator==(const dtype&, const dtype&) = default;
};

/// NumPy's name: "float64", "int8", "bool".
std::string to_string(dtype type);

template <class T> constexpr dtype dtype_of() {
  static_assert(is_complex<T> || (std::is_arithmetic_v<T> && !std::is_same_v<T, long double>),
                "files hold bool, integers, float, double, and complex numbers of these (include "
                "<tessera/core/complex.hpp> for those)");
  constexpr int size = static_cast<int>(sizeof(T));
  if constexpr (is_complex<T>)
    return {'c', size};
  else if constexpr (std::is_same_v<T, bool>)
    return {'b', size};
  else if constexpr (std::is_floating_point_v<T>)
    return {'f', size};
  else
    return {std::is_signed_v<T> ? 'i' : 'u', size};
}

/// The types that text files hold.
template <class T> constexpr dtype text_dtype_of() {
  static_assert(!is_complex<T>, "text files hold real numbers: write the real and the imaginary "
                                "parts as columns of their own, or use save_npy");
  return dtype_of<T>();
}

} // namespace tessera::detail
