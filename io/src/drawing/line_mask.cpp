#include "drawing/line_mask.hpp"

#include <algorithm>
#include <cmath>

namespace tessera::detail {

namespace {

/// Keeps the part of a line where 0 <= start + t * step, by narrowing first <= t <= last.
void clip(double start, double step, double& first, double& last) {
  if (step == 0) {
    if (start < 0) last = -1;
    return;
  }
  const double zero = -start / step;
  if (step > 0)
    first = std::max(first, zero);
  else
    last = std::min(last, zero);
}

double distance(double x, double y, pixel_point from, pixel_point to) {
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  const double square = dx * dx + dy * dy;
  const double along = square > 0 ? ((x - from.x) * dx + (y - from.y) * dy) / square : 0;
  const double t = std::clamp(along, 0.0, 1.0);
  return std::hypot(x - from.x - t * dx, y - from.y - t * dy);
}

int whole(double x) { return static_cast<int>(std::floor(x)); }

} // namespace

line_mask::line_mask(const pixel_box& box)
    : box_(box),
      parts_(static_cast<std::size_t>(box.width()) * static_cast<std::size_t>(box.height()), 0) {}

void line_mask::cover(int x, int y, double part) {
  if (part <= 0 || x < box_.left || x >= box_.right || y < box_.top || y >= box_.bottom) return;
  std::uint8_t& old =
      parts_[static_cast<std::size_t>(y - box_.top) * static_cast<std::size_t>(box_.width()) +
             static_cast<std::size_t>(x - box_.left)];
  old = std::max(old, static_cast<std::uint8_t>(std::lround(255 * std::min(part, 1.0))));
}

void line_mask::line(pixel_point from, pixel_point to, double width) {
  const double reach = width / 2 + 1; // of pixels that it touches
  double first = 0;
  double last = 1;
  const double dx = to.x - from.x;
  const double dy = to.y - from.y;
  clip(from.x - box_.left + reach, dx, first, last);
  clip(box_.right + reach - from.x, -dx, first, last);
  clip(from.y - box_.top + reach, dy, first, last);
  clip(box_.bottom + reach - from.y, -dy, first, last);
  if (first > last) return;
  const pixel_point start{from.x + first * dx, from.y + first * dy};
  const pixel_point end{from.x + last * dx, from.y + last * dy};
  const auto touch = [&](int x, int y) {
    cover(x, y, width / 2 + 0.5 - distance(x + 0.5, y + 0.5, start, end));
  };
  // Columns along a flat line, rows along a steep one, and a few pixels across.
  const bool steep = std::abs(dy) > std::abs(dx);
  const auto along = [steep](pixel_point p) { return steep ? p.y : p.x; };
  const auto across = [steep](pixel_point p) { return steep ? p.x : p.y; };
  const double length = along(end) - along(start);
  const double slope = length != 0 ? (across(end) - across(start)) / length : 0;
  const double spread = reach * std::hypot(1.0, slope);
  const double low = std::min(along(start), along(end));
  const double high = std::max(along(start), along(end));
  for (int a = whole(low - reach); a <= whole(high + reach); ++a) {
    const double near = std::clamp(a + 0.5, low, high);
    const double middle = across(start) + slope * (near - along(start));
    for (int b = whole(middle - spread); b <= whole(middle + spread); ++b)
      steep ? touch(b, a) : touch(a, b);
  }
}

void line_mask::dot(pixel_point at, double radius) {
  if (at.x < box_.left - radius || at.x > box_.right + radius || at.y < box_.top - radius ||
      at.y > box_.bottom + radius)
    return;
  for (int y = whole(at.y - radius - 1); y <= whole(at.y + radius + 1); ++y)
    for (int x = whole(at.x - radius - 1); x <= whole(at.x + radius + 1); ++x)
      cover(x, y, radius + 0.5 - std::hypot(x + 0.5 - at.x, y + 0.5 - at.y));
}

void line_mask::add(const line_mask& other) {
  for (std::size_t k = 0; k < parts_.size(); ++k) parts_[k] = std::max(parts_[k], other.parts_[k]);
}

void line_mask::paint(canvas& on, rgb color) const {
  const std::uint8_t* part = parts_.data();
  for (int y = box_.top; y < box_.bottom; ++y)
    for (int x = box_.left; x < box_.right; ++x, ++part)
      if (*part > 0) on.blend(x, y, color, *part);
}

long line_mask::covered(const pixel_box& part) const {
  long count = 0;
  for (int y = std::max(part.top, box_.top); y < std::min(part.bottom, box_.bottom); ++y)
    for (int x = std::max(part.left, box_.left); x < std::min(part.right, box_.right); ++x)
      count +=
          parts_[static_cast<std::size_t>(y - box_.top) * static_cast<std::size_t>(box_.width()) +
                 static_cast<std::size_t>(x - box_.left)] > 0
              ? 1
              : 0;
  return count;
}

} // namespace tessera::detail
