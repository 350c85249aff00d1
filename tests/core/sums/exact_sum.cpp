#include "random_source.hpp"

#include <tessera/core/exact_sum.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

using namespace tessera;

namespace {

using numbers = std::vector<double>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();

exact_sum summed(const numbers& values) {
  exact_sum sum;
  sum.add(values.data(), static_cast<index_t>(values.size()));
  return sum;
}

double total(const numbers& values) { return summed(values).value(); }

/// math.fsum of CPython: Shewchuk's partials that do not overlap, rounded half to even. It is wrong
/// where a partial sum overflows.
double fsum(const numbers& values) {
  numbers partials;
  for (double x : values) {
    std::size_t kept = 0;
    for (double y : partials) {
      if (std::abs(x) < std::abs(y)) std::swap(x, y);
      const double high = x + y;
      const double low = y - (high - x);
      if (low != 0.0) partials[kept++] = low;
      x = high;
    }
    partials.resize(kept);
    partials.push_back(x);
  }
  double high = 0.0;
  double low = 0.0;
  while (!partials.empty()) {
    const double x = high;
    const double y = partials.back();
    partials.pop_back();
    high = x + y;
    low = y - (high - x);
    if (low != 0.0) break;
  }
  // Half-way cases look at the sign of what comes below.
  if (!partials.empty() && ((low < 0.0) == (partials.back() < 0.0)) && low != 0.0) {
    const double twice = 2.0 * low;
    const double next = high + twice;
    if (next - high == twice) high = next;
  }
  return high;
}

/// A double of any exponent and sign, down to denormals, that leaves room for `count` of them.
double any_double(random_source& random, int lowest, int highest) {
  const double mantissa = static_cast<double>(random.between(1, (index_t{1} << 53) - 1));
  const double value =
      std::ldexp(mantissa, static_cast<int>(random.between(lowest - 53, highest - 53)));
  return random.one_in(2) ? value : -value;
}

numbers random_numbers(random_source& random, index_t count, int lowest, int highest) {
  numbers values;
  for (index_t i = 0; i < count; ++i) values.push_back(any_double(random, lowest, highest));
  return values;
}

void expect_bits(double found, double expected) {
  ASSERT_EQ(std::bit_cast<std::uint64_t>(found), std::bit_cast<std::uint64_t>(expected))
      << std::hexfloat << found << " instead of " << expected;
}

} // namespace

TEST(exact_sum, of_nothing_is_plus_zero) {
  expect_bits(exact_sum().value(), 0.0);
  expect_bits(total({-0.0}), 0.0);
  expect_bits(total({1.5, -1.5}), 0.0);
  expect_bits(total({smallest, -smallest}), 0.0);
}

TEST(exact_sum, of_one_number_is_that_number) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 5000; ++i) {
    const double x = any_double(random, -1080, 1024);
    expect_bits(total({x}), x == 0.0 ? 0.0 : x);
    if (HasFatalFailure()) return;
  }
  for (const double x :
       {largest, -largest, smallest, 0x1p-1022, 0x1.fffffffffffffp-1023, 0x1p-1042})
    expect_bits(total({x}), x);
}

TEST(exact_sum, equals_fsum) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 2000; ++i) {
    const int highest = static_cast<int>(random.between(-1060, 1010));
    const int range = random.one_in(2) ? 2100 : static_cast<int>(random.between(0, 150));
    const int lowest = std::max(highest - range, -1074);
    const auto values = random_numbers(random, random.between(1, 60), lowest, highest);
    expect_bits(total(values), fsum(values) + 0.0);
    if (HasFatalFailure()) FAIL() << "case " << i;
  }
}

