/// @file
/// What elements of a Zarr array are that were never written.
#pragma once

#include <tessera/core/types/dtype.hpp>

#include <cstring>

namespace tessera {

/// A number of any type, as the fill value of an array: 0 unless it is given. Any number converts
/// to it: `{.fill_value = -1}`, `{.fill_value = NAN}`.
class zarr_fill {
public:
  /// Zero. Local.
  zarr_fill() = default;
  /// A number, which is kept as it is. Local.
  template <class T>
  requires(std::is_arithmetic_v<T> || detail::is_complex<T>)
      zarr_fill(T value) // NOLINT: converts on purpose
      : type_(detail::dtype_of<T>()) {
    std::memcpy(bytes_, &value, sizeof value);
  }

  /// The type of what it was made of. Local.
  [[nodiscard]] detail::dtype type() const { return type_; }
  /// Refers to the bytes of that, in this object. Local.
  [[nodiscard]] const char* bytes() const { return bytes_; }

private:
  detail::dtype type_{'u', 1};
  char bytes_[16] = {};
};

} // namespace tessera
