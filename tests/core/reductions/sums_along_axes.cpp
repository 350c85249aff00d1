// Exact sums along axes against those of each line by math.fsum's algorithm, or by exact_sum where
// that overflows.
#include "serial_sums.hpp"

#include <tessera/core/reductions/reduce.hpp>

#include <cfenv>

using namespace tessera_test;

namespace {

/// The sum of elements `first`, `first` + step, ...
double serial_sum(const ndarray<double, 2>& a, index_t first, index_t step, index_t n) {
  numbers line;
  bool overflows = false;
  for (index_t i = 0; i < n; ++i) {
    line.push_back(a.data()[first + i * step]);
    overflows = overflows || !(std::abs(line.back()) < 0x1p1000);
  }
  if (!overflows) return fsum(line) + 0.0;
  exact_sum sum;
  for (const double x : line) sum.add(x);
  return sum.value();
}

void check_both_axes(const ndarray<double, 2>& a) {
  const index_t rows = a.shape()[0];
  const index_t columns = a.shape()[1];
  const auto along_columns = sum(a, axis(0));
  const auto along_rows = sum(a, axis(1));
  SCOPED_TRACE("shape " + std::to_string(rows) + " x " + std::to_string(columns));
  const auto expect = [](double found, double expected) {
    if (expected != expected)
      ASSERT_TRUE(found != found);
    else
      expect_bits(found, expected);
  };
  for (index_t j = 0; j < columns && !testing::Test::HasFatalFailure(); ++j)
    expect(along_columns(j), serial_sum(a, j, columns, rows));
  for (index_t i = 0; i < rows && !testing::Test::HasFatalFailure(); ++i)
    expect(along_rows(i), serial_sum(a, i * columns, 1, columns));
}

/// Some magnitudes of `spread` binary orders; few in `rare` lie anywhere.
ndarray<double, 2> random_table(random_source& random, shape_t<2> shape, int spread, index_t rare) {
  ndarray<double, 2> a(shape);
  for (index_t k = 0; k < a.size(); ++k) {
    a.data()[k] = any_double(random, -spread, 2);
    if (!random.one_in(rare)) continue;
    a.data()[k] = random.one_in(3) ? -0.0 : any_double(random, -1074, 1000);
  }
  return a;
}

} // namespace

TEST(sums_along_axes, of_any_shape) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const shape_t<2> shape : {shape_t<2>{1, 1},
                                 {3, 7},
                                 {8, 8},
                                 {9, 15},
                                 {129, 33},
                                 {70, 500},
                                 {16, 2049},
                                 {7, 5000},
                                 {300, 260}})
    for (const int spread : {0, 10, 45, 90, 200})
      check_both_axes(random_table(random, shape, spread, 100000));
}

TEST(sums_along_axes, of_magnitudes_that_change) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 10; ++i) {
    const shape_t<2> shape{random.between(1, 400), random.between(1, 400)};
    check_both_axes(random_table(random, shape, static_cast<int>(random.between(0, 60)),
                                 random.between(20, 20000)));
  }
}

// Bins are emptied when they are full, and what they were emptied into, too.
TEST(sums_along_axes, that_only_grow) {
  for (const double x : {0x1.fffffffffffffp3, -0x1.fffffffffffffp-900, 0x1.5555555555555p0}) {
    const ndarray<double, 2> a(shape_t<2>{40000, 3}, x);
    const auto found = sum(a, axis(0));
    // The product of a 53-bit and a 16-bit number, rounded once.
    for (index_t j = 0; j < 3; ++j) expect_bits(found(j), x * 40000.0);
  }
  // After numbers that fill a third bin.
  random_source random;
  ndarray<double, 3> both(shape_t<3>{2, 3000, 2});
  std::vector<numbers> lines(4);
  for (index_t k = 0; k < both.size(); ++k) {
    both.data()[k] = any_double(random, k < both.size() / 2 ? -60 : -4, 2);
    lines[static_cast<std::size_t>(k / 6000 * 2 + k % 2)].push_back(both.data()[k]);
  }
  const auto sums = sum(both, axis(1));
  for (std::size_t k = 0; k < 4; ++k) expect_bits(sums.data()[k], fsum(lines[k]));
  ndarray<double, 2> a(shape_t<2>{9000, 20}, 1.0);
  for (index_t i = 0; i < 9000; ++i) a(i, i % 20) = std::ldexp(1.0, -static_cast<int>(i % 75));
  check_both_axes(a);
}

TEST(sums_along_axes, that_leave_the_bins_and_come_back) {
  random_source random;
  SCOPED_TRACE(random.trace());
  ndarray<double, 2> a = random_table(random, {200, 300}, 20, 100000);
  for (index_t j = 0; j < 300; j += 7) {
    const index_t i = random.between(0, 150);
    const double large = std::ldexp(1.0 + std::ldexp(1.0, -static_cast<int>(j % 52)),
                                    static_cast<int>(random.between(5, 70)));
    a(i, j) = large;
    a(i + random.between(1, 40), j) = -large;
  }
  check_both_axes(a);
}

TEST(sums_along_axes, of_infinities_and_nan) {
  random_source random;
  SCOPED_TRACE(random.trace());
  ndarray<double, 2> a = random_table(random, {150, 90}, 20, 100000);
  a(3, 5) = special::infinity;
  a(140, 6) = -special::infinity;
  a(7, 7) = special::infinity;
  a(8, 7) = -special::infinity;
  a(149, 89) = special::not_a_number;
  a(20, 10) = special::largest;
  a(21, 10) = special::largest;
  a(22, 10) = -special::largest;
  check_both_axes(a);
}

TEST(sums_along_axes, of_float_are_rounded_once) {
  random_source random;
  SCOPED_TRACE(random.trace());
  ndarray<float, 2> a(shape_t<2>{300, 2100});
  for (index_t k = 0; k < a.size(); ++k)
    a.data()[k] = static_cast<float>(any_double(random, -30, 3));
  const auto found = sum(a, axis(0));
  for (index_t j = 0; j < 2100; ++j) {
    exact_sum expected;
    for (index_t i = 0; i < 300; ++i) expected.add(static_cast<double>(a(i, j)));
    ASSERT_EQ(found(j), expected.value_as_float());
  }
}

// The user's flags tell of the user's operations; nothing is rounded here.
TEST(sums_along_axes, leave_flags_raised) {
  const ndarray<double, 2> a(shape_t<2>{100, 100}, 1.0);
  std::feraiseexcept(FE_INEXACT | FE_DIVBYZERO);
  EXPECT_GT(sum(a, axis(0))(0) + sum(a, axis(1))(0) + sum(a), 0.0);
  EXPECT_EQ(std::fetestexcept(FE_INEXACT | FE_DIVBYZERO), FE_INEXACT | FE_DIVBYZERO);
  std::feclearexcept(FE_ALL_EXCEPT);
}
