#include "drawing/axis_ticks.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace tessera::detail {

namespace {

using number = std::int64_t;

/// In widest precision, differences of doubles and their powers of ten do not overflow.
long double power_of_ten(int exponent) { return std::pow(10.0L, exponent); }

/// Multiples first * unit to last * unit of 10^exponent, every unit.
struct step_range {
  number unit; // 1, 2 or 5
  int exponent;
  number first;
  number last;
  [[nodiscard]] number count() const { return last - first + 1; }
};

step_range steps_between(double low, double high, number unit, int exponent) {
  const long double step = static_cast<long double>(unit) * power_of_ten(exponent);
  constexpr long double slack = 1e-9L; // of a step: 0.3 is a multiple of 0.1
  return {unit, exponent, static_cast<number>(std::ceil(low / step - slack)),
          static_cast<number>(std::floor(high / step + slack))};
}

int exponent_of(long double x) { return static_cast<int>(std::floor(std::log10(x))); }

/// The finest steps that give no more ticks than wanted, and no more digits than doubles have.
step_range choose_steps(double low, double high, int most) {
  constexpr int digits = 16;
  const long double least = (static_cast<long double>(high) - low) / (most + 1);
  const long double size = std::max(std::abs(low), std::abs(high));
  int exponent = std::max(exponent_of(least), exponent_of(size) - digits);
  while (true) {
    for (const number unit : {1, 2, 5}) {
      const step_range steps = steps_between(low, high, unit, exponent);
      if (steps.count() <= most) return steps;
    }
    ++exponent;
  }
}

const char* const minus = "\u2212";

std::string superscript(int exponent) {
  static const char* const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(exponent))) text += digits[c - '0'];
  return text;
}

/// n / 10^decimals, with all its digits; for negative `decimals`, zeros behind n.
std::string decimal_text(number n, int decimals) {
  std::string digits = std::to_string(std::abs(n));
  if (decimals < 0 && n != 0) digits.append(static_cast<std::size_t>(-decimals), '0');
  if (decimals > 0) {
    const auto after = static_cast<std::size_t>(decimals);
    if (digits.size() <= after) digits.insert(0, after + 1 - digits.size(), '0');
    digits.insert(digits.size() - after, ".");
  }
  return (n < 0 ? minus : "") + digits;
}

int digits_of(number n) { return static_cast<int>(std::to_string(std::abs(n)).size()); }

/// How numbers n * 10^exponent are written, with the largest of n.
struct number_style {
  number_style(number largest, int exponent)
      : exponent_(exponent), power_(digits_of(largest) - 1 + exponent) {}

  /// Without a power of ten.
  [[nodiscard]] bool plain() const {
    return power_ <= 5 && exponent_ >= -4 && std::max(power_, 0) + std::max(-exponent_, 0) <= 6;
  }
  /// Too many digits, even with one.
  [[nodiscard]] bool long_winded() const { return !plain() && power_ - exponent_ > 4; }
  [[nodiscard]] std::string text(number n) const {
    return decimal_text(n, plain() ? -exponent_ : power_ - exponent_);
  }
  [[nodiscard]] std::string note() const { return plain() ? "" : "×10" + superscript(power_); }

private:
  int exponent_;
  int power_;
};

/// What is taken off all numbers of an axis: the roundest one between or near them.
number base_near(number low, number high) {
  const number start = low - (high - low);
  const number end = high + (high - low);
  const auto next_multiple = [start](number unit) {
    const number rest = start % unit;
    return rest > 0 ? start - rest + unit : start - rest;
  };
  number unit = 1;
  const number most = std::max(std::abs(start), std::abs(end)); // beyond, only 0 is a multiple
  while (10 * unit <= most && next_multiple(10 * unit) <= end) unit *= 10;
  return next_multiple(unit);
}