// What is left after everything large has cancelled.
TEST(exact_sum, equals_fsum_after_cancellation) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 500; ++i) {
    auto values = random_numbers(random, 40, -300, 900);
    for (std::size_t k = 0; k < 40; ++k) values.push_back(-values[k]);
    const auto rest = random_numbers(random, random.between(0, 3), -1060, 900);
    values.insert(values.end(), rest.begin(), rest.end());
    std::shuffle(values.begin(), values.end(), random.engine());
    expect_bits(total(values), fsum(rest) + 0.0);
    if (HasFatalFailure()) FAIL() << "case " << i;
  }
}

TEST(exact_sum, halves_go_to_even) {
  const double ulp = 0x1p-52;
  expect_bits(total({1.0, ulp / 2}), 1.0);
  expect_bits(total({1.0 + ulp, ulp / 2}), 1.0 + 2 * ulp);
  expect_bits(total({-1.0, -ulp / 2}), -1.0);
  expect_bits(total({-1.0 - ulp, -ulp / 2}), -1.0 - 2 * ulp);
  // The least bit far below decides.
  expect_bits(total({1.0, ulp / 2, smallest}), 1.0 + ulp);
  expect_bits(total({1.0 + ulp, ulp / 2, -smallest}), 1.0 + ulp);
  expect_bits(total({-1.0, -ulp / 2, -smallest}), -1.0 - ulp);
  expect_bits(total({-1.0, -ulp / 2, smallest}), -1.0);
}

TEST(exact_sum, halves_go_to_even_at_every_exponent) {
  for (int e = -1021; e <= 1023; ++e) {
    const double one = std::ldexp(1.0, e);
    const double half = std::ldexp(1.0, e - 53);
    expect_bits(total({one, half}), one);
    expect_bits(total({std::nextafter(one, infinity), half}), one + 4 * half);
    expect_bits(total({one, half, half / 1024 == 0.0 ? half : half / 1024}), one + 2 * half);
    if (HasFatalFailure()) FAIL() << "exponent " << e;
  }
}

// However far below the half, a bit decides.
TEST(exact_sum, halves_with_a_bit_anywhere_below) {
  for (int e = 0; e < 64; ++e) {
    const double one = std::ldexp(1.0, e);
    const double half = std::ldexp(1.0, e - 53);
    for (int below = 54; below <= 200; ++below) {
      const double bit = std::ldexp(1.0, e - below);
      expect_bits(total({one, half, bit}), one + 2 * half);
      expect_bits(total({one + 2 * half, half, -bit}), one + 2 * half);
      if (HasFatalFailure()) FAIL() << "exponent " << e << ", bit " << below << " below";
    }
  }
}

TEST(exact_sum, denormals_are_exact) {
  expect_bits(total(numbers(3, smallest)), 3 * smallest);
  expect_bits(total({0x1p-1022, -smallest}), 0x1p-1022 - smallest);
  expect_bits(total({0x1p-1023, 0x1p-1023}), 0x1p-1022);
  expect_bits(total({0x1p-1021, -0x1p-1022, smallest}), 0x1p-1022 + smallest);
  expect_bits(total({-largest, smallest, largest}), smallest);
}

TEST(exact_sum, overflows_to_infinity_only_at_the_end) {
  expect_bits(total({largest, largest}), infinity);
  expect_bits(total({-largest, -largest, -largest}), -infinity);
  expect_bits(total({largest, largest, -largest}), largest);
  // Half a unit in the last place above the largest rounds up, less does not.
  expect_bits(total({largest, 0x1p970}), infinity);
  expect_bits(total({largest, 0x1p970, -smallest}), largest);
  expect_bits(total({-largest, -0x1p970}), -infinity);
  numbers many(100000, largest);
  many.resize(200000, -largest);
  many.push_back(2.5);
  expect_bits(total(many), 2.5);
}

TEST(exact_sum, infinities_and_nan) {
  EXPECT_EQ(total({1.0, infinity, -largest}), infinity);
  EXPECT_EQ(total({infinity, infinity}), infinity);
  EXPECT_EQ(total({1.0, -infinity}), -infinity);
  EXPECT_TRUE(std::isnan(total({infinity, -infinity})));
  EXPECT_TRUE(std::isnan(total({-infinity, 2.0, infinity})));
  EXPECT_TRUE(std::isnan(total({1.0, not_a_number, 2.0})));
  EXPECT_TRUE(std::isnan(total({not_a_number, infinity})));
  EXPECT_TRUE(std::isnan(total({-not_a_number})));
}

