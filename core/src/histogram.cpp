#include <tessera/core/error.hpp>
#include <tessera/core/histogram.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace tessera::detail {

histogram_result equal_bins(index_t n, double low, double high) {
  if (n < 1) throw argument_error("a histogram of " + std::to_string(n) + " bins");
  if (!std::isfinite(low) || !std::isfinite(high) || low > high)
    throw argument_error("a histogram from " + std::to_string(low) + " to " + std::to_string(high) +
                         "; both must be finite, and in order");
  if (low == high) {
    low -= 0.5;
    high += 0.5;
  }
  histogram_result result{ndarray<index_t, 1>(shape_t<1>{n}, index_t{0}),
                          ndarray<double, 1>(shape_t<1>{n + 1})};
  // As NumPy's linspace.
  const double step = (high - low) / static_cast<double>(n);
  for (index_t i = 0; i < n; ++i) result.edges(i) = static_cast<double>(i) * step + low;
  result.edges(n) = high;
  return result;
}

void check_edges(const double* edges, index_t n) {
  if (n < 2) throw argument_error("a histogram needs two edges or more");
  for (index_t i = 1; i < n; ++i)
    if (!(edges[i - 1] <= edges[i]))
      throw argument_error("edge " + std::to_string(i) + " of a histogram is " +
                           std::to_string(edges[i]) + ", less than " +
                           std::to_string(edges[i - 1]) + " before it");
}

void throw_count(index_t value) {
  throw argument_error("bincount of " + std::to_string(value) + ", which is negative");
}

void count_in_bins(const double* values, index_t n, bool equal_widths, histogram_result& result) {
  const index_t bins = result.counts.size();
  const double* const edges = result.edges.data();
  index_t* const counts = result.counts.data();
  const double scale = static_cast<double>(bins) / (edges[bins] - edges[0]);
  for (index_t i = 0; i < n; ++i) {
    const double x = values[i];
    if (!(x >= edges[0] && x <= edges[bins])) continue;
    index_t k = 0;
    if (equal_widths) {
      // The edges decide; the division only finds the neighbourhood.
      k = std::min(static_cast<index_t>((x - edges[0]) * scale), bins - 1);
      if (x < edges[k]) --k;
      if (k != bins - 1 && x >= edges[k + 1]) ++k;
    } else {
      k = std::min(static_cast<index_t>(std::upper_bound(edges, edges + bins + 1, x) - edges) - 1,
                   bins - 1);
    }
    ++counts[k];
  }
}

} // namespace tessera::detail
