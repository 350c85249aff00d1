/// @file
/// Colours for numbers.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <array>
#include <cstdint>

namespace tessera {

/// Colour maps in which equal steps of a field look equal. All but `coolwarm` grow evenly from dark
/// to light, so that a picture printed in grey still reads.
enum class colormap {
  thermal,  ///< dark violet through red and orange to pale yellow
  gray,     ///< black to white
  viridis,  ///< violet through green to yellow, as matplotlib's
  inferno,  ///< black through red to pale yellow, as matplotlib's
  plasma,   ///< blue through pink to yellow, as matplotlib's
  cividis,  ///< blue to yellow, alike for the colour-blind, as matplotlib's
  coolwarm, ///< blue through grey to red, for values below and above a middle, by K. Moreland
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
/// The colours of a map. They are computed when first asked for. In `thermal` and `gray`, the steps
/// of lightness in CIELAB are equal. Local.
/// @throws argument_error for a map that is not there.
const std::array<rgb, colors_in_map>& colors(colormap map);

} // namespace tessera