std::string offset_note(number base, int exponent) {
  while (base != 0 && base % 10 == 0) {
    base /= 10;
    ++exponent;
  }
  const int power = digits_of(base) - 1 + exponent;
  const bool plain = power < 7 && exponent > -12;
  const std::string text = decimal_text(std::abs(base), plain ? -exponent : power - exponent);
  return (base < 0 ? minus : "+") + text + (plain ? "" : "×10" + superscript(power));
}

} // namespace

axis_ticks linear_ticks(double low, double high, int most) {
  const step_range steps = choose_steps(low, high, most);
  const number first = steps.first * steps.unit;
  const number last = steps.last * steps.unit;
  number base = 0;
  number_style style(std::max(std::abs(first), std::abs(last)), steps.exponent);
  if (style.long_winded()) {
    base = base_near(first, last);
    style = number_style(std::max(std::abs(first - base), std::abs(last - base)), steps.exponent);
  }
  axis_ticks result;
  result.note = style.note();
  if (base != 0)
    result.note += (result.note.empty() ? "" : " ") + offset_note(base, steps.exponent);
  for (number n = first; n <= last; n += steps.unit) {
    const long double value = steps.exponent < 0
                                  ? static_cast<long double>(n) / power_of_ten(-steps.exponent)
                                  : static_cast<long double>(n) * power_of_ten(steps.exponent);
    result.ticks.push_back({static_cast<double>(value), style.text(n - base)});
  }
  return result;
}

axis_ticks logarithmic_ticks(double low, double high, int most) {
  constexpr double slack = 1e-9;
  const int first = static_cast<int>(std::ceil(std::log10(low) - slack));
  const int last = static_cast<int>(std::floor(std::log10(high) + slack));
  if (last - first < 1) return linear_ticks(low, high, most);
  int stride = 1;
  for (const int wider : {2, 3, 5, 10, 20, 50, 100, 200})
    if ((last - first) / stride >= most) stride = wider;
  axis_ticks result;
  for (int e = first - 1; e <= last; ++e) {
    const long double power = power_of_ten(e);
    const bool labelled = e % stride == 0;
    if (e >= first && (labelled || stride <= 5))
      result.ticks.push_back(
          {static_cast<double>(power), labelled ? "10" + superscript(e) : std::string()});
    for (int k = 2; k <= 9 && last - first <= 10; ++k) {
      const auto value = static_cast<double>(k * power);
      if (value >= low && value <= high) result.ticks.push_back({value, {}});
    }
  }
  return result;
}

double axis_range::place(double value) const {
  // Differences of the largest numbers may overflow, and halves of the smallest are not exact.
  constexpr double small = 0x1p-900;
  const double scale = std::max(std::abs(low), std::abs(high)) < small ? 1 / small : 0.5;
  if (!logarithmic) return (scale * value - scale * low) / (scale * high - scale * low);
  const double length = std::log10(high) - std::log10(low);
  return length > 0 ? (std::log10(value) - std::log10(low)) / length : 0.5;
}

axis_range axis_around(double low, double high, bool logarithmic, double room) {
  constexpr double largest = std::numeric_limits<double>::max();
  constexpr double smallest = std::numeric_limits<double>::min();
  if (logarithmic) {
    if (!(low <= high)) return {1, 10, true};
    low = std::max(low, smallest);
    high = std::max(high, 10 * smallest);
    const double half = low == high ? 0.5 : 0; // a decade
    const double more = room * (std::log10(high) - std::log10(low)) + half;
    const double factor = std::pow(10.0, more);
    return {std::max(low / factor, smallest), std::min(high * factor, largest), true};
  }
  if (!(low <= high)) return {0, 1, false};
  // Ticks need differences that doubles can tell apart, and whole numbers that count them.
  constexpr double finest = 1e-13;
  constexpr double least = 1000 * smallest;
  const double size = std::max(std::abs(low), std::abs(high));
  const double half = 0.5 * high - 0.5 * low;
  double more = 2 * room * half;
  if (low == high)
    more = size > least ? 0.05 * size : 1;
  else if (half < finest * size || half < least)
    more = std::max(finest * size, least);
  return {std::max(low - more, -largest), std::min(high + more, largest), false};
}

} // namespace tessera::detail
