#include "plots/plot_layout.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::detail {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double room = 0.04; // beyond the points, of an axis's length
constexpr int title_height = 34;
constexpr int note_height = 20;
constexpr int pixels_per_x_tick = 70;
constexpr int pixels_per_y_tick = 52;

/// The axis for one coordinate of the points: its given ends, and others where these are NaN.
axis_range find_range(const std::vector<plot_line>& lines, const plot_options& options,
                      double line_point::*coordinate, double first, double last) {
  const bool is_x = coordinate == &line_point::x;
  const bool logarithmic = is_x ? options.xlog : options.ylog;
  double low = infinity;
  double high = -infinity;
  for (const plot_line& line : lines)
    for (const line_point& point : line.points) {
      if (!can_show(point.x, options.xlog) || !can_show(point.y, options.ylog)) continue;
      low = std::min(low, point.*coordinate);
      high = std::max(high, point.*coordinate);
    }
  const bool has_first = first == first;
  const bool has_last = last == last;
  if (has_first && has_last) return {first, last, logarithmic};
  axis_range range = axis_around(low, high, logarithmic, room);
  if (has_first) range = axis_around(first, std::max(first, high), logarithmic, room);
  if (has_last) range = axis_around(std::min(low, last), last, logarithmic, room);
  if (has_first) range.low = first;
  if (has_last) range.high = last;
  return range;
}

int widest(const axis_ticks& ticks) {
  int width = 0;
  for (const axis_tick& tick : ticks.ticks)
    width = std::max(width, text_width(small_font, tick.label));
  return width;
}

} // namespace

plot_layout::plot_layout(const plot_options& options, const std::vector<plot_line>& lines)
    : x(find_range(lines, options, &line_point::x, options.xmin, options.xmax)),
      y(find_range(lines, options, &line_point::y, options.ymin, options.ymax)) {
  box.bottom = static_cast<int>(options.height) - plot_border - plot_tick - plot_between -
               small_font.capital - (options.xlabel.empty() ? 0 : plot_label);
  box.top = plot_border + (options.title.empty() ? 0 : title_height);
  y_ticks = ticks_of(y, std::max(2, box.height() / pixels_per_y_tick));
  if (!y_ticks.note.empty()) box.top = std::max(box.top, plot_border + note_height);
  y_numbers = widest(y_ticks);
  box.left = plot_border + (options.ylabel.empty() ? 0 : plot_label) + y_numbers + plot_between +
             plot_tick;
  box.right = static_cast<int>(options.width) - plot_border - 8;
  choose_x_ticks();
  if (!x_ticks.note.empty() && options.xlabel.empty()) box.bottom -= plot_label;
}

void plot_layout::choose_x_ticks() {
  int most = std::max(2, box.width() / pixels_per_x_tick);
  x_ticks = ticks_of(x, most);
  while (most > 2 && (widest(x_ticks) + 20) * most > box.width()) x_ticks = ticks_of(x, --most);
}

bool plot_layout::shows(const line_point& point) const {
  return can_show(point.x, x.logarithmic) && can_show(point.y, y.logarithmic);
}

pixel_point plot_layout::place(const line_point& point) const {
  constexpr double far = 1e6; // beyond any picture, and without overflow
  const double right = std::clamp(x.place(point.x) * (box.width() - 1), -far, far);
  const double up = std::clamp(y.place(point.y) * (box.height() - 1), -far, far);
  return {box.left + right + 0.5, box.bottom - up - 0.5};
}

int plot_layout::column(double value) const {
  return box.left + static_cast<int>(std::lround(x.place(value) * (box.width() - 1)));
}

int plot_layout::row(double value) const {
  return box.bottom - 1 - static_cast<int>(std::lround(y.place(value) * (box.height() - 1)));
}

} // namespace tessera::detail
