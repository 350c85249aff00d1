/// @file
/// Types of elements that text files hold.
#pragma once

#include <tessera/core/types/dtype.hpp>

#include <string>

namespace tessera::detail {

/// The types that text files hold.
template <class T> constexpr dtype text_dtype_of() {
  static_assert(!is_complex<T>, "text files hold real numbers: write the real and the imaginary "
                                "parts as columns of their own, or use save_npy");
  return dtype_of<T>();
}

/// Those that are read from them.
template <class T> constexpr dtype number_dtype_of() {
  static_assert(!is_text<T> && !has_members<T>, "numbers are read from text files; use save_npy");
  return text_dtype_of<T>();
}

} // namespace tessera::detail
