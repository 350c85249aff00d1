#include "message_of.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/selection/mask.hpp>
#include <tessera/core/statistics/statistics.hpp>

#include <cmath>
#include <limits>

using namespace tessera;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

} // namespace

TEST(statistics, result_types) {
  using floats = ndarray<float, 2>;
  static_assert(std::is_same_v<decltype(var(floats())), float>);
  static_assert(std::is_same_v<decltype(var(floats(), axis(0))), ndarray<float, 1>>);
  static_assert(std::is_same_v<decltype(median(floats(), axis(0), keepdims)), floats>);
  static_assert(std::is_same_v<decltype(var(ndarray<int, 1>())), double>);
  static_assert(std::is_same_v<decltype(mean(ndarray<int, 2>(), axis(1))), ndarray<double, 1>>);
}

// The same bits for any layout and blocking: that is what the exact sums are for.
TEST(statistics, variance_does_not_depend_on_the_layout) {
  ndarray<double, 2> a(shape_t<2>{61, 47});
  for (index_t i = 0; i < a.size(); ++i)
    a.data()[i] = std::sin(static_cast<double>(i)) * std::pow(10.0, static_cast<double>(i % 9));
  const double expected = var(a);
  EXPECT_EQ(var(a.transpose()), expected);
  EXPECT_EQ(var(ndarray(a.transpose())), expected);
  EXPECT_EQ(var(a(slice(none, none, -1), all)), expected);
  EXPECT_TRUE(array_equal(var(a, axis(0)), var(ndarray(a.transpose()), axis(1))));
  EXPECT_EQ(var(a, axis(0))(5), var(a(all, 5)));
}

TEST(statistics, of_constants_is_zero) {
  EXPECT_EQ(var(full(shape_t<1>{1000}, 0.1)), 0.0);
  EXPECT_EQ(tessera::std(full(shape_t<1>{8}, 1e300)), 0.0);
}

TEST(statistics, errors) {
  const ndarray<double, 2> a(shape_t<2>{3, 0});
  EXPECT_EQ(message_of<argument_error>([&] { (void)var(a); }),
            "mean of an empty array, shape (3, 0)");
  EXPECT_EQ(message_of<argument_error>([&] { (void)median(a, axis(1)); }),
            "median of an empty array, shape (3, 0)");
  EXPECT_EQ(median(a, axis(0)).size(), 0);
  const ndarray<double, 1> b{1, 2};
  EXPECT_THROW((void)quantile(b, -0.1), argument_error);
  EXPECT_THROW((void)percentile(b, not_a_number), argument_error);
  EXPECT_EQ(message_of<argument_error>([&] { (void)average(b, b - b); }),
            "average with weights that add up to zero");
}

TEST(statistics, nothing_left_by_a_mask) {
  const ndarray<double, 2> a{{1, not_a_number}, {3, not_a_number}};
  EXPECT_EQ(nanmean(a), 2.0);
  EXPECT_TRUE(std::isnan(nanmax(a, axis(0))(1)));
  EXPECT_TRUE(std::isnan(nanmean(a, axis(0))(1)));
  EXPECT_EQ(nansum(a, axis(0))(1), 0.0);
  EXPECT_EQ(message_of<argument_error>([&] { (void)mean(a, masked(a > 5.0)); }),
            "mean of an empty array, shape (2, 2)");
}

TEST(statistics, a_quantile_that_is_an_element_may_be_infinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(median(ndarray<double, 1>{infinity}), infinity);
  EXPECT_EQ(quantile(ndarray<double, 1>{-infinity, 0.0, infinity}, 0.0), -infinity);
}

TEST(statistics, quantiles_of_some_elements) {
  const ndarray<double, 2> a{{4, 1, 9, 7}, {2, 8, 3, 5}};
  const ndarray<bool, 2> mask = a > 2.0;
  EXPECT_EQ(median(a, masked(mask)), median(a(mask)));
  EXPECT_EQ(quantile(a, 0.3, masked(a < 8.0)), quantile(a(a < 8.0), 0.3));
  EXPECT_TRUE(array_equal(median(a, axis(1), masked(mask)), ndarray<double, 1>{7, 5}));
  EXPECT_TRUE(array_equal(percentile(a, {0, 100}, axis(1), masked(mask)),
                          ndarray<double, 2>{{4, 3}, {9, 8}}));
  // Nothing of a line is left, or a NaN is.
  EXPECT_TRUE(std::isnan(median(a, axis(0), masked(a > 4.0))(0)));
  EXPECT_EQ(median(a, axis(0), masked(a > 4.0))(1), 8.0);
  EXPECT_TRUE(std::isnan(median(a, masked(a > 9.0))));
  const ndarray<float, 1> b{1.0F, std::numeric_limits<float>::quiet_NaN(), 3.0F};
  EXPECT_TRUE(std::isnan(median(b, masked(b != 1.0F))));
  EXPECT_EQ(median(b, masked(b == b)), 2.0F);
}
