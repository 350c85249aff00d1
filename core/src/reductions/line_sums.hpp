// Exact sums of lines of adjacent values.
#pragma once

#include "reductions/panel_loop.hpp"
#include "sums/binned_sum.hpp"

#include <tessera/core/exact_sum.hpp>

#include <algorithm>
#include <limits>
#include <type_traits>

namespace tessera::detail {

inline constexpr double largest_finite = std::numeric_limits<double>::max();

template <class R> R rounded(const double* sums) {
  if constexpr (std::is_same_v<R, sum_parts>)
    return {{sums[0], sums[1], sums[2]}};
  else if constexpr (std::is_same_v<R, float>)
    return rounded_sum_as_float(sums);
  else
    return rounded_sum(sums);
}

/// Each part is what the rest of the sum rounds to.
inline sum_parts as_parts(exact_sum sum) {
  const exact_sum::state words = sum.normalized();
  const bool special = std::any_of(words.end() - 3, words.end(), [](auto n) { return n != 0; });
  sum_parts result{{sum.value(), 0, 0}};
  if (special) return result;
  for (double& part : result.parts) {
    part = sum.value();
    if (!(part <= largest_finite && part >= -largest_finite)) break;
    sum.add(-part);
  }
  if (sum.value() != 0) result.parts[1] = std::numeric_limits<double>::quiet_NaN();
  return result;
}

template <class R> R rounded(const exact_sum& sum) {
  if constexpr (std::is_same_v<R, sum_parts>)
    return as_parts(sum);
  else if constexpr (std::is_same_v<R, float>)
    return sum.value_as_float();
  else
    return sum.value();
}

/// Sums of adjacent values, one after another; the window of one is tried for the next. `readable`
/// values follow each other in memory.
template <class R> class line_sums {
public:
  R operator()(const double* values, index_t n, index_t readable) {
    if (n > binned_block) return singly(values, n);
    if (window_.bins == 0) window_ = window_over(n > 0 && is_finite(*values) ? *values : 1.0, 2);
    for (int attempt = 0; attempt < 3 && window_.top <= highest_top; ++attempt) {
      const binned_result found = binned_sum({values, nullptr, n, readable}, window_);
      if (found.valid) return rounded<R>(found.sums);
      if (!is_finite(found.largest)) break;
      const bin_window wanted = window_over(found.largest, 3);
      if (wanted.top == window_.top && window_.bins == 3) break;
      window_ = wanted;
    }
    if (window_.top > highest_top) window_ = {};
    return singly(values, n);
  }

  /// Those of several lines, at once; false if one of them is not found that way.
  bool operator()(const panel<double>& lines, R* results) {
    constexpr int most_in_vain = 2;
    if (in_vain_ == most_in_vain || window_.bins == 0) return false;
    double sums[most_outputs][3];
    const binned_lines all{lines.data, lines.outputs, lines.count, lines.output_step};
    if (!binned_sums(all, window_, sums)) {
      ++in_vain_;
      return false;
    }
    for (index_t k = 0; k < lines.outputs; ++k) results[k] = rounded<R>(sums[k]);
    return true;
  }

private:
  static bool is_finite(double x) { return x <= largest_finite && x >= -largest_finite; }
  static R singly(const double* values, index_t n) {
    exact_sum sum;
    sum.add(values, n);
    return rounded<R>(sum);
  }

  bin_window window_;
  int in_vain_ = 0; // how often several lines were not found at once
};

} // namespace tessera::detail
