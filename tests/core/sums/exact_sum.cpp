// What an exact sum is, of any numbers in any order.
#include "serial_sums.hpp"

using namespace tessera_test;
using namespace tessera_test::special;

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

TEST(exact_sum, as_float_is_rounded_once) {
  // Half-way between two floats in double, but for a bit that double has not.
  const double half = 1.0 + 0x1p-24;
  EXPECT_EQ(summed({half, 0x1p-60}).value_as_float(), 1.0F + 0x1p-23F);
  EXPECT_EQ(summed({half, -0x1p-60}).value_as_float(), 1.0F);
  EXPECT_EQ(summed({half}).value_as_float(), 1.0F);
  EXPECT_EQ(summed(numbers(100, 0x1p-1060)).value_as_float(), 0.0F);
  EXPECT_EQ(summed(numbers(100, 1e38)).value_as_float(), std::numeric_limits<float>::infinity());
}
