/// @file
/// Pixels to draw on.
#pragma once

#include "drawing/glyphs.hpp"

#include <tessera/core/memory/checked_vector.hpp>
#include <tessera/core/shape.hpp>
#include <tessera/io/drawing/colormap.hpp>

#include <string>

namespace tessera::detail {

/// Pixels left <= x < right, top <= y < bottom; y grows downwards.
struct pixel_box {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  [[nodiscard]] int width() const { return right - left; }
  [[nodiscard]] int height() const { return bottom - top; }
};

inline constexpr rgb white{255, 255, 255};
inline constexpr rgb ink{34, 34, 34};      // of text and frames
inline constexpr rgb faint{229, 229, 229}; // of grid lines

/// A picture of so many pixels, white at first. What is drawn outside it is lost.
class canvas {
public:
  canvas(int width, int height);

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] const std::uint8_t* bytes() const { return bytes_.data(); }

  void set(int x, int y, rgb color);
  /// Mixes a color in, by a part of 0 to 255.
  void blend(int x, int y, rgb color, int part);
  void fill(const pixel_box& box, rgb color, int part = 255);
  /// A line of one pixel around a box.
  void frame(const pixel_box& box, rgb color);

private:
  [[nodiscard]] std::uint8_t* at(int x, int y);

  int width_;
  int height_;
  checked_vector<std::uint8_t> bytes_;
};

/// How wide a text in UTF-8 is.
int text_width(const font& f, const std::string& text);
/// Draws a text whose letters stand on row `y`, from column `x` on.
void draw_text(canvas& c, const font& f, int x, int y, const std::string& text, rgb color = ink);
/// The same from below upwards; the letters stand on column `x`, and begin at row `y`.
void draw_text_upwards(canvas& c, const font& f, int x, int y, const std::string& text,
                       rgb color = ink);

} // namespace tessera::detail
