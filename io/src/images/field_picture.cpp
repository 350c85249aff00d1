#include "images/field_picture.hpp"
#include "drawing/axis_ticks.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace tessera::detail {

namespace {

constexpr int border = 18; // around all
constexpr int gap = 22;    // between field and bar
constexpr int bar_width = 18;
constexpr int tick_length = 5;
constexpr int between = 7;      // tick, number, label
constexpr int line_height = 20; // of a label
constexpr int title_height = 30;
constexpr int least_bar = 160;
constexpr int readable = 400; // pixels along the longer side of a small field
constexpr int pixels_per_tick = 48;

std::string number_text(double value) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 6);
  return {text, result.ptr};
}

axis_ticks bar_ticks(const colored_field& field, int height) {
  if (field.low == field.high) return {{{field.low, number_text(field.low)}}, {}};
  return linear_ticks(field.low, field.high, std::max(2, height / pixels_per_tick));
}

int widest(const axis_ticks& ticks) {
  int width = 0;
  for (const axis_tick& tick : ticks.ticks)
    width = std::max(width, text_width(small_font, tick.label));
  return width;
}

/// Where everything is.
struct field_layout {
  field_layout(const colored_field& field, const image_options& options) {
    const auto rows = static_cast<int>(field.indices.shape()[0]);
    const auto columns = static_cast<int>(field.indices.shape()[1]);
    const int wanted = readable / std::max(rows, columns);
    scale = std::max(1, options.scale > 0 ? static_cast<int>(options.scale) : wanted);
    const int content = options.color_bar ? std::max(rows * scale, least_bar) : rows * scale;
    ticks = options.color_bar ? bar_ticks(field, content) : axis_ticks{};
    int top = border + (options.title.empty() ? 0 : title_height);
    if (!ticks.note.empty()) top = std::max(top, border + line_height);
    const int down = (content - rows * scale) / 2;
    picture = {border, top + down, border + columns * scale, top + down + rows * scale};
    bar = {picture.right + gap, top, picture.right + gap + bar_width, top + content};
    height = top + content + border;
    width = picture.right + border;
    if (!options.color_bar) return;
    const int numbers = bar.right + tick_length + between;
    label = numbers + widest(ticks) + (options.label.empty() ? 0 : line_height);
    width = std::max(label, numbers + text_width(small_font, ticks.note) - bar_width) + border;
  }

  int scale;
  axis_ticks ticks;
  pixel_box picture;
  pixel_box bar;
  int label = 0; // column on which its letters stand
  int width;
  int height;
};

void draw_elements(canvas& c, const colored_field& field, const field_layout& at) {
  for (int y = at.picture.top; y < at.picture.bottom; ++y)
    for (int x = at.picture.left; x < at.picture.right; ++x)
      c.set(x, y,
            field.palette[field.indices((y - at.picture.top) / at.scale,
                                        (x - at.picture.left) / at.scale)]);
  c.frame({at.picture.left - 1, at.picture.top - 1, at.picture.right + 1, at.picture.bottom + 1},
          ink);
}

void draw_bar(canvas& c, const colored_field& field, const field_layout& at) {
  const int height = at.bar.height();
  const bool constant = field.low == field.high;
  for (int y = 0; y < height; ++y) {
    const int place =
        constant ? 0 : ((2 * (height - y) - 1) * (colors_in_map - 1) + height) / (2 * height);
    c.fill({at.bar.left, at.bar.top + y, at.bar.right, at.bar.top + y + 1},
           field.palette[static_cast<std::size_t>(place)]);
  }
  c.frame({at.bar.left - 1, at.bar.top - 1, at.bar.right + 1, at.bar.bottom + 1}, ink);
  const axis_range range{field.low, field.high};
  for (const axis_tick& tick : at.ticks.ticks) {
    const double part = constant ? 0.5 : range.place(tick.value);
    const int y = at.bar.bottom - 1 - static_cast<int>(std::lround(part * (height - 1)));
    c.fill({at.bar.right + 1, y, at.bar.right + 1 + tick_length, y + 1}, ink);
    draw_text(c, small_font, at.bar.right + tick_length + between, y + small_font.capital / 2 + 1,
              tick.label);
  }
  draw_text(c, small_font, at.bar.left, at.bar.top - 9, at.ticks.note);
}

} // namespace

canvas draw_field(const colored_field& field, const image_options& options) {
  const field_layout at(field, options);
  const int title_width = text_width(large_font, options.title);
  canvas c(std::max(at.width, title_width + 2 * border), at.height);
  draw_elements(c, field, at);
  const int middle = (at.picture.left + at.picture.right) / 2;
  const int first = std::clamp(middle - title_width / 2, border,
                               std::max(border, c.width() - border - title_width));
  draw_text(c, large_font, first, border + large_font.capital, options.title);
  if (!options.color_bar) return c;
  draw_bar(c, field, at);
  const int length = text_width(small_font, options.label);
  const int low = std::min((at.bar.top + at.bar.bottom + length) / 2, c.height() - 4);
  draw_text_upwards(c, small_font, at.label, low, options.label);
  return c;
}

} // namespace tessera::detail
