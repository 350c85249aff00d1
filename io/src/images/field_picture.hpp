/// @file
/// A field with a title above and a colour bar beside it.
#pragma once

#include "drawing/canvas.hpp"

#include <tessera/io/image.hpp>

namespace tessera::detail {

/// Pixels as indices of a palette, whose colours but the last stand for low to high.
struct colored_field {
  const ndarray<std::uint8_t, 2>& indices;
  const std::vector<rgb>& palette;
  double low;
  double high;
};

canvas draw_field(const colored_field& field, const image_options& options);

} // namespace tessera::detail
