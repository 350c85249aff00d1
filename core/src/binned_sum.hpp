// Sums of doubles in bins: the fast path of exact_sum.
#pragma once

#include <tessera/core/shape.hpp>

namespace tessera::detail {

/// The largest number of values that one call sums.
inline constexpr index_t binned_block = 4096;

/// The bits that bins hold: those of weight below 2^top, 41 per bin.
struct bin_window {
  int top;
  int bins; ///< 2 or 3
};
inline constexpr int bits_per_bin = 41;
inline constexpr int highest_top = 1008;                    // the bins' anchors are finite
inline constexpr int lowest_top = -1074 + 3 * bits_per_bin; // no bin splits the smallest denormal

/// What a call found; the sums are exact where it is valid.
struct binned_result {
  bool valid;     ///< all bits of all values lay in the window
  double largest; ///< magnitude; meaningless where a value was not a number
  double sums[3]; ///< of the bins
};

/// Sums up to `binned_block` values without rounding, if they fit the window.
///
/// Adding x to an anchor whose last place is worth u leaves in the sum a multiple of u next to x,
/// and the difference is exact; the next bin takes the rest. After J. Demmel and H. D. Nguyen,
/// "Parallel reproducible summation" (2015), but with nothing left over, and so without an error.
binned_result binned_sum(const double* values, index_t n, const bin_window& window);

} // namespace tessera::detail