TEST(exact_sum, order_plays_no_part) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 200; ++i) {
    auto values = random_numbers(random, 100, -1074, 1020);
    const auto expected = summed(values).normalized();
    for (int k = 0; k < 5; ++k) {
      std::shuffle(values.begin(), values.end(), random.engine());
      ASSERT_EQ(summed(values).normalized(), expected);
    }
  }
}

TEST(exact_sum, many_numbers_of_one_size) {
  for (const index_t n : {1023, 1024, 1025, 2048, 2049, 1 << 20}) {
    const auto count = static_cast<double>(n);
    for (const double x : {0x1.fffffffffffffp31, -0x1.fffffffffffffp0, 0x1.5555555555555p-900}) {
      exact_sum all_at_once = summed(numbers(static_cast<std::size_t>(n), x));
      // The product of a 53-bit and a 21-bit number, rounded once.
      expect_bits(all_at_once.value(), x * count);
    }
  }
}

// Long runs take other paths, which change where exponents spread, jump or leave the range.
TEST(exact_sum, long_runs_equal_numbers_one_by_one) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 300; ++i) {
    const int highest = static_cast<int>(random.between(-1070, 1024));
    const int range = static_cast<int>(random.between(0, random.one_in(4) ? 2100 : 150));
    auto values =
        random_numbers(random, random.between(1, 20000), std::max(highest - range, -1074), highest);
    const index_t rare = random.between(1, 3000);
    for (double& x : values) {
      if (!random.one_in(rare)) continue;
      x = random.one_in(2) ? any_double(random, -1074, 1024) : -0.0;
      if (random.one_in(200)) x = random.one_in(2) ? infinity : not_a_number;
    }
    exact_sum expected;
    for (const double x : values) expected.add(x);
    const auto half = static_cast<index_t>(values.size() / 3);
    exact_sum found;
    found.add(values.data(), half);
    found.add(values.data() + half, static_cast<index_t>(values.size()) - half);
    ASSERT_EQ(found.normalized(), expected.normalized()) << "case " << i;
  }
}

// Each bit at the edge of what the bins of a block hold.
TEST(exact_sum, runs_at_the_edges_of_a_window) {
  for (const int top : {1023, 1011, 1005, 0, -900, -951, -960, -1022}) {
    for (int below = 0; below < 200; ++below) {
      numbers values(5000, std::ldexp(1.0, top - 12));
      values[17] = std::ldexp(1.0, top);
      values[4500] = -std::ldexp(1.0, top - below);
      values[4501] = std::ldexp(1.0, std::max(top - below - 52, -1074));
      exact_sum expected;
      for (const double x : values) expected.add(x);
      ASSERT_EQ(summed(values).normalized(), expected.normalized()) << top << ' ' << below;
    }
  }
}

// Exponents so far apart that every number goes to the accumulator of its exponent.
TEST(exact_sum, long_runs_of_any_exponent) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t n : {8191, 8192, 30000, 100003}) {
    auto values = random_numbers(random, n, -1074, 1024);
    values[100] = smallest;
    values[5000] = -0.0;
    exact_sum expected;
    for (const double x : values) expected.add(x);
    EXPECT_EQ(summed(values).normalized(), expected.normalized());
    values[7000] = -infinity;
    EXPECT_EQ(total(values), -infinity);
    values[7001] = not_a_number;
    EXPECT_TRUE(std::isnan(total(values)));
  }
}

