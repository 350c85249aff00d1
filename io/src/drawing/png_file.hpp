/// @file
/// Pixels to PNG files.
#pragma once

#include "drawing/canvas.hpp"

#include <tessera/core/shape.hpp>

#include <string>
#include <vector>

namespace tessera::detail {

/// Rows and columns of indices into a palette of up to 256 colours, row 0 on top.
void write_png(const std::string& path, const shape_t<2>& shape, const std::uint8_t* indices,
               const std::vector<rgb>& palette);
void write_png(const std::string& path, const canvas& picture);

} // namespace tessera::detail
