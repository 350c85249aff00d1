#include <tessera/core/signals/interp.hpp>

#include <tessera/core/elements/division.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

void check_table(const ndarray<double, 1>& places, const ndarray<double, 1>& values) {
  if (places.size() != values.size())
    throw shape_error(fmt::format("interp in a table of {} places and {} values; there must be as "
                                  "many of both",
                                  places.size(), values.size()));
  if (places.size() == 0) throw argument_error("interp in a table without places");
}

void check_increasing(const ndarray<double, 1>& places) {
  for (index_t i = 1; i < places.size(); ++i)
    if (!(places.data()[i - 1] <= places.data()[i]))
      throw argument_error(fmt::format("interp in a table whose places do not increase: {} comes "
                                       "before {}; sort them first",
                                       places.data()[i - 1], places.data()[i]));
}

} // namespace

interpolation_table::interpolation_table(ndarray<double, 1> places, ndarray<double, 1> values,
                                         const interp_options& options)
    : places_(std::move(places)), values_(std::move(values)), options_(options) {
  check_table(places_, values_);
  if (!(options.period >= 0.0 && std::isfinite(options.period)))
    throw argument_error(
        fmt::format("interp with a period of {}; it must be positive", options.period));
  if (options.period > 0.0) repeat(options.period);
  check_increasing(places_);
  if (std::isnan(options_.left)) options_.left = values_.data()[0];
  if (std::isnan(options_.right)) options_.right = values_.data()[values_.size() - 1];
}

/// Sorted within one period, with the last one before the first and the first one behind the last.
void interpolation_table::repeat(double period) {
  const index_t n = places_.size();
  std::vector<std::pair<double, double>> points(static_cast<std::size_t>(n));
  for (index_t i = 0; i < n; ++i)
    points[static_cast<std::size_t>(i)] = {raw_remainder()(places_.data()[i], period),
                                           values_.data()[i]};
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  places_ = ndarray<double, 1>(shape_t<1>{n + 2});
  values_ = ndarray<double, 1>(shape_t<1>{n + 2});
  const auto put = [this](index_t at, double place, double value) {
    places_.data()[at] = place;
    values_.data()[at] = value;
  };
  put(0, points.back().first - period, points.back().second);
  for (index_t i = 0; i < n; ++i)
    put(i + 1, points[static_cast<std::size_t>(i)].first,
        points[static_cast<std::size_t>(i)].second);
  put(n + 1, points.front().first + period, points.front().second);
}

double interpolation_table::operator()(double x) const noexcept {
  if (std::isnan(x)) return x;
  if (options_.period > 0.0) x = raw_remainder()(x, options_.period);
  const double* const places = places_.data();
  const double* const values = values_.data();
  const index_t n = places_.size();
  if (x < places[0]) return options_.left;
  if (x > places[n - 1]) return options_.right;
  const index_t after = std::upper_bound(places, places + n, x) - places;
  const index_t i = after - 1;
  if (after == n || places[i] == x) return values[i];
  const double slope = (values[after] - values[i]) / (places[after] - places[i]);
  double y = slope * (x - places[i]) + values[i];
  if (std::isnan(y)) y = slope * (x - places[after]) + values[after];
  return std::isnan(y) && values[i] == values[after] ? values[i] : y;
}

} // namespace tessera::detail
