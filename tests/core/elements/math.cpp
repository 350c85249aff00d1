#include <tessera/core/complex.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/ndarray.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

using namespace tessera;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// Is `found` at most two units in the last place from `expected`, or both are NaN?
template <class T> testing::AssertionResult close(T found, double truth) {
  const T expected = static_cast<T>(truth);
  if (found == expected || (std::isnan(found) && std::isnan(expected)))
    return testing::AssertionSuccess();
  const T magnitude = std::abs(expected);
  const T unit = std::nextafter(magnitude, std::numeric_limits<T>::infinity()) - magnitude;
  if (std::abs(found - expected) <= 2 * unit) return testing::AssertionSuccess();
  return testing::AssertionFailure() << found << " instead of " << expected;
}

struct known_value {
  double x;
  double result;
};
struct known_value_of_two {
  double x;
  double y;
  double result;
};

bool is_float(double x) { return static_cast<double>(static_cast<float>(x)) == x; }

/// Checks f of double and float arrays against values from Python's math module.
template <class F> void expect_values(F f, const std::vector<known_value>& values) {
  for (const auto& [x, result] : values) {
    const ndarray real = f(ndarray<double, 1>{x});
    EXPECT_TRUE(close(real(0), result)) << "at " << x;
    static_assert(std::is_same_v<decltype(real), const ndarray<double, 1>>);
    const ndarray single = f(ndarray<float, 1>{static_cast<float>(x)});
    static_assert(std::is_same_v<decltype(single), const ndarray<float, 1>>);
    EXPECT_TRUE(!is_float(x) || close(single(0), result)) << "float, at " << x;
  }
}

template <class F> void expect_values_of_two(F f, const std::vector<known_value_of_two>& values) {
  for (const auto& [x, y, result] : values) {
    const ndarray<double, 1> a{x};
    const ndarray<double, 1> b{y};
    EXPECT_TRUE(close(ndarray(f(a, b))(0), result)) << "at " << x << ", " << y;
    EXPECT_TRUE(close(ndarray(f(a, y))(0), result)) << "at " << x << ", " << y;
    EXPECT_TRUE(close(ndarray(f(x, b))(0), result)) << "at " << x << ", " << y;
  }
}

} // namespace

TEST(math, trigonometric_functions) {
  expect_values([](const auto& a) { return sin(a); }, {{0.5, 0.479425538604203},
                                                       {-2.0, -0.9092974268256817},
                                                       {10.0, -0.5440211108893698},
                                                       {100000.0, 0.03574879797201651}});
  expect_values([](const auto& a) { return cos(a); }, {{0.5, 0.8775825618903728},
                                                       {-2.0, -0.4161468365471424},
                                                       {10.0, -0.8390715290764524},
                                                       {100000.0, -0.9993608074382124}});
  expect_values([](const auto& a) { return tan(a); },
                {{0.5, 0.5463024898437905}, {-2.0, 2.185039863261519}, {10.0, 0.6483608274590866}});
  expect_values(
      [](const auto& a) { return asin(a); },
      {{0.5, 0.5235987755982989}, {-0.99, -1.4292568534704693}, {1.0, 1.5707963267948966}});
  expect_values([](const auto& a) { return acos(a); },
                {{0.5, 1.0471975511965979}, {-0.99, 3.000053180265366}, {1.0, 0.0}});
  expect_values(
      [](const auto& a) { return atan(a); },
      {{0.5, 0.4636476090008061}, {-20.0, -1.5208379310729538}, {1e300, 1.5707963267948966}});
}

TEST(math, hyperbolic_functions) {
  expect_values(
      [](const auto& a) { return sinh(a); },
      {{0.5, 0.5210953054937474}, {-3.0, -10.017874927409903}, {20.0, 242582597.70489514}});
  expect_values(
      [](const auto& a) { return cosh(a); },
      {{0.5, 1.1276259652063807}, {-3.0, 10.067661995777765}, {20.0, 242582597.70489514}});
  expect_values([](const auto& a) { return tanh(a); },
                {{0.5, 0.46211715726000974}, {-3.0, -0.9950547536867305}, {1e-09, 1e-09}});
}