TEST(exact_sum, products_equal_products_one_by_one) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const int spread : {1, 15, 400}) {
    const auto a = random_numbers(random, 9000, 0, spread);
    auto b = random_numbers(random, 9000, -spread, 0);
    for (const index_t n : {0, 1, 23, 24, 41, 4096, 4100, 9000}) {
      exact_sum sum;
      sum.add_products(a.data(), b.data(), n);
      numbers products;
      for (std::size_t k = 0; k < static_cast<std::size_t>(n); ++k) products.push_back(a[k] * b[k]);
      expect_bits(sum.value(), fsum(products));
    }
    b[5000] = infinity;
    exact_sum sum;
    sum.add_products(a.data(), b.data(), 9000);
    EXPECT_EQ(std::abs(sum.value()), infinity);
  }
}

TEST(exact_sum, numbers_one_by_one) {
  exact_sum sum;
  for (int i = 0; i < 5000; ++i) sum.add(0.1);
  expect_bits(sum.value(), fsum(numbers(5000, 0.1)));
  sum.add(nullptr, 0);
  expect_bits(sum.value(), fsum(numbers(5000, 0.1)));
}

TEST(exact_sum, value_may_be_asked_in_between) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto values = random_numbers(random, 3000, -1000, 1000);
  exact_sum sum;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum.add(values[i]);
    if (i % 500 == 0)
      expect_bits(sum.value(),
                  total({values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i) + 1}));
  }
  expect_bits(sum.value(), fsum(values));
}

TEST(exact_sum, merges_of_parts_equal_the_whole) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 200; ++i) {
    const auto values = random_numbers(random, 300, -1074, 1020);
    exact_sum merged;
    for (std::size_t first = 0; first < values.size();) {
      const auto n =
          std::min(static_cast<std::size_t>(random.between(0, 80)), values.size() - first);
      const numbers part(values.begin() + static_cast<std::ptrdiff_t>(first),
                         values.begin() + static_cast<std::ptrdiff_t>(first + n));
      merged.merge(summed(part));
      first += n;
    }
    ASSERT_EQ(merged.normalized(), summed(values).normalized());
    expect_bits(merged.value(), fsum(values));
    merged.add(1.0);
    auto more = values;
    more.push_back(1.0);
    expect_bits(merged.value(), fsum(more));
  }
}

TEST(exact_sum, a_sum_may_be_merged_with_itself) {
  exact_sum sum = summed({1.0, 0.1});
  sum.merge(sum);
  expect_bits(sum.value(), fsum({1.0, 1.0, 0.1, 0.1}));
}

// What ranks do: they add up the states, word by word.
TEST(exact_sum, states_add_up) {
  random_source random;
  SCOPED_TRACE(random.trace());
  numbers all;
  exact_sum::state sum{};
  for (int rank = 0; rank < 1000; ++rank) {
    const auto part = random_numbers(random, 20, -1074, 1013);
    all.insert(all.end(), part.begin(), part.end());
    const auto state = summed(part).normalized();
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += state[i];
  }
  expect_bits(exact_sum::from_state(sum).value(), total(all));
  expect_bits(exact_sum::from_state(sum).value(), fsum(all));
}

// The limit that the documentation promises: 2^30 of the largest, and of the most negative.
TEST(exact_sum, very_many_states_add_up) {
  constexpr std::int64_t count = std::int64_t{1} << 30;
  for (const double x : {0x1.fffffffffffffp900, -0x1.fffffffffffffp-900, -1.0, largest}) {
    auto state = summed({x}).normalized();
    for (auto& word : state) word *= count;
    expect_bits(exact_sum::from_state(state).value(), x * static_cast<double>(count));
  }
}

TEST(exact_sum, states_carry_infinities_and_nan) {
  auto sum = summed({infinity}).normalized();
  EXPECT_EQ(exact_sum::from_state(sum).value(), infinity);
  const auto negative = summed({-infinity}).normalized();
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += negative[i];
  EXPECT_TRUE(std::isnan(exact_sum::from_state(sum).value()));
  exact_sum merged = summed({1.0});
  merged.merge(summed({not_a_number}));
  EXPECT_TRUE(std::isnan(merged.value()));
}

