#include "plots/plot_legend.hpp"

#include <algorithm>
#include <iterator>

namespace tessera::detail {

namespace {

constexpr int from_axes = 10;
constexpr int inside = 9;
constexpr int sample = 26; // length of a piece of line
constexpr int entry_height = 20;

int legend_width(const std::vector<plot_line>& lines) {
  int width = 0;
  for (const plot_line& line : lines)
    width = std::max(width, text_width(small_font, line.options.label));
  return width + sample + 3 * inside;
}

pixel_box best_corner(const pixel_box& box, int width, int height, const line_mask& drawn) {
  const int left = box.left + from_axes;
  const int right = box.right - from_axes - width;
  const int top = box.top + from_axes;
  const int bottom = box.bottom - from_axes - height;
  const pixel_box corners[] = {{right, top, right + width, top + height},
                               {left, top, left + width, top + height},
                               {left, bottom, left + width, bottom + height},
                               {right, bottom, right + width, bottom + height}};
  return *std::min_element(
      std::begin(corners), std::end(corners),
      [&](const pixel_box& a, const pixel_box& b) { return drawn.covered(a) < drawn.covered(b); });
}

void draw_sample(canvas& c, const pixel_box& box, int y, const line_options& options, rgb color) {
  line_mask mask(box);
  const int first = box.left + inside;
  const double middle = y + 0.5;
  if (options.width > 0)
    mask.line({first + 2.0, middle}, {first + sample - 2.0, middle}, std::min(options.width, 8.0));
  if (options.points) mask.dot({first + sample / 2.0, middle}, dot_radius);
  mask.paint(c, color);
}

} // namespace

rgb color_of_line(const std::vector<plot_line>& lines, std::size_t number) {
  // By M. Okabe and K. Ito, Color Universal Design, 2008.
  static constexpr rgb cycle[] = {{0, 114, 178}, {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
                                  {230, 159, 0}, {86, 180, 233}, {70, 70, 70}};
  const auto has_own = [](const plot_line& line) { return line.options.color.has_value(); };
  if (has_own(lines[number])) return *lines[number].options.color;
  const auto end = lines.begin() + static_cast<std::ptrdiff_t>(number);
  const auto before = static_cast<std::size_t>(std::distance(lines.begin(), end) -
                                               std::count_if(lines.begin(), end, has_own));
  return cycle[before % std::size(cycle)];
}

void draw_legend(canvas& c, const plot_layout& at, const std::vector<plot_line>& lines,
                 const line_mask& drawn) {
  const auto labelled = [](const plot_line& line) { return !line.options.label.empty(); };
  const auto entries = static_cast<int>(std::count_if(lines.begin(), lines.end(), labelled));
  if (entries == 0) return;
  const int height = entries * entry_height + inside;
  const pixel_box box = best_corner(at.box, legend_width(lines), height, drawn);
  constexpr int nearly_opaque = 220;
  constexpr rgb edge{204, 204, 204};
  c.fill(box, white, nearly_opaque);
  c.frame(box, edge);
  int y = box.top + inside / 2 + entry_height / 2;
  for (std::size_t k = 0; k < lines.size(); ++k) {
    if (!labelled(lines[k])) continue;
    draw_sample(c, box, y, lines[k].options, color_of_line(lines, k));
    draw_text(c, small_font, box.left + 2 * inside + sample, y + small_font.capital / 2 + 1,
              lines[k].options.label);
    y += entry_height;
  }
}

} // namespace tessera::detail
