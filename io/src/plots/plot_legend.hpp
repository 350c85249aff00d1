/// @file
/// The legend of a plot.
#pragma once

#include "plots/plot_layout.hpp"

namespace tessera::detail {

/// The color of the line of this number.
rgb color_of_line(const std::vector<plot_line>& lines, std::size_t number);

/// Draws the legend, if a line has a label, into the corner where it covers least of the lines.
void draw_legend(canvas& c, const plot_layout& at, const std::vector<plot_line>& lines,
                 const line_mask& drawn);

inline constexpr double dot_radius = 3.2;

} // namespace tessera::detail