TEST(exact_sum, of_few_numbers_at_a_time) {
  // Bins for the first ones, digits for those that follow.
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int k = 0; k < 300; ++k) {
    numbers values;
    exact_sum sum;
    for (index_t left = random.between(1, 4); left > 0; --left) {
      const auto first = static_cast<index_t>(values.size());
      for (index_t i = random.between(0, 30); i > 0; --i)
        values.push_back(std::ldexp(static_cast<double>(random.between(-1000000, 1000000)),
                                    static_cast<int>(random.between(-200, 200))));
      sum.add(values.data() + first, static_cast<index_t>(values.size()) - first);
    }
    EXPECT_EQ(sum.value(), fsum(values));
  }
}

namespace {

/// What blocks in bins find hardest: values around the window that the largest makes, of which the
/// bits end at a bin's unit or beside it, halves of units, signed zeros, sums that only grow.
numbers hard_block(random_source& random, index_t count, int top) {
  constexpr int units[] = {-39, -40, -41, -42, -80, -81, -82, -83, -121, -122, -123, -124};
  const index_t kind = random.between(0, 5);
  numbers values;
  for (index_t i = 0; i < count; ++i) {
    const int unit = top + units[random.between(0, 11)];
    const double sign = kind == 0 || random.one_in(2) ? 1.0 : -1.0;
    const double large = std::ldexp(2.0 - std::ldexp(1.0, -static_cast<int>(i % 53)), top - 1);
    if (kind == 1)
      values.push_back(random.one_in(3) ? sign * large : -0.0);
    else if (kind == 2)
      values.push_back(sign * std::ldexp(1.5, unit));
    else if (kind == 3)
      values.push_back(sign *
                       (large + std::ldexp(static_cast<double>(random.between(1, 7)), unit)));
    else if (kind == 4)
      values.push_back(random.one_in(500) ? std::ldexp(sign, unit - 40) : large);
    else
      values.push_back(sign * large);
  }
  return values;
}

} // namespace

TEST(exact_sum, blocks_at_the_edges_of_bins) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 400; ++i) {
    constexpr index_t counts[] = {7, 24, 63, 64, 65, 500, 2048, 4097, 8191, 8192, 8193, 20000};
    const index_t count = counts[random.between(0, i % 8 == 0 ? 11 : 5)];
    const int top =
        static_cast<int>(random.one_in(8) ? random.between(-950, 930) : random.between(-20, 20));
    numbers values = hard_block(random, count, top);
    if (random.one_in(4)) {
      const auto more = hard_block(random, count, top + static_cast<int>(random.between(-60, 60)));
      values.insert(values.end(), more.begin(), more.end());
    }
    expect_bits(total(values), fsum(values) + 0.0);
    exact_sum products;
    const numbers factors(values.size(), random.one_in(2) ? -0.25 : 4.0);
    products.add_products(values.data(), factors.data(), static_cast<index_t>(values.size()));
    expect_bits(products.value(), fsum(values) * factors[0] + 0.0);
    values[values.size() / 2] = random.one_in(2) ? infinity : not_a_number;
    EXPECT_FALSE(std::isfinite(total(values)));
    if (HasFatalFailure()) FAIL() << "case " << i;
  }
}

TEST(exact_sum, as_float_is_rounded_once) {
  // Half-way between two floats in double, but for a bit that double has not.
  const double half = 1.0 + 0x1p-24;
  EXPECT_EQ(summed({half, 0x1p-60}).value_as_float(), 1.0F + 0x1p-23F);
  EXPECT_EQ(summed({half, -0x1p-60}).value_as_float(), 1.0F);
  EXPECT_EQ(summed({half}).value_as_float(), 1.0F);
  EXPECT_EQ(summed(numbers(100, 0x1p-1060)).value_as_float(), 0.0F);
  EXPECT_EQ(summed(numbers(100, 1e38)).value_as_float(), std::numeric_limits<float>::infinity());
}
