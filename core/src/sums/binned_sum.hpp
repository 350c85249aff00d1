// Sums of doubles in bins: the fast path of exact_sum. Sums of many columns at once are in
// binned_columns.cpp.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// The largest number of values that one call sums.
inline constexpr index_t binned_block = 8192;

/// The bits that bins hold: those of weight below 2^top, 41 per bin.
struct bin_window {
  int top = 0;
  int bins = 0; ///< 2 or 3; 0 as long as none is chosen
};
inline constexpr int bits_per_bin = 41;
inline constexpr int highest_top = 1008;                    // the bins' anchors are finite
inline constexpr int lowest_top = -1074 + 3 * bits_per_bin; // no bin splits the smallest denormal

/// A window for magnitudes up to `largest`, which is finite, and a little above.
bin_window window_over(double largest, int bins);

/// The sum of a bin is a multiple of its unit, and of less than so many of them, lest adding two
/// rounds.
inline constexpr std::int64_t most_units = std::int64_t{1} << 53;
double unit_of(const bin_window& window, int bin);

/// The middle of the doubles whose last place is the unit of a bin.
double anchor_of(const bin_window& window, int bin);

/// What a call found; the sums are exact where it is valid.
struct binned_result {
  bool valid;     ///< all bits of all values, and of their sum, lay in the window
  double largest; ///< where they did not: the largest magnitude; not finite where a value was not
  double sums[3]; ///< of the bins
};

/// Adjacent values, or the products of those of two arrays.
struct binned_values {
  const double* data;
  const double* factors; ///< null, or of each value the one that it is multiplied by
  index_t n;
  index_t readable; ///< how many values there are in memory, as it is worth to fetch them early
};

/// Sums up to `binned_block` values without rounding, if they fit the window; products are those of
/// double precision.
///
/// Adding x to an anchor whose last place is worth u leaves in the sum a multiple of u next to x,
/// and the difference is exact; the next bin takes the rest. After J. Demmel and H. D. Nguyen,
/// "Parallel reproducible summation" (2015), but with nothing left over, and so without an error.
binned_result binned_sum(const binned_values& values, const bin_window& window);

/// Lines of adjacent values, each `step` values behind the one before.
struct binned_lines {
  const double* data;
  index_t lines;
  index_t n; ///< up to `binned_block`
  index_t step;
};

/// The sum of each line. False where one is not exact, where the processor cannot tell quickly, and
/// where they are too few.
bool binned_sums(const binned_lines& lines, const bin_window& window, double (*sums)[3]);

/// The most values that may be added to one sum of each column.
inline constexpr index_t most_binned_rows = 1024;

/// Sums in bins of many columns at once; the same window for all. They start at the anchors.
struct binned_columns {
  static constexpr index_t most = 2048;
  double bins[3][most];
};

/// Adds `rows` rows of `columns` values, which lie `step` values apart. Gives whether the sums are
/// exact, and the largest magnitude where they are not.
template <class T>
binned_result add_rows(binned_columns& sums, const T* values, index_t rows, index_t columns,
                       index_t step, const bin_window& window);

/// The sum of three numbers that are sums in bins, rounded once.
double rounded_sum(const double* sums);
float rounded_sum_as_float(const double* sums);

/// The same of many columns, less the anchors they started at. `results` has room for a multiple of
/// eight.
void rounded_sums(const binned_columns& sums, const double* anchors, index_t columns,
                  double* results);

} // namespace tessera::detail
