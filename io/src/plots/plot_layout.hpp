/// @file
/// Where the parts of a plot are.
#pragma once

#include "drawing/axis_ticks.hpp"
#include "drawing/line_mask.hpp"

#include <tessera/io/line_plot.hpp>

namespace tessera::detail {

/// Axes, their ticks, and the box between them.
struct plot_layout {
  plot_layout(const plot_options& options, const std::vector<plot_line>& lines);

  /// Is this a point that the axes can show?
  [[nodiscard]] bool shows(const line_point& point) const;
  /// Its place on the canvas, perhaps beyond the box.
  [[nodiscard]] pixel_point place(const line_point& point) const;
  [[nodiscard]] int column(double x) const;
  [[nodiscard]] int row(double y) const;

  axis_range x;
  axis_range y;
  axis_ticks x_ticks;
  axis_ticks y_ticks;
  int y_numbers = 0; // width of the widest one
  pixel_box box;

private:
  void choose_x_ticks();
};

/// Distances, in pixels.
inline constexpr int plot_border = 14; // around all
inline constexpr int plot_tick = 5;    // length of a tick
inline constexpr int plot_between = 5; // a tick and its number
inline constexpr int plot_label = 24;  // height of the label of an axis, with the room around it

} // namespace tessera::detail
