/// @file
/// Integers of one size.
#pragma once

#include <cstdint>
#include <type_traits>

namespace tessera::detail {

/// An integer in 64 bits; bool and floating-point numbers as they are.
template <class T> auto widened(T value) {
  if constexpr (std::is_same_v<T, bool> || std::is_floating_point_v<T>)
    return value;
  else if constexpr (std::is_signed_v<T>)
    return static_cast<std::int64_t>(value);
  else
    return static_cast<std::uint64_t>(value);
}

} // namespace tessera::detail
