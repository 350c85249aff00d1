#include "drawing/canvas.hpp"

#include <algorithm>

namespace tessera::detail {

canvas::canvas(int width, int height)
    : width_(width), height_(height),
      bytes_(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height), 255) {}

std::uint8_t* canvas::at(int x, int y) {
  if (x < 0 || x >= width_ || y < 0 || y >= height_) return nullptr;
  return bytes_.data() + 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
                              static_cast<std::size_t>(x));
}

void canvas::set(int x, int y, rgb color) {
  std::uint8_t* const pixel = at(x, y);
  if (pixel == nullptr) return;
  pixel[0] = color.red;
  pixel[1] = color.green;
  pixel[2] = color.blue;
}

void canvas::blend(int x, int y, rgb color, int part) {
  std::uint8_t* const pixel = at(x, y);
  if (pixel == nullptr) return;
  const auto mixed = [part](int old, int added) {
    return static_cast<std::uint8_t>((old * (255 - part) + added * part + 127) / 255);
  };
  pixel[0] = mixed(pixel[0], color.red);
  pixel[1] = mixed(pixel[1], color.green);
  pixel[2] = mixed(pixel[2], color.blue);
}

void canvas::fill(const pixel_box& box, rgb color, int part) {
  for (int y = box.top; y < box.bottom; ++y)
    for (int x = box.left; x < box.right; ++x) blend(x, y, color, part);
}

void canvas::frame(const pixel_box& box, rgb color) {
  fill({box.left, box.top, box.right, box.top + 1}, color);
  fill({box.left, box.bottom - 1, box.right, box.bottom}, color);
  fill({box.left, box.top, box.left + 1, box.bottom}, color);
  fill({box.right - 1, box.top, box.right, box.bottom}, color);
}

namespace {

/// Calls `draw(along, up, part)` for the pixels of a text, counted from where it begins.
template <class Draw> int for_text(const font& f, const std::string& text, Draw&& draw) {
  int pen = 0;
  const char* const end = text.data() + text.size();
  for (const char* next = text.data(); next != end;) {
    const glyph& g = glyph_of(f, take_code(next, end));
    for (int row = 0; row < g.height; ++row)
      for (int column = 0; column < g.width; ++column)
        if (const int level = level_of(f, g, row, column))
          draw(pen + g.left + column, g.top - 1 - row, level * 255 / 7);
    pen += g.advance;
  }
  return pen;
}

} // namespace

int text_width(const font& f, const std::string& text) {
  return for_text(f, text, [](int, int, int) {});
}

void draw_text(canvas& c, const font& f, int x, int y, const std::string& text, rgb color) {
  for_text(f, text,
           [&](int along, int up, int part) { c.blend(x + along, y - 1 - up, color, part); });
}

void draw_text_upwards(canvas& c, const font& f, int x, int y, const std::string& text, rgb color) {
  for_text(f, text,
           [&](int along, int up, int part) { c.blend(x - 1 - up, y - 1 - along, color, part); });
}

} // namespace tessera::detail
