/// @file
/// Colours for numbers.
#pragma once

#include <array>
#include <cstdint>

namespace tessera {

/// Colour maps whose lightness grows evenly, so that equal steps of a field look equal, and a
/// picture printed in grey still reads.
enum class colormap {
  thermal, ///< dark violet through red and orange to pale yellow
  gray     ///< black to white
};

/// A colour in sRGB.
struct rgb {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend constexpr bool operator==(const rgb&, const rgb&) = default;
};

/// Colours from the lowest value to the highest.
inline constexpr int colors_in_map = 255;
/// They are computed when first asked for. In CIELAB, the steps of lightness are equal.
const std::array<rgb, colors_in_map>& colors(colormap map);

} // namespace tessera