TEST(math, exponential_and_logarithm) {
  expect_values(
      [](const auto& a) { return exp(a); },
      {{0.5, 1.6487212707001282}, {-3.0, 0.049787068367863944}, {80.0, 5.54062238439351e34}});
  expect_values(
      [](const auto& a) { return expm1(a); },
      {{0.5, 0.6487212707001282}, {1e-10, 1.00000000005e-10}, {-3.0, -0.950212931632136}});
  expect_values(
      [](const auto& a) { return log(a); },
      {{0.5, -0.6931471805599453}, {3.0, 1.0986122886681098}, {1e-30, -69.07755278982137}});
  expect_values([](const auto& a) { return log2(a); },
                {{8.0, 3.0}, {3.0, 1.584962500721156}, {1e-30, -99.65784284662087}});
  expect_values([](const auto& a) { return log10(a); },
                {{1000.0, 3.0}, {3.0, 0.47712125471966244}, {1e-30, -30.0}});
  expect_values(
      [](const auto& a) { return log1p(a); },
      {{0.5, 0.4054651081081644}, {1e-10, 9.999999999500001e-11}, {3.0, 1.3862943611198906}});
}

TEST(math, roots) {
  expect_values([](const auto& a) { return sqrt(a); },
                {{2.0, 1.4142135623730951}, {0.25, 0.5}, {1e-30, 1e-15}});
  expect_values([](const auto& a) { return cbrt(a); },
                {{27.0, 3.0}, {-2.0, -1.2599210498948732}, {1e-30, 1e-10}});
}

TEST(math, rounding) {
  expect_values([](const auto& a) { return floor(a); }, {{1.5, 1.0}, {-1.5, -2.0}, {3.0, 3.0}});
  expect_values([](const auto& a) { return ceil(a); }, {{1.5, 2.0}, {-1.5, -1.0}, {3.0, 3.0}});
}

TEST(math, functions_of_two_arguments) {
  expect_values_of_two(
      [](const auto& x, const auto& y) { return pow(x, y); },
      {{2.0, 0.5, 1.4142135623730951}, {1.5, -7.0, 0.05852766346593507}, {-2.0, 3.0, -8.0}});
  expect_values_of_two([](const auto& x, const auto& y) { return atan2(x, y); },
                       {{1.0, -2.0, 2.677945044588987},
                        {-3.0, 0.5, -1.4056476493802699},
                        {0.0, -1.0, 3.141592653589793}});
  expect_values_of_two(
      [](const auto& x, const auto& y) { return hypot(x, y); },
      {{3.0, 4.0, 5.0}, {1e200, 1e200, 1.414213562373095e200}, {0.1, 0.2, 0.223606797749979}});
}

TEST(math, integers_are_computed_with_as_double) {
  const ndarray<int, 1> a{2};
  const ndarray roots = sqrt(a);
  static_assert(std::is_same_v<decltype(roots), const ndarray<double, 1>>);
  EXPECT_EQ(roots(0), std::sqrt(2.0));
  static_assert(std::is_same_v<decltype(floor(a))::value_type, double>);
  const ndarray<std::uint8_t, 1> b{3};
  EXPECT_TRUE(close(ndarray(log(b))(0), 1.0986122886681098));
}

TEST(math, two_arguments_meet_in_their_common_type) {
  const ndarray<int, 1> a{3};
  const ndarray<float, 1> b{4.0F};
  const ndarray lengths = hypot(a, b);
  static_assert(std::is_same_v<decltype(lengths), const ndarray<double, 1>>);
  EXPECT_EQ(lengths(0), 5.0);
  static_assert(std::is_same_v<decltype(hypot(b, 2.0))::value_type, float>);
  EXPECT_EQ(ndarray(pow(a, 2))(0), 9.0);
  EXPECT_EQ(ndarray(pow(b, 0.5))(0), 2.0F);
}

TEST(math, values_outside_the_domain) {
  const ndarray<double, 1> bad{-1.0, 0.0, infinity, not_a_number};
  const ndarray roots = sqrt(bad);
  EXPECT_TRUE(std::isnan(roots(0)));
  EXPECT_EQ(roots(2), infinity);
  EXPECT_TRUE(std::isnan(roots(3)));
  const ndarray logarithms = log(bad);
  EXPECT_TRUE(std::isnan(logarithms(0)));
  EXPECT_EQ(logarithms(1), -infinity);
  EXPECT_TRUE(std::isnan(ndarray(asin(2.0 * bad))(2)));
}

TEST(math, abs_keeps_the_type) {
  const ndarray real = abs(ndarray<double, 1>{-1.5, -0.0, -infinity});
  EXPECT_EQ(real(0), 1.5);
  EXPECT_FALSE(std::signbit(real(1)));
  EXPECT_EQ(real(2), infinity);
  const ndarray integer = abs(ndarray<std::int8_t, 1>{-7, 7, -128});
  static_assert(std::is_same_v<decltype(integer), const ndarray<std::int8_t, 1>>);
  EXPECT_EQ(integer(0), 7);
  EXPECT_EQ(integer(2), -128); // as in NumPy
  EXPECT_EQ(ndarray(abs(ndarray<std::int64_t, 1>{-5000000000}))(0), 5000000000);
  EXPECT_EQ(ndarray(abs(ndarray<std::uint32_t, 1>{4000000000U}))(0), 4000000000U);
  EXPECT_EQ(ndarray(abs(ndarray<float, 1>{-2.5F}))(0), 2.5F);
}

