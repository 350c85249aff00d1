/// @file
/// Where the ticks of an axis are, and the numbers beside them.
#pragma once

#include <string>
#include <vector>

namespace tessera::detail {

/// The values at the two ends of an axis; low < high, and both above 0 on a logarithmic one.
struct axis_range {
  double low = 0;
  double high = 1;
  bool logarithmic = false;

  /// 0 at the low end, 1 at the high one.
  [[nodiscard]] double place(double value) const;
};

struct axis_tick {
  double value;
  std::string label; // none: a small tick
};

struct axis_ticks {
  std::vector<axis_tick> ticks;
  /// What is to be done with the numbers, as "×10⁶" or "+1000", to stand at the end of the axis.
  std::string note;
};

/// Ticks at multiples of 1, 2 or 5 times a power of ten, as many as there can be up to `most`
/// (2 or more). Labels are exact decimals.
axis_ticks linear_ticks(double low, double high, int most);
/// Ticks at powers of ten, and smaller ones between; where there are too few powers,
/// `linear_ticks`.
axis_ticks logarithmic_ticks(double low, double high, int most);

inline axis_ticks ticks_of(const axis_range& range, int most) {
  return range.logarithmic ? logarithmic_ticks(range.low, range.high, most)
                           : linear_ticks(range.low, range.high, most);
}

/// The axis for values from `low` to `high`, with some room beyond them: also where both are the
/// same or hardly differ, and, with low > high, where there are no values.
axis_range axis_around(double low, double high, bool logarithmic, double room);

} // namespace tessera::detail
