#include "drawing/png_file.hpp"
#include "files/from_root.hpp"
#include "files/own_errors.hpp"
#include "plots/plot_legend.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/io/line_plot.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera {

namespace detail {

namespace {

/// What is wrong with the ends of an axis that were given, or null.
const char* problem_of_ends(double low, double high, bool logarithmic) {
  const auto bad = [](double end) { return end == end && end - end != 0; };
  if (bad(low) || bad(high)) return "; they must be finite";
  if (low >= high) return "; the first must be below the last";
  if (logarithmic && (low <= 0 || high <= 0))
    return "; on a logarithmic axis, they must be above 0";
  return nullptr;
}

void check_ends(const char* axis, double low, double high, bool logarithmic) {
  const char* const problem = problem_of_ends(low, high, logarithmic);
  if (problem != nullptr)
    throw argument_error(fmt::format("the {} axis of a plot cannot go from {:f} to {:f}{}", axis,
                                     low, high, problem));
}

void draw_axes(canvas& c, const plot_layout& at, bool grid) {
  const pixel_box& box = at.box;
  for (const axis_tick& tick : at.x_ticks.ticks) {
    const int x = at.column(tick.value);
    if (grid && !tick.label.empty()) c.fill({x, box.top, x + 1, box.bottom}, faint);
    const int length = tick.label.empty() ? plot_tick - 2 : plot_tick;
    c.fill({x, box.bottom, x + 1, box.bottom + length}, ink);
    draw_text(c, small_font, x - text_width(small_font, tick.label) / 2,
              box.bottom + plot_tick + plot_between + small_font.capital, tick.label);
  }
  for (const axis_tick& tick : at.y_ticks.ticks) {
    const int y = at.row(tick.value);
    if (grid && !tick.label.empty()) c.fill({box.left, y, box.right, y + 1}, faint);
    const int length = tick.label.empty() ? plot_tick - 2 : plot_tick;
    c.fill({box.left - length, y, box.left, y + 1}, ink);
    draw_text(c, small_font,
              box.left - plot_tick - plot_between - text_width(small_font, tick.label),
              y + small_font.capital / 2 + 1, tick.label);
  }
}

/// The axes themselves, over the lines.
void draw_edges(canvas& c, const pixel_box& box) {
  c.fill({box.left - 1, box.top, box.left, box.bottom + 1}, ink);
  c.fill({box.left - 1, box.bottom, box.right, box.bottom + 1}, ink);
}

void draw_texts(canvas& c, const plot_layout& at, const plot_options& options) {
  const pixel_box& box = at.box;
  const int middle = (box.left + box.right) / 2;
  const int title = text_width(large_font, options.title);
  draw_text(c, large_font, std::max(4, std::min(middle - title / 2, c.width() - title - 4)),
            plot_border + large_font.capital, options.title);
  const int below = c.height() - plot_border + 2;
  draw_text(c, small_font, middle - text_width(small_font, options.xlabel) / 2, below,
            options.xlabel);
  draw_text(c, small_font, box.right - text_width(small_font, at.x_ticks.note), below,
            at.x_ticks.note);
  const int length = text_width(small_font, options.ylabel);
  draw_text_upwards(c, small_font, plot_border + small_font.capital,
                    (box.top + box.bottom + length) / 2, options.ylabel);
  draw_text(c, small_font, box.left, box.top - 8, at.y_ticks.note);
}

void draw_line(line_mask& mask, const plot_layout& at, const plot_line& line) {
  const double width = line.options.width;
  const line_point* before = nullptr;
  bool joined = false; // the point before has a line
  const auto end_alone = [&] {
    if (before != nullptr && !joined && width > 0)
      mask.dot(at.place(*before), std::max(width / 2 + 0.5, 2.5));
  };
  for (const line_point& point : line.points) {
    if (!at.shows(point)) {
      end_alone();
      before = nullptr;
      continue;
    }
    if (line.options.points) mask.dot(at.place(point), dot_radius);
    if (before != nullptr && width > 0) mask.line(at.place(*before), at.place(point), width);
    joined = before != nullptr;
    before = &point;
  }
  end_alone();
}

canvas draw_plot(const plot_options& options, const std::vector<plot_line>& lines) {
  canvas c(static_cast<int>(options.width), static_cast<int>(options.height));
  const plot_layout at(options, lines);
  draw_axes(c, at, options.grid);
  line_mask all(at.box);
  for (std::size_t k = 0; k < lines.size(); ++k) {
    line_mask mask(at.box);
    draw_line(mask, at, lines[k]);
    mask.paint(c, color_of_line(lines, k));
    all.add(mask);
  }
  draw_edges(c, at.box);
  draw_texts(c, at, options);
  draw_legend(c, at, lines, all);
  return c;
}

} // namespace

void check_same_length(index_t x, index_t y) {
  if (x != y)
    throw shape_error(fmt::format(
        "a line cannot go through points of {} x and {} y; there must be as many of both", x, y));
}

} // namespace detail

line_plot::line_plot(plot_options options) : options_(std::move(options)) {
  constexpr index_t least = 200;
  constexpr index_t most = 20000;
  if (std::min(options_.width, options_.height) < least ||
      std::max(options_.width, options_.height) > most)
    throw argument_error(
        fmt::format("a plot cannot have {} x {} pixels; {} to {} along each side can",
                    options_.width, options_.height, least, most));
  detail::check_ends("x", options_.xmin, options_.xmax, options_.xlog);
  detail::check_ends("y", options_.ymin, options_.ymax, options_.ylog);
}

line_plot& line_plot::add_points(std::vector<detail::line_point> points,
                                 const line_options& options) {
  constexpr double widest = 100;
  if (!(options.width >= 0 && options.width <= widest))
    throw argument_error(
        fmt::format("a line cannot be {:f} pixels wide; 0 to 100 can", options.width));
  lines_.push_back({std::move(points), options});
  return *this;
}

void line_plot::save(const std::string& path) const {
  detail::with_own_errors([&] { detail::write_png(path, detail::draw_plot(options_, lines_)); });
}

void line_plot::save(const communicator& comm, const std::string& path) const {
  detail::agree(comm, "the name of a picture", path);
  detail::text_from_root(comm, [&] {
    save(path);
    return std::string();
  });
}

} // namespace tessera
