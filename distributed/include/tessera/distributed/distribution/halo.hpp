/// @file
/// How wide the halo of a global array is.
#pragma once

#include <tessera/core/shape.hpp>

#include <array>

namespace tessera {

/// Halo widths per axis and side, in elements, and which axes are periodic. A halo may be wider
/// than a block, and wrap around a periodic axis more than once. A value; all members are local.
template <std::size_t N> struct halo {
  shape_t<N> lower{};
  shape_t<N> upper{};
  std::array<bool, N> periodic{};

  /// No halo.
  constexpr halo() = default;
  /// The same width on every side of every axis.
  explicit constexpr halo(index_t width, bool periodic_axes = false) {
    lower.fill(width);
    upper.fill(width);
    periodic.fill(periodic_axes);
  }
  /// Widths by axis at the lower and the upper side, and which axes are periodic.
  constexpr halo(const shape_t<N>& lower_widths, const shape_t<N>& upper_widths,
                 const std::array<bool, N>& periodic_axes = {})
      : lower(lower_widths), upper(upper_widths), periodic(periodic_axes) {}

  friend constexpr bool operator==(const halo&, const halo&) = default;
};

} // namespace tessera
