#include <tessera/core/algebra/polynomial.hpp>

#include <tessera/core/algebra/polyfit.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <gtest/gtest.h>

using namespace tessera;

TEST(polynomial, values_are_lazy_and_keep_their_coefficients) {
  const ndarray<double, 1> x{0, 1, 2};
  const auto values = [&] { return polyval(ndarray<double, 1>{1, 0, -2}, x); }();
  static_assert(detail::is_expression<std::remove_cvref_t<decltype(values)>>);
  EXPECT_TRUE(array_equal(ndarray(values), ndarray<double, 1>{-2, -1, 2}));
  ndarray<double, 1> y{1, 1, 1};
  y += 2.0 * values;
  EXPECT_TRUE(array_equal(y, ndarray<double, 1>{-3, -1, 5}));
}

TEST(polynomial, a_number_has_a_number_as_value) {
  EXPECT_EQ(polyval(ndarray<int, 1>{2, 1}, 0.5), 2.0);
  EXPECT_EQ(polyval(ndarray<double, 1>(shape_t<1>{0}), 0.5), 0.0);
}

TEST(polynomial, an_array_may_be_overwritten_by_its_values) {
  ndarray<double, 1> x{0, 1, 2};
  x = polyval(x, x); // x is 0 * x^2 + 1 * x + 2
  EXPECT_TRUE(array_equal(x, ndarray<double, 1>{2, 3, 4}));
}

TEST(polynomial, fits_take_expressions_and_parts) {
  const ndarray<int, 1> x{0, 1, 2, 3, 4, 5};
  const ndarray p = polyfit(x(slice(1, none, 2)), 3.0 * x(slice(1, none, 2)) - 1.0, 1);
  EXPECT_NEAR(p(0), 3.0, 1e-13);
  EXPECT_NEAR(p(1), -1.0, 1e-13);
}
