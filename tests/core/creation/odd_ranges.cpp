// Places computed from floating-point numbers at the ends of their range: all elements are counted,
// no number is lost, or an error says why. (NumPy 1.24 fails for many of these.)
#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/random.hpp>
#include <tessera/core/reductions/cumulative.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/statistics/histogram.hpp>
#include <tessera/core/statistics/statistics.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

using namespace tessera;

namespace {

using doubles = ndarray<double, 1>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double largest = std::numeric_limits<double>::max();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double last_odd = 0x1p53; // beyond, doubles are even

/// The last bin whose lower edge is not above each element.
template <class T>
ndarray<index_t, 1> counted_one_by_one(const std::vector<T>& elements, const doubles& edges) {
  ndarray<index_t, 1> counts(shape_t<1>{edges.size() - 1}, index_t{0});
  for (const T element : elements) {
    index_t bin = 0;
    for (index_t k = 0; k + 1 < edges.size(); ++k)
      if (edges(k) <= static_cast<double>(element)) bin = k;
    ++counts(bin);
  }
  return counts;
}

template <class T> void expect_all_counted(const std::vector<T>& elements) {
  ndarray<T, 1> a(shape_t<1>{static_cast<index_t>(elements.size())});
  std::copy(elements.begin(), elements.end(), a.data());
  for (const index_t bins : {1, 2, 3, 4, 5, 7, 8, 10, 100}) {
    const histogram_result found = histogram(a, bins);
    EXPECT_EQ(sum(found.counts), a.size()) << elements[0] << " in " << bins;
    EXPECT_TRUE(all(isfinite(found.edges)) && all(diff(found.edges) >= 0.0)) << elements[0];
    EXPECT_TRUE(array_equal(found.counts, counted_one_by_one(elements, found.edges)))
        << elements[0] << " in " << bins;
  }
}

} // namespace

TEST(odd_ranges, histograms_count_everything) {
  const std::vector<std::vector<double>> sets = {{last_odd - 1},
                                                 {last_odd},
                                                 {1e20, 1e20, 1e20},
                                                 {largest},
                                                 {-largest},
                                                 {0.0},
                                                 {smallest},
                                                 {-1e308, 0, 1e308},
                                                 {-largest, 0, largest},
                                                 {largest, std::nextafter(largest, 0)},
                                                 {0, smallest},
                                                 {smallest, 2 * smallest, 3 * smallest},
                                                 {0, smallest, 5 * smallest},
                                                 {0.0, -0.0},
                                                 {last_odd, last_odd + 2, last_odd + 4},
                                                 {-last_odd, last_odd + 2},
                                                 {1e-310, 2e-310, 3e-310},
                                                 {1e300, std::nextafter(1e300, infinity)},
                                                 {1, 2, 3, 4, 5, 6}};
  for (const std::vector<double>& set : sets) expect_all_counted(set);
  expect_all_counted<float>({16777216.0F, 16777218.0F});
  expect_all_counted<std::int64_t>({std::int64_t{1} << 53U, (std::int64_t{1} << 53U) + 1});
  expect_all_counted<std::int64_t>(
      {std::numeric_limits<std::int64_t>::min(), 0, std::numeric_limits<std::int64_t>::max()});
  expect_all_counted<std::uint64_t>({std::numeric_limits<std::uint64_t>::max()});
}

TEST(odd_ranges, histograms_between_given_ends) {
  const auto wide = histogram(doubles{1, 2}, 2, -1e308, 1e308);
  EXPECT_TRUE(array_equal(wide.edges, doubles{-1e308, 0, 1e308}));
  EXPECT_EQ(wide.counts(1), 2);
  const auto some = histogram(doubles{1, not_a_number, infinity, -infinity}, 2, 0, 2);
  EXPECT_TRUE(array_equal(some.counts, ndarray<index_t, 1>{0, 1}));
  EXPECT_EQ(sum(histogram(doubles{1, 1, not_a_number}, doubles{1, 1, 1}).counts), 2);
  for (const double odd : {not_a_number, infinity, -infinity})
    EXPECT_THROW((void)histogram(doubles{1, odd}, 3), argument_error) << odd;
  EXPECT_THROW((void)histogram(doubles{1}, std::numeric_limits<index_t>::max()), error);
  EXPECT_THROW((void)bincount(ndarray<index_t, 1>{std::numeric_limits<index_t>::max()}),
               argument_error);
}

