// Items that are moved as one, whatever type the arrays' elements have.
#pragma once

#include "nest.hpp"

namespace tessera::detail {

/// The arrays' elements are of other types, and may be less aligned.
template <std::size_t Size> struct item { std::byte bytes[Size]; };
template <std::size_t Size> struct item_type { using type = item<Size>; };
template <> struct item_type<4> {
  typedef std::uint32_t type __attribute__((may_alias, aligned(1)));
};
template <> struct item_type<8> {
  typedef std::uint64_t type __attribute__((may_alias, aligned(1)));
};
template <std::size_t Size> using item_of = typename item_type<Size>::type;

inline constexpr index_t ahead = 32; // items from which a prefetch is in time

} // namespace tessera::detail
