#include "sums/binned_sum.hpp"
#include "sums/wide_sum.hpp"

#include <tessera/core/exact_sum.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace tessera {

namespace {

constexpr int unit_exponent = -1075; // digit 0 counts units of 2^-1075
constexpr index_t few = 24;          // below this, the bins cost more than they gain
constexpr index_t few_at_first = 6;  // but where they are rounded alone, they save the digits' sum
constexpr int digit_bits = 32;
constexpr std::int64_t base = std::int64_t{1} << digit_bits;
constexpr std::uint64_t digit_mask = base - 1;
constexpr std::uint64_t infinity_bits = std::uint64_t{0x7ff} << 52U;
constexpr std::uint64_t mantissa_mask = (std::uint64_t{1} << 52U) - 1;

/// Nearest double to `high` * 2^exponent, ties to even; `sticky` tells of bits below that are set.
double round_to_double(std::uint64_t high, bool sticky, int exponent) {
  // 64 significant bits to 53; what falls off decides the rounding.
  constexpr unsigned excess = 11;
  const std::uint64_t kept = high >> excess;
  const std::uint64_t dropped = high & ((1U << excess) - 1);
  constexpr std::uint64_t half = 1U << (excess - 1);
  const bool up = dropped > half || (dropped == half && (sticky || (kept & 1U) != 0));
  return std::ldexp(static_cast<double>(kept + (up ? 1 : 0)), exponent + static_cast<int>(excess));
}

/// The value of non-negative digits.
double magnitude(const std::int64_t* digit, int count) {
  int top = count - 1;
  while (top > 0 && digit[top] == 0) --top;
  if (top < 2) {
    // Two digits hold 64 bits, of which a denormal sum needs at most 54.
    const auto low =
        static_cast<std::uint64_t>(digit[1]) << digit_bits | static_cast<std::uint64_t>(digit[0]);
    if (low == 0) return 0.0;
    const int shift = std::countl_zero(low);
    if (shift >= 11) return std::ldexp(static_cast<double>(low), unit_exponent);
    return round_to_double(low << static_cast<unsigned>(shift), false, unit_exponent - shift);
  }
  const auto high = static_cast<std::uint64_t>(digit[top]);
  const int shift = std::countl_zero(high) - digit_bits; // 0 to 31
  const auto left = static_cast<unsigned>(shift);
  std::uint64_t bits = high << (digit_bits + left);
  bits |= static_cast<std::uint64_t>(digit[top - 1]) << left;
  const auto third = static_cast<std::uint64_t>(digit[top - 2]);
  bits |= third >> (digit_bits - left);
  bool sticky = (third << left & digit_mask) != 0;
  for (int i = 0; i < top - 2; ++i) sticky = sticky || digit[i] != 0;
  return round_to_double(bits, sticky, unit_exponent + digit_bits * (top - 1) - shift);
}

} // namespace

void exact_sum::add_special(double value) {
  if (std::isnan(value))
    ++words_[not_a_number];
  else
    ++words_[value > 0 ? positive_infinity : negative_infinity];
}

index_t exact_sum::least_in_bins() const {
  return words_used_ || bins_filled_ ? few : few_at_first;
}

void exact_sum::add(const double* values, index_t count) {
  // One block where the bins fail may be alone; more of them in a row are likely to go on.
  constexpr index_t most_skipped = 256 * detail::binned_block;
  static_assert(most_skipped <= detail::wide_sum::most_values);
  index_t skipped = detail::binned_block;
  while (count >= least_in_bins()) {
    index_t n = std::min(count, detail::binned_block);
    if (add_in_bins(values, nullptr, n, count)) {
      skipped = detail::binned_block;
    } else {
      n = std::min(count, skipped);
      add_wide(values, n);
      skipped = std::min(2 * skipped, most_skipped);
    }
    values += n;
    count -= n;
  }
  add_one_by_one(values, count);
}

void exact_sum::add_products(const double* a, const double* b, index_t count) {
  while (count > 0) {
    const index_t n = std::min(count, detail::binned_block);
    if (n < least_in_bins() || !add_in_bins(a, b, n, count)) add_products_one_by_one(a, b, n);
    a += n;
    b += n;
    count -= n;
  }
}

void exact_sum::add_products_one_by_one(const double* a, const double* b, index_t count) {
  constexpr index_t block = 512;
  double products[block];
  for (index_t first = 0; first < count; first += block) {
    const index_t n = std::min(count - first, block);
    for (index_t i = 0; i < n; ++i) products[i] = a[first + i] * b[first + i];
    add_one_by_one(products, n);
  }
}

bool exact_sum::add_in_bins(const double* values, const double* factors, index_t count,
                            index_t readable) {
  using detail::bin_window;
  bin_window window{window_top_, window_bins_};
  if (window.bins == 0) {
    // A guess at the largest, whose bits are in the order of the magnitudes; from everywhere, as
    // values often grow.
    std::uint64_t largest = 0;
    const index_t apart = count < 32 ? 1 : count / 16;
    for (index_t i = 0; i < count; i += apart)
      largest = std::max(largest, std::bit_cast<std::uint64_t>(
                                      factors == nullptr ? values[i] : values[i] * factors[i]) &
                                      INT64_MAX);
    if (largest >= infinity_bits) return false;
    window = detail::window_over(std::bit_cast<double>(largest), 2);
  }
  for (int attempt = 0; attempt < 3 && window.top <= detail::highest_top; ++attempt) {
    const detail::binned_result found =
        detail::binned_sum({values, factors, count, readable}, window);
    if (found.valid) {
      keep_in_bins(found.sums, window.top, window.bins);
      return true;
    }
    if (!(found.largest <= std::numeric_limits<double>::max())) return false;
    const bin_window better = detail::window_over(found.largest, 3);
    if (better.top == window.top && window.bins == 3) return false;
    window = better;
  }
  return false;
}

