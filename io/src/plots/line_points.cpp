#include <tessera/distributed/collectives.hpp>
#include <tessera/io/plots/line_points.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>

namespace tessera::detail {

namespace {

constexpr index_t most_stretches = 4000; // where pictures have some hundred columns

} // namespace

bool can_show(double value, bool logarithmic) {
  return value - value == 0 && (value > 0 || !logarithmic);
}

line_points::line_points(index_t count, bool xlog, bool ylog)
    : xlog_(xlog), ylog_(ylog),
      stretch_length_(count <= 2 * most_stretches ? 1 : (count - 1) / most_stretches + 1) {}

void line_points::add(const line_point& point) {
  const index_t stretch = point.index / stretch_length_;
  if (stretch != stretch_) finish();
  const bool is_number = can_show(point.x, xlog_) && can_show(point.y, ylog_);
  if (stretch != stretch_ || (is_number && !has_numbers_)) lowest_ = highest_ = point;
  stretch_ = stretch;
  has_numbers_ = has_numbers_ || is_number;
  if (!is_number) return;
  if (point.y < lowest_.y) lowest_ = point;
  if (point.y > highest_.y) highest_ = point;
}

void line_points::finish() {
  if (stretch_ >= 0) {
    const auto [first, last] = std::minmax(
        lowest_, highest_, [](const auto& a, const auto& b) { return a.index < b.index; });
    kept_.push_back(first);
    if (first.index != last.index) kept_.push_back(last);
  }
  stretch_ = -1;
  has_numbers_ = false;
}

std::vector<line_point> gather_points(const communicator& comm, const line_points& mine) {
  const std::vector<line_point>& kept = mine.kept();
  const std::string bytes(reinterpret_cast<const char*>(kept.data()),
                          kept.size() * sizeof(line_point));
  const std::string all = gather_text(comm, bytes, 0);
  std::vector<line_point> points(all.size() / sizeof(line_point));
  if (!points.empty()) std::memcpy(points.data(), all.data(), all.size());
  std::sort(points.begin(), points.end(),
            [](const line_point& a, const line_point& b) { return a.index < b.index; });
  line_points thinned = mine.emptied();
  for (const line_point& point : points) thinned.add(point);
  thinned.finish();
  return thinned.kept();
}

ndarray<double, 1> subscripts::operator()(index_t start, index_t end) const {
  ndarray<double, 1> x(shape_t<1>{end - start});
  for (index_t i = 0; i < end - start; ++i) x(i) = static_cast<double>(first + start + i);
  return x;
}

} // namespace tessera::detail
