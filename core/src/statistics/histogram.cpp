#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/statistics/histogram.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace tessera::detail {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Around one number, the edges half a unit away, or where doubles are farther apart, the next
/// ones.
void widen_range(double& low, double& high) {
  constexpr double largest = std::numeric_limits<double>::max();
  const double middle = low;
  low = std::min(middle - 0.5, std::nextafter(middle, -infinity));
  high = std::max(middle + 0.5, std::nextafter(middle, infinity));
  low = std::max(low, -largest);
  high = std::min(high, largest);
}

} // namespace

histogram_result equal_bins(index_t n, double low, double high) {
  if (n < 1) throw argument_error(fmt::format("a histogram of {} bins", n));
  if (!std::isfinite(low) || !std::isfinite(high) || low > high)
    throw argument_error(
        fmt::format("a histogram from {:f} to {:f}; both must be finite, and in order", low, high));
  if (low == high) widen_range(low, high);
  histogram_result result{ndarray<index_t, 1>(shape_t<1>{n}, index_t{0}),
                          ndarray<double, 1>(shape_t<1>{n + 1})};
  fill_linspace({low, high, n + 1, true, 0, n + 1}, result.edges.data());
  // Rounded, steps of a few of the smallest numbers may lead beyond the end.
  for (index_t i = 0; i < n; ++i) result.edges.data()[i] = std::min(result.edges.data()[i], high);
  return result;
}

void check_edges(const double* edges, index_t n) {
  if (n < 2) throw argument_error("a histogram needs two edges or more");
  for (index_t i = 1; i < n; ++i)
    if (!(edges[i - 1] <= edges[i]))
      throw argument_error(fmt::format("edge {} of a histogram is {:f}, less than {:f} before it",
                                       i, edges[i], edges[i - 1]));
}

void throw_count(index_t value) {
  throw argument_error(
      fmt::format("bincount of {}{}", value,
                  value < 0 ? ", which is negative" : ", which cannot be counted to"));
}

void check_weights(const index_t* shape, const index_t* weights, std::size_t ndim) {
  if (!std::equal(shape, shape + ndim, weights))
    throw shape_error(fmt::format(
        "bincount of shape {} with weights of shape {}: each integer must have its weight",
        tuple_text(shape, ndim), tuple_text(weights, ndim)));
}

void check_at_least(index_t at_least) {
  if (at_least < 0)
    throw argument_error(fmt::format(
        "bincount with at_least {}, which is negative; it is how many counts there are at least, "
        "0 if that is left to the integers",
        at_least));
}

namespace {

/// Finds the bin of numbers between the first edge and the last.
class bin_finder {
public:
  bin_finder(const double* edges, index_t bins, bool equal_widths)
      : edges_(edges), last_(bins - 1),
        scale_(static_cast<double>(bins) / (edges[bins] - edges[0])),
        divides_(equal_widths && scale_ > 0 && std::isfinite(scale_)) {}

  [[nodiscard]] index_t operator()(double x) const {
    if (!divides_) return search(x);
    // The edges decide; the division only finds the neighbourhood.
    index_t k = std::min(static_cast<index_t>((x - edges_[0]) * scale_), last_);
    if (x < edges_[k]) --k;
    if (k != last_ && x >= edges_[k + 1]) ++k;
    const bool is_found = edges_[k] <= x && (k == last_ || x < edges_[k + 1]);
    return is_found ? k : search(x);
  }

private:
  [[nodiscard]] index_t search(double x) const {
    return std::min(
        static_cast<index_t>(std::upper_bound(edges_, edges_ + last_ + 2, x) - edges_) - 1, last_);
  }

  const double* edges_;
  index_t last_;
  double scale_;
  bool divides_; ///< the width of bins is a number to divide by
};

} // namespace

void count_in_bins(const double* values, index_t n, bool equal_widths, histogram_result& result) {
  const index_t bins = result.counts.size();
  const double* const edges = result.edges.data();
  index_t* const counts = result.counts.data();
  const bin_finder bin_of(edges, bins, equal_widths);
  for (index_t i = 0; i < n; ++i)
    if (values[i] >= edges[0] && values[i] <= edges[bins]) ++counts[bin_of(values[i])];
}

} // namespace tessera::detail
