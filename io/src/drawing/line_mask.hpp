/// @file
/// Smooth lines and dots.
#pragma once

#include "drawing/canvas.hpp"

namespace tessera::detail {

struct pixel_point {
  double x;
  double y;
};

/// How far each pixel of a box is covered by the lines and dots that were drawn: where they cross
/// or meet, no more than by one of them.
class line_mask {
public:
  explicit line_mask(const pixel_box& box);

  /// A straight line with round ends. Coordinates count from the canvas's corner; pixels have their
  /// centres at halves. What lies outside the box is cut off.
  void line(pixel_point from, pixel_point to, double width);
  void dot(pixel_point at, double radius);
  /// Covers what another mask of the same box does.
  void add(const line_mask& other);
  void paint(canvas& on, rgb color) const;
  /// How many pixels of a box are covered.
  [[nodiscard]] long covered(const pixel_box& part) const;

private:
  void cover(int x, int y, double part);

  pixel_box box_;
  checked_vector<std::uint8_t> parts_;
};

} // namespace tessera::detail
