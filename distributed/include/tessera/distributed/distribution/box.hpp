/// @file
/// Half-open boxes of global index space.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera {

/// The elements with lower <= index < upper along each axis. All members are local.
template <std::size_t N> struct box {
  shape_t<N> lower{};
  shape_t<N> upper{};

  /// Sizes along each axis; 0 where upper lies below lower.
  [[nodiscard]] constexpr shape_t<N> shape() const {
    shape_t<N> result{};
    for (std::size_t d = 0; d < N; ++d) result[d] = upper[d] > lower[d] ? upper[d] - lower[d] : 0;
    return result;
  }
  [[nodiscard]] constexpr index_t size() const { return size_of(shape()); }
  [[nodiscard]] constexpr bool empty() const { return size() == 0; }
  /// Is an element inside?
  [[nodiscard]] constexpr bool contains(const shape_t<N>& index) const {
    for (std::size_t d = 0; d < N; ++d)
      if (index[d] < lower[d] || index[d] >= upper[d]) return false;
    return true;
  }
  friend constexpr bool operator==(const box&, const box&) = default;
};

/// What two boxes have in common. Local.
template <std::size_t N> constexpr box<N> intersect(const box<N>& a, const box<N>& b) {
  box<N> result;
  for (std::size_t d = 0; d < N; ++d) {
    result.lower[d] = a.lower[d] > b.lower[d] ? a.lower[d] : b.lower[d];
    const index_t upper = a.upper[d] < b.upper[d] ? a.upper[d] : b.upper[d];
    result.upper[d] = upper > result.lower[d] ? upper : result.lower[d];
  }
  return result;
}

} // namespace tessera