TEST(odd_ranges, arange_with_an_infinite_step_has_the_start_alone) {
  EXPECT_TRUE(array_equal(arange(0.0, 1.0, infinity), doubles{0}));
  EXPECT_TRUE(array_equal(arange(2.0, 5.0, infinity), doubles{2}));
  EXPECT_TRUE(array_equal(arange(0.0, -5.0, -infinity), doubles{0}));
  EXPECT_TRUE(array_equal(arange(0.0, smallest, 1.0), doubles{0}));
  EXPECT_EQ(arange(5.0, 2.0, infinity).size(), 0);
  EXPECT_EQ(arange(2.0, 5.0, -infinity).size(), 0);
  EXPECT_EQ(arange(0.0F, 1.0F, std::numeric_limits<float>::infinity())(0), 0.0F);
  EXPECT_TRUE(std::signbit(arange(-0.0, 2.0, 1.0)(0)));
}

TEST(odd_ranges, arange_farther_than_doubles_reach) {
  const doubles wide = arange(-1e308, 1e308, 1e307);
  ASSERT_EQ(wide.size(), 20);
  for (index_t i = 0; i < wide.size(); ++i)
    EXPECT_NEAR(wide(i) / 1e307, static_cast<double>(i) - 10, 1e-13);
  EXPECT_TRUE(array_equal(arange(largest, -largest, -largest), doubles{largest, 0}));
  EXPECT_TRUE(all(isfinite(arange(-3e38F, 3e38F, 1e38F))));
  const std::vector<std::array<double, 3>> impossible = {
      {0, 1, 1e-320},       {0, infinity, 1},     {0, not_a_number, 1},
      {not_a_number, 1, 1}, {0, 1, not_a_number}, {0, 1, 0},
      {-infinity, 0, 1},    {0, 1e300, 1},        {infinity, infinity, 1}};
  for (const auto& [start, stop, step] : impossible)
    EXPECT_THROW((void)arange(start, stop, step), argument_error) << start << stop << step;
}

TEST(odd_ranges, linspace_farther_than_doubles_reach) {
  EXPECT_TRUE(array_equal(linspace(-1e308, 1e308, 5), doubles{-1e308, -5e307, 0, 5e307, 1e308}));
  EXPECT_TRUE(array_equal(linspace(-largest, largest, 2), doubles{-largest, largest}));
  EXPECT_EQ(linspace(-largest, largest, 1)(0), -largest);
  EXPECT_EQ(linspace(-largest, largest, 4, {.endpoint = false})(2), 0);
  EXPECT_TRUE(all(isfinite(linspace(-largest, largest, 1001))));
  EXPECT_TRUE(array_equal(linspace(0, infinity, 3), doubles{0, infinity, infinity}));
  for (const double odd : {1e300, not_a_number, infinity, -1.0, 256.0})
    EXPECT_THROW((void)linspace<std::uint8_t>(0, odd, 3), argument_error) << odd;
}

TEST(odd_ranges, quantiles) {
  EXPECT_EQ(median(doubles{1.7e308, 1.7e308}), 1.7e308);
  EXPECT_EQ(quantile(doubles{-1e308, 1e308}, 0.25), -5e307);
  EXPECT_EQ(quantile(doubles{-1e308, 1e308}, 0.75), 5e307);
  EXPECT_EQ(quantile(doubles{infinity, infinity, infinity}, 0.3), infinity);
  EXPECT_TRUE(std::isnan(quantile(doubles{-infinity, infinity}, 0.3)));
  for (const double q : {0.0, 0.25, 0.3, 0.5, 0.75, 0.8, 1.0})
    for (const doubles& zeros : {doubles{-0.0}, doubles{-0.0, -0.0}, doubles{-0.0, -0.0, -0.0},
                                 doubles{0.0, -0.0}, doubles{-0.0, 0.0}})
      EXPECT_FALSE(std::signbit(quantile(zeros, q))) << q;
  for (const double q : {-0.1, 1.1, not_a_number, infinity})
    EXPECT_THROW((void)quantile(doubles{1}, q), argument_error) << q;
}

TEST(odd_ranges, choices_with_probabilities) {
  generator rng(7);
  const doubles one = {0, 1, 0};
  EXPECT_TRUE(all(rng.choice(3, 1000, {.p = one}) == 1));
  const doubles rare = {smallest, 1, smallest};
  EXPECT_TRUE(all(rng.choice(3, 2, {.replace = false, .p = rare}) < 3));
  for (const doubles& p : {doubles{not_a_number, 1}, doubles{infinity, 1}, doubles{-1, 2}})
    EXPECT_THROW((void)rng.choice(2, 5, {.p = p}), argument_error);
  EXPECT_TRUE(all(rng.geometric(1e-320, 100) > 0));
  EXPECT_THROW((void)rng.poisson(1e19, 3), argument_error);
}

TEST(odd_ranges, digitize) {
  const doubles edges{-largest, 0, largest};
  const auto bins = digitize(doubles{not_a_number, infinity, -infinity, -0.0}, edges);
  EXPECT_TRUE(array_equal(bins, ndarray<index_t, 1>{3, 3, 0, 2}));
  EXPECT_EQ(digitize(doubles{0}, doubles{0, 0, 0})(0), 3);
}
