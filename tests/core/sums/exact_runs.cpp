// Long runs of numbers, which are added up in bins, against numbers one by one.
#include "serial_sums.hpp"

using namespace tessera_test;
using namespace tessera_test::special;

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

TEST(exact_runs, many_numbers_of_one_size) {
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
TEST(exact_runs, long_runs_equal_numbers_one_by_one) {
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
TEST(exact_runs, runs_at_the_edges_of_a_window) {
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
TEST(exact_runs, long_runs_of_any_exponent) {
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

TEST(exact_runs, products_equal_products_one_by_one) {
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

TEST(exact_runs, of_few_numbers_at_a_time) {
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

TEST(exact_runs, blocks_at_the_edges_of_bins) {
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
