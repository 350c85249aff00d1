// Unsigned integers in the order of numbers: what sorting, searching and counting compare.
#pragma once

#include <tessera/core/shape.hpp>

#include <bit>
#include <cstdint>
#include <type_traits>

namespace tessera::detail {

template <std::size_t Size>
using key_of_size = std::conditional_t<
    Size == 1, std::uint8_t,
    std::conditional_t<Size == 2, std::uint16_t,
                       std::conditional_t<Size == 4, std::uint32_t, std::uint64_t>>>;
template <class T> using key_of = key_of_size<sizeof(T)>;

template <class T>
inline constexpr key_of<T> sign_bit = key_of<T>(key_of<T>{1} << (8 * sizeof(T) - 1));

/// The same for what sorts equal: zeros of both signs, and all NaN, which come last.
template <class T> key_of<T> to_key(T value) {
  using key = key_of<T>;
  if constexpr (std::is_floating_point_v<T>) {
    if (value != value) return static_cast<key>(~key{0});
    if (value == T{}) value = T{};
    const auto bits = std::bit_cast<key>(value);
    const auto negative = static_cast<key>(-(bits >> (8 * sizeof(T) - 1)));
    return bits ^ (negative | sign_bit<T>);
  } else {
    const auto bits = static_cast<key>(value);
    return std::is_signed_v<T> ? static_cast<key>(bits ^ sign_bit<T>) : bits;
  }
}

/// A number's key, and where it is.
template <class T> struct keyed {
  index_t place;
  key_of<T> key;
};

} // namespace tessera::detail
