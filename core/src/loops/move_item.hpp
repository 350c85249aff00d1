// Items that are moved as one, whatever type the arrays' elements have.
#pragma once

#include "loops/loop_order.hpp"

#include <cstring>

namespace tessera::detail {

/// Moves one item. It may be less aligned than an integer of its size; the compiler makes one load
/// and one store of it, and vectors in loops.
template <std::size_t Size> void move_item(std::byte* to, const std::byte* from) {
  std::memcpy(to, from, Size);
}

inline constexpr index_t ahead = 32; // items from which a prefetch is in time

} // namespace tessera::detail