void exact_sum::keep_in_bins(const double* sums, int window_top, int window_bins) {
  const bool are_added =
      bins_filled_ && window_top == window_top_ && window_bins == window_bins_ && add_to_bins(sums);
  if (bins_filled_ && !are_added) empty_bins();
  if (!bins_filled_) std::copy(sums, sums + 3, bins_);
  bins_filled_ = true;
  window_top_ = window_top;
  window_bins_ = window_bins;
}

/// Both are multiples of the bins' units: adding them up is exact as long as the result is small.
bool exact_sum::add_to_bins(const double* sums) {
  double both[3];
  for (int b = 0; b < 3; ++b) both[b] = bins_[b] + sums[b];
  for (int b = 0; b < window_bins_; ++b)
    if (!(std::abs(both[b]) < static_cast<double>(detail::most_units) *
                                  detail::unit_of({window_top_, window_bins_}, b)))
      return false;
  std::copy(both, both + 3, bins_);
  return true;
}

void exact_sum::empty_bins() {
  add_one_by_one(bins_, 3);
  bins_filled_ = false;
}

void exact_sum::add_wide(const double* values, index_t count) {
  // Emptying the wide accumulator costs as much as some thousand additions.
  constexpr index_t worth_it = 8192;
  if (count < worth_it) return add_one_by_one(values, count);
  words_used_ = true;
  detail::wide_sum& wide = detail::wide_sum::of_this_thread();
  if (!wide.add(values, count)) {
    for (index_t i = 0; i < count; ++i)
      if (!std::isfinite(values[i])) add_special(values[i]);
  }
  wide.empty_into(words_.data());
  carry(words_);
  room_ = adds_before_carry;
}

void exact_sum::add_one_by_one(const double* values, index_t count) {
  words_used_ = words_used_ || count > 0;
  while (count > 0) {
    if (room_ == 0) {
      carry(words_);
      room_ = adds_before_carry;
    }
    const index_t n = count < room_ ? count : room_;
    for (index_t i = 0; i < n; ++i) {
      const auto bits = std::bit_cast<std::uint64_t>(values[i]);
      const std::uint64_t exponent = bits >> 52U & 0x7ffU;
      if (exponent == 0x7ffU) [[unlikely]] {
        add_special(values[i]);
        continue;
      }
      // A denormal has the unit of exponent 1 and no leading bit.
      const std::uint64_t implicit = exponent != 0 ? 1 : 0;
      const std::uint64_t mantissa = (bits & mantissa_mask) | implicit << 52U;
      const std::uint64_t position = exponent + 1 - implicit;
      const std::uint64_t offset = position % digit_bits;
      const auto low = static_cast<std::int64_t>(mantissa << offset & digit_mask);
      const auto high = static_cast<std::int64_t>(mantissa >> (digit_bits - offset));
      const std::int64_t sign = -static_cast<std::int64_t>(bits >> 63U);
      std::int64_t* const digit = words_.data() + position / digit_bits;
      digit[0] += (low ^ sign) - sign;
      digit[1] += (high ^ sign) - sign;
    }
    values += n;
    count -= n;
    room_ -= n;
  }
}

void exact_sum::carry(state& sum) {
  for (std::size_t i = 0; i + 1 < digits; ++i) {
    const std::int64_t over = sum[i] >> digit_bits; // rounds down, so the digit left is >= 0
    sum[i] -= over * base;
    sum[i + 1] += over;
  }
}

exact_sum::state exact_sum::normalized() const {
  if (bins_filled_) {
    exact_sum emptied = *this;
    emptied.empty_bins();
    return emptied.normalized();
  }
  state result = words_;
  carry(result);
  return result;
}

exact_sum exact_sum::from_state(const state& from) {
  exact_sum sum;
  sum.words_ = from;
  sum.words_used_ = true;
  carry(sum.words_);
  return sum;
}

void exact_sum::merge(const exact_sum& other) {
  state both = normalized();
  const state more = other.normalized();
  for (std::size_t i = 0; i < words; ++i) both[i] += more[i];
  *this = from_state(both);
}

double exact_sum::value() const {
  if (!words_used_) return bins_filled_ ? detail::rounded_sum(bins_) : 0.0;
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const bool up = words_[positive_infinity] > 0;
  const bool down = words_[negative_infinity] > 0;
  if (words_[not_a_number] > 0 || (up && down)) return std::numeric_limits<double>::quiet_NaN();
  if (up || down) return up ? infinity : -infinity;
  state digit = normalized();
  const bool negative = digit[digits - 1] < 0;
  if (negative) {
    for (std::size_t i = 0; i < digits; ++i) digit[i] = -digit[i];
    carry(digit);
  }
  const double result = magnitude(digit.data(), digits);
  return negative ? -result : result;
}

float exact_sum::value_as_float() const {
  if (!words_used_) return bins_filled_ ? detail::rounded_sum_as_float(bins_) : 0.0F;
  double result = value();
  if (!std::isfinite(result)) return static_cast<float>(result);
  exact_sum rest = *this;
  rest.add(-result);
  const double left = rest.value();
  // Of the two doubles around the sum, the odd one: it is never half-way between two floats.
  const bool even = (std::bit_cast<std::uint64_t>(result) & 1U) == 0;
  if (left != 0.0 && even) result = std::nextafter(result, std::copysign(HUGE_VAL, left));
  return static_cast<float>(result);
}

} // namespace tessera
