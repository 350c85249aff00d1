// Convolution, interpolation, phases and windows against loops and closed forms.
#include "random_source.hpp"

#include "message_of.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/signals/convolve.hpp>
#include <tessera/core/signals/interp.hpp>
#include <tessera/core/signals/unwrap.hpp>
#include <tessera/core/signals/windows.hpp>

#include <cmath>
#include <limits>

using namespace tessera;

namespace {

ndarray<double, 1> random_numbers(random_source& random, index_t n) {
  ndarray<double, 1> a(shape_t<1>{n});
  for (index_t i = 0; i < n; ++i) a(i) = static_cast<double>(random.between(-9, 9));
  return a;
}

} // namespace

TEST(signals, convolution_by_its_definition) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    const auto a = random_numbers(random, random.between(1, 30));
    const auto v = random_numbers(random, random.between(1, 30));
    const auto found = convolve(a, v);
    ASSERT_EQ(found.size(), a.size() + v.size() - 1);
    for (index_t i = 0; i < found.size(); ++i) {
      double sum = 0.0;
      for (index_t k = 0; k < v.size(); ++k)
        if (i - k >= 0 && i - k < a.size()) sum += v(k) * a(i - k);
      EXPECT_EQ(found(i), sum);
    }
    // The middle: what correlate's other modes are parts of.
    const auto both = correlate(a, v, convolve_mode::full);
    EXPECT_TRUE(array_equal(both, convolve(a, v(slice(none, none, -1)))));
    EXPECT_EQ(correlate(a, v).size(), std::abs(a.size() - v.size()) + 1);
  }
  EXPECT_TRUE(
      array_equal(convolve(ndarray<int, 1>{1, 2}, ndarray<int, 1>{3, 4}), ndarray{3, 10, 8}));
  using complex = std::complex<double>;
  const ndarray<complex, 1> z{{0, 1}, {2, 0}};
  EXPECT_TRUE(array_equal(correlate(z, z), ndarray<complex, 1>{complex(5, 0)}));
  EXPECT_EQ(message_of<argument_error>([&] { (void)correlate(z, ndarray<complex, 1>()); }),
            "correlate of 2 and 0 values; neither must be empty");
}

TEST(signals, interpolation) {
  const ndarray places{0.0, 1.0, 3.0};
  const ndarray values{1.0, 5.0, 9.0};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(array_equal(interp(ndarray{-1.0, 0.0, 0.25, 1.0, 2.0, 3.0, 4.0}, places, values),
                          ndarray{1.0, 1.0, 2.0, 5.0, 7.0, 9.0, 9.0}));
  EXPECT_EQ(interp(-1.0, places, values, {.left = 7.0}), 7.0);
  EXPECT_EQ(interp(5.0, places, values, {.right = 7.0}), 7.0);
  EXPECT_TRUE(std::isnan(interp(nan, places, values)));
  EXPECT_EQ(interp(359.5, ndarray{1.0, 359.0}, ndarray{2.0, 4.0}, {.period = 360.0}), 3.5);
  const ndarray<index_t, 2> n{{0, 2}};
  EXPECT_TRUE(array_equal(interp(n, places, values), ndarray<double, 2>{{1, 7}}));
  EXPECT_EQ(message_of<argument_error>([&] {
              (void)interp(1.0, ndarray{1.0, 0.0}, ndarray{1.0, 2.0});
            }),
            "interp in a table whose places do not increase: 1 comes before 0; sort them first");
  message_of<argument_error>([&] { (void)interp(1.0, places, values, {.period = -1.0}); });
  message_of<argument_error>(
      [&] { (void)interp(1.0, ndarray<double, 1>(), ndarray<double, 1>()); });
}

TEST(signals, phases) {
  const double pi = 3.14159265358979323846;
  const auto angles = linspace(0.0, 40.0, 200);
  const ndarray<double, 1> wrapped = atan2(sin(angles), cos(angles));
  EXPECT_LT(max(abs(unwrap(wrapped) - angles)), 1e-12);
  EXPECT_TRUE(array_equal(unwrap(ndarray{{0, 350, 10}, {0, 5, 355}}, {.period = 360.0}),
                          ndarray{{0.0, -10.0, 10.0}, {0.0, 5.0, -5.0}}));
  EXPECT_TRUE(
      array_equal(unwrap(ndarray{0.0, 5.0}, {.period = 4.0, .discont = 6.0}), ndarray{0.0, 5.0}));
  EXPECT_EQ(unwrap(ndarray<double, 1>()).size(), 0);
  EXPECT_EQ(unwrap(ndarray{0.0, pi}, {.period = 2 * pi})(1), pi);
}

TEST(signals, windows) {
  EXPECT_TRUE(array_equal(bartlett(5), ndarray{0.0, 0.5, 1.0, 0.5, 0.0}));
  EXPECT_LT(max(abs(hanning(5) - ndarray{0.0, 0.5, 1.0, 0.5, 0.0})), 1e-15);
  EXPECT_LT(max(abs(hamming(3) - ndarray{0.08, 1.0, 0.08})), 1e-15);
  EXPECT_LT(max(abs(blackman(3) - ndarray{0.0, 1.0, 0.0})), 1e-15);
  EXPECT_LT(max(abs(kaiser(3, 2.0) - ndarray{0.43867628, 1.0, 0.43867628})), 1e-8);
  EXPECT_TRUE(array_equal(kaiser(1, 2.0), ndarray{1.0}));
  EXPECT_EQ(hanning(0).size(), 0);
  message_of<shape_error>([] { (void)hanning(-1); });
}