TEST(math, minimum_and_maximum) {
  const ndarray<double, 1> a{1, 5, not_a_number, 2, not_a_number};
  const ndarray<double, 1> b{3, 2, 1, not_a_number, not_a_number};
  const ndarray low = minimum(a, b);
  const ndarray high = maximum(a, b);
  EXPECT_EQ(low(0), 1.0);
  EXPECT_EQ(low(1), 2.0);
  EXPECT_EQ(high(0), 3.0);
  EXPECT_EQ(high(1), 5.0);
  for (index_t i = 2; i < 5; ++i) {
    EXPECT_TRUE(std::isnan(low(i))) << i;
    EXPECT_TRUE(std::isnan(high(i))) << i;
  }
  EXPECT_EQ(ndarray(maximum(a, 2.5))(0), 2.5);
  const ndarray<std::uint8_t, 1> c{200};
  const ndarray<std::int8_t, 1> d{-1};
  EXPECT_EQ(ndarray(minimum(c, d))(0), -1);
  EXPECT_EQ(ndarray(maximum(c, d))(0), 200);
}

TEST(math, where_chooses) {
  const ndarray<double, 1> a{1, -2, 3};
  const ndarray roots = where(a > 0.0, sqrt(a), 0.0);
  EXPECT_EQ(roots(1), 0.0);
  EXPECT_EQ(roots(2), std::sqrt(3.0));
  EXPECT_EQ(ndarray(where(a > 0.0, 1, 0))(1), 0);
  EXPECT_EQ(ndarray(where(a > 0.0, -1.0, a))(2), -1.0);
  const ndarray table = where(a(all, newaxis) > a, a, -a(all, newaxis));
  EXPECT_EQ(table.shape(), (shape_t<2>{3, 3}));
  EXPECT_EQ(table(0, 1), -2.0);
  EXPECT_EQ(table(1, 0), 2.0);
}

TEST(math, functions_nest_and_fuse) {
  const ndarray<double, 2> a{{0.5, 1.0}, {2.0, 3.0}};
  const ndarray b = sqrt(sin(a) * sin(a) + cos(a) * cos(a)) + log(exp(a));
  for (index_t i = 0; i < 4; ++i) EXPECT_NEAR(b.data()[i], 1.0 + a.data()[i], 1e-15);
}

namespace {

using complex = std::complex<double>;

void expect_close(complex found, complex expected) {
  EXPECT_TRUE(close(found.real(), expected.real()));
  EXPECT_TRUE(close(found.imag(), expected.imag()));
}

} // namespace

// Expected values from Python's cmath.
TEST(math, of_complex_numbers) {
  const ndarray<complex, 1> z{complex(0.5, -1.25)};
  expect_close(ndarray(sin(z))(0), complex(0.9053586344209573, -1.4058162504314684));
  expect_close(ndarray(cos(z))(0), complex(1.6572478640539148, 0.7680009178735728));
  expect_close(ndarray(tan(z))(0), complex(0.1261085664842344, -0.906724804319431));
  expect_close(ndarray(exp(z))(0), complex(0.5198786860084937, -1.5646111274988195));
  expect_close(ndarray(log(z))(0), complex(0.2973535538733464, -1.1902899496825317));
  expect_close(ndarray(sqrt(z))(0), complex(0.9608046632337985, -0.6504964265019547));
  expect_close(ndarray(sinh(z))(0), complex(0.16431300276137265, -1.0700996973668526));
  const ndarray magnitude = abs(z);
  static_assert(std::is_same_v<decltype(magnitude), const ndarray<double, 1>>);
  EXPECT_TRUE(close(magnitude(0), 1.346291201783626));
}

TEST(math, arithmetic_of_complex_numbers) {
  const ndarray<complex, 1> z{complex(1, 2), complex(0, -1)};
  EXPECT_EQ(ndarray(z * z)(0), complex(-3, 4));
  EXPECT_EQ(ndarray(2.0 * z + 1)(1), complex(1, -2));
  EXPECT_EQ(ndarray(z / complex(0, 1))(0), complex(2, -1));
  EXPECT_EQ(ndarray(-z)(0), complex(-1, -2));
  EXPECT_TRUE(ndarray(z == complex(0, -1))(1));
  const ndarray<double, 1> a{10, 20};
  EXPECT_EQ(ndarray(a * z)(1), complex(0, -20));
}
