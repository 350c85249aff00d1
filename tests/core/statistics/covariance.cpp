// Covariances, integrals, functions of lines and elements against closed forms.
#include "message_of.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/elements/special.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/reductions/trapezoid.hpp>
#include <tessera/core/selection/sort.hpp>
#include <tessera/core/shapes/apply_along_axis.hpp>
#include <tessera/core/statistics/covariance.hpp>
#include <tessera/core/statistics/nan_functions.hpp>

#include <cmath>
#include <limits>

using namespace tessera;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double quiet_nan = std::numeric_limits<double>::quiet_NaN();
const ndarray<double, 2> variables{{1, 2, 6}, {4, 4, 1}};

} // namespace

TEST(covariance, of_variables) {
  EXPECT_TRUE(array_equal(cov(variables), ndarray{{7.0, -4.5}, {-4.5, 3.0}}));
  EXPECT_TRUE(array_equal(cov(ndarray(variables.transpose()), {.rowvar = false}), cov(variables)));
  EXPECT_TRUE(array_equal(cov(variables, {.ddof = 0}) * 3.0, cov(variables) * 2.0));
  EXPECT_TRUE(array_equal(cov(variables(0, all), variables(1, all)), cov(variables)));
  EXPECT_NEAR(corrcoef(variables)(0, 1), -4.5 / std::sqrt(21.0), 1e-15);
  EXPECT_NEAR(corrcoef(variables)(1, 1), 1.0, 1e-15);
  EXPECT_TRUE(std::isnan(cov(ones(2, 1))(0, 0)));
  // Exact sums: a shift that swallows the small parts leaves the bits of what is left.
  EXPECT_EQ(cov(ndarray{{1e16, 1e16 + 2, 1e16 + 4}})(0, 0), 4.0);
  message_of<argument_error>([] { (void)cov(ones(2, 0)); });
  message_of<shape_error>([] { (void)cov(ones(2), ones(3)); });
}

TEST(covariance, integrals) {
  EXPECT_EQ(trapezoid(ndarray{1.0, 2.0, 4.0}), 4.5);
  EXPECT_EQ(trapezoid(ndarray{1, 2, 4}, 2.0), 9.0);
  EXPECT_TRUE(array_equal(trapezoid(variables), ndarray{5.5, 6.5}));
  EXPECT_TRUE(array_equal(trapezoid(variables, axis(0)), ndarray{2.5, 3.0, 3.5}));
  EXPECT_EQ(trapezoid(ndarray{1.0, 2.0, 4.0}, ndarray{0.0, 1.0, 4.0}), 10.5);
  EXPECT_EQ(trapezoid(ndarray{1e100, 2.0, -1e100}), 2.0); // exact
  EXPECT_EQ(trapezoid(ones(1)), 0.0);
  EXPECT_EQ(trapezoid(ndarray<double, 1>()), 0.0);
  message_of<shape_error>([] { (void)trapezoid(ones(3), ones(2)); });
}

TEST(covariance, functions_of_lines) {
  const auto first = [](const view<const double, 1>& line) { return line(0); };
  EXPECT_TRUE(array_equal(apply_along_axis(first, axis(1), variables), ndarray{1.0, 4.0}));
  EXPECT_TRUE(array_equal(apply_along_axis(first, axis(0), variables), ndarray{1.0, 2.0, 6.0}));
  EXPECT_EQ(apply_along_axis(first, axis(0), variables(1, all)), 4.0);
  const auto sorted = [](auto line) { return sort(line); };
  EXPECT_TRUE(array_equal(apply_along_axis(sorted, axis(-1), variables), sort(variables, axis(1))));
  const auto ends = [](auto line) { return ndarray{line(0) + 1.0, line(0)}; };
  EXPECT_TRUE(
      array_equal(apply_along_axis(ends, axis(1), variables), ndarray{{2.0, 1.0}, {5.0, 4.0}}));
  EXPECT_EQ(message_of<shape_error>([&] {
              (void)apply_along_axis([](auto line) { return zeros(static_cast<index_t>(line(0))); },
                                     axis(1), variables);
            }),
            "apply_along_axis: the function gave 4 elements for line 1 and 1 for the first; there "
            "must be as many for all");
}

TEST(covariance, without_nan) {
  const ndarray<double, 2> holes{{1, quiet_nan, 3}, {quiet_nan, 5, 7}};
  EXPECT_EQ(nanprod(holes), 105.0);
  EXPECT_TRUE(array_equal(nancumsum(holes, axis(1)), ndarray<double, 2>{{1, 1, 4}, {0, 5, 12}}));
  EXPECT_TRUE(array_equal(nancumprod(holes, axis(0)), ndarray<double, 2>{{1, 1, 3}, {1, 5, 21}}));
  EXPECT_EQ(nanmedian(holes), 4.0);
  EXPECT_TRUE(array_equal(nanmedian(holes, axis(1)), ndarray{2.0, 6.0}));
  EXPECT_EQ(nanquantile(holes, 1.0), 7.0);
  EXPECT_EQ(nanpercentile(holes, 0), 1.0);
  EXPECT_EQ(nanargmax(holes), 5);
  EXPECT_TRUE(array_equal(nanargmin(holes, axis(0)), ndarray<index_t, 1>{0, 1, 0}));
  message_of<argument_error>([] { (void)nanargmin(ndarray{quiet_nan}); });
}

TEST(covariance, elements) {
  const ndarray bad{quiet_nan, infinity, -infinity, 2.0};
  const double largest = std::numeric_limits<double>::max();
  EXPECT_TRUE(array_equal(nan_to_num(bad), ndarray{0.0, largest, -largest, 2.0}));
  EXPECT_TRUE(array_equal(nan_to_num(bad, {.nan = 1.0, .posinf = 5.0, .neginf = -infinity}),
                          ndarray{1.0, 5.0, -infinity, 2.0}));
  EXPECT_TRUE(array_equal(isposinf(bad), ndarray{false, true, false, false}));
  EXPECT_TRUE(array_equal(isneginf(bad), ndarray{false, false, true, false}));
  EXPECT_EQ(logaddexp2(3.0, 3.0), 4.0);
  EXPECT_NEAR(logaddexp2(3.0, 1.0), std::log2(10.0), 1e-15);
  EXPECT_EQ(logaddexp2(-infinity, -infinity), -infinity);
  EXPECT_EQ(logaddexp2(2000.0, 0.0), 2000.0);
  EXPECT_EQ(sinc(0.0), 1.0);
  EXPECT_NEAR(sinc(0.5), 2.0 / 3.14159265358979323846, 1e-15);
  EXPECT_TRUE(array_equal(heaviside(ndarray{-2.0, 0.0, 3.0}, 0.5), ndarray{0.0, 0.5, 1.0}));
  EXPECT_TRUE(array_equal(fix(ndarray{-2.7, 2.7}), ndarray{-2.0, 2.0}));
  EXPECT_TRUE(array_equal(gcd(ndarray{12, -18, 0}, ndarray{8, 27, 0}), ndarray{4, 9, 0}));
  EXPECT_TRUE(array_equal(lcm(ndarray{4, -6, 0}, ndarray{6, 4, 3}), ndarray{12, 12, 0}));
}
