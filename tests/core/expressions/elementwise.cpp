#include "message_of.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

using namespace tessera;

namespace {

template <class T> std::vector<T> values(const ndarray<T, 1>& a) {
  return std::vector<T>(a.data(), a.data() + a.size());
}

/// A type with operators of its own.
struct date {
  int year;
  int day;
  friend bool operator==(const date&, const date&) = default;
  friend auto operator<=>(const date&, const date&) = default;
};

} // namespace

TEST(elementwise, scalars_that_do_not_fit_are_named) {
  const ndarray<std::uint8_t, 1> a{1, 2};
  EXPECT_EQ(message_of<argument_error>([&] { (void)(a + 300); }),
            "the scalar 300 does not fit elements of type uint8; convert the array first, as in "
            "astype<std::int64_t>(a)");
  EXPECT_NE(message_of<argument_error>([&] { (void)(-1 * a); }).find("scalar -1"),
            std::string::npos);
  EXPECT_NE(message_of<argument_error>([&] { (void)maximum(a, 256); }).find("uint8"),
            std::string::npos);
  ndarray<std::int8_t, 1> b{1};
  EXPECT_THROW(b = 128, argument_error);
  EXPECT_THROW(b += -129, argument_error);
  EXPECT_EQ(values(b), (std::vector<std::int8_t>{1}));
  const ndarray c = a + 255;
  EXPECT_EQ(c(0), 0); // arrays wrap around
  const ndarray<std::uint64_t, 1> d{UINT64_MAX};
  EXPECT_EQ(ndarray(d - UINT64_MAX)(0), 0U);
}

TEST(elementwise, scalars_that_do_not_fit_compare) {
  const ndarray<std::uint8_t, 1> a{0, 255};
  EXPECT_EQ(sum(a < 300), 2);
  EXPECT_EQ(sum(a > -1), 2);
}

TEST(elementwise, conversions_to_integers_saturate) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const ndarray<double, 1> a{1.9, -1.9, 1e300, -infinity, std::nan(""), 4294967295.0};
  EXPECT_EQ(values<int>(astype<int>(a)),
            (std::vector<int>{1, -1, INT32_MAX, INT32_MIN, 0, INT32_MAX}));
  EXPECT_EQ(values<std::uint8_t>(astype<std::uint8_t>(a)),
            (std::vector<std::uint8_t>{1, 0, 255, 0, 0, 255}));
  EXPECT_EQ(values<std::int64_t>(astype<std::int64_t>(a)),
            (std::vector<std::int64_t>{1, -1, INT64_MAX, INT64_MIN, 0, 4294967295}));
  EXPECT_EQ(values<std::uint64_t>(astype<std::uint64_t>(a)),
            (std::vector<std::uint64_t>{1, 0, UINT64_MAX, 0, 0, 4294967295}));
  EXPECT_EQ(values<bool>(astype<bool>(a)), std::vector<bool>(6, true));
}

TEST(elementwise, powers_of_integers) {
  const ndarray<int, 1> a{2, -1, 0, 1, -3};
  EXPECT_EQ(values<int>(pow(a, 3)), (std::vector<int>{8, -1, 0, 1, -27}));
  EXPECT_EQ(values<int>(pow(a, 0)), (std::vector<int>{1, 1, 1, 1, 1}));
  const ndarray<int, 1> negative{-1, -3, -1, -2, -1};
  EXPECT_EQ(values<int>(pow(a, negative)), (std::vector<int>{0, -1, 0, 1, 0}));
  EXPECT_EQ(message_of<argument_error>([&] { (void)pow(a, -2); }),
            "integers to the power -2 are no integers; convert the array first, as in "
            "astype<double>(a)");
  static_assert(std::is_same_v<decltype(pow(a, 0.5))::value_type, double>);
}

TEST(elementwise, division_by_zero_and_of_the_smallest) {
  const ndarray<int, 1> a{7, -7, INT32_MIN, INT32_MIN};
  const ndarray<int, 1> b{0, 2, -1, 0};
  EXPECT_EQ(values<int>(floor_divide(a, b)), (std::vector<int>{0, -4, INT32_MIN, 0}));
  EXPECT_EQ(values<int>(a % b), (std::vector<int>{0, 1, 0, 0}));
  EXPECT_EQ(values<int>(fmod(a, b)), (std::vector<int>{0, -1, 0, 0}));
}

TEST(elementwise, shifts_beyond_the_width) {
  const ndarray<int, 1> a{1, -1, -8};
  EXPECT_EQ(values<int>(a << 32), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(values<int>(a >> 99), (std::vector<int>{0, -1, -1}));
  EXPECT_EQ(values<int>(a >> -1), (std::vector<int>{0, -1, -1}));
}

TEST(elementwise, functions_of_the_user_are_called_once_each_and_late) {
  const ndarray<double, 1> a{1, 2, 3};
  int calls = 0;
  const auto lazy = map(
      [&calls](double x, int n) {
        ++calls;
        return x * n;
      },
      a, 10);
  EXPECT_EQ(calls, 0);
  const ndarray b = lazy + 1.0;
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(values(b), (std::vector<double>{11, 21, 31}));
}

TEST(elementwise, functions_of_the_user_may_throw) {
  const ndarray<double, 2> a{{1, 2}, {-3, 4}};
  const auto checked = vectorize([](double x) {
    if (x < 0) throw std::domain_error("negative");
    return std::sqrt(x);
  });
  ndarray<double, 2> b(a.shape());
  EXPECT_THROW(b = checked(a) + 1.0, std::domain_error);
  EXPECT_THROW(b = checked(a.transpose()), std::domain_error);
}

TEST(elementwise, elements_of_any_type_compare) {
  const ndarray<date, 1> a{{2024, 1}, {2024, 60}};
  const ndarray<date, 1> b{{2024, 1}, {2023, 360}};
  EXPECT_EQ(values<bool>(a == b), (std::vector<bool>{true, false}));
  EXPECT_EQ(values<bool>(a != date{2024, 60}), (std::vector<bool>{true, false}));
  EXPECT_EQ(values<bool>(date{2024, 2} < a), (std::vector<bool>{false, true}));
}

TEST(elementwise, parts_of_complex_arrays_are_views) {
  using complex = std::complex<double>;
  ndarray<complex, 1> a{{1, 2}, {3, 4}, {5, 6}};
  real(a) = 0.0;
  imag(a(slice(none, none, 2))) *= 10.0;
  EXPECT_EQ(values(a), (std::vector<complex>{{0, 20}, {0, 4}, {0, 60}}));
  const ndarray<complex, 1>& constant = a;
  static_assert(std::is_same_v<decltype(imag(constant)), view<const double, 1>>);
  EXPECT_EQ(imag(constant).data(), reinterpret_cast<const double*>(a.data()) + 1);
  const ndarray sums = imag(a + a);
  EXPECT_EQ(values(sums), (std::vector<double>{40, 8, 120}));
}

TEST(elementwise, complex_quotients_do_not_overflow) {
  using complex = std::complex<double>;
  const ndarray<complex, 1> a{{1e300, 1e300}, {1e-300, 0}, {1, 1}};
  const ndarray<complex, 1> b{{1e300, 1e300}, {0, 2e-300}, {0, 0}};
  const ndarray q = a / b;
  EXPECT_EQ(q(0), complex(1, 0));
  EXPECT_EQ(q(1), complex(0, -0.5));
  EXPECT_TRUE(std::isinf(q(2).real()) && std::isinf(q(2).imag()));
}

TEST(elementwise, simple_forms_of_powers_have_the_same_bits) {
  ndarray<double, 1> a(shape_t<1>{100});
  for (index_t i = 0; i < 100; ++i) a(i) = 0.01 * static_cast<double>(i) - 0.3;
  const ndarray squares = pow(a, 2);
  const ndarray mixed = pow(a, 2) + pow(a, 5);
  const ndarray fifth = pow(a, 5.0);
  EXPECT_TRUE(array_equal(squares, a * a));
  EXPECT_TRUE(array_equal(mixed, squares + fifth));
  EXPECT_EQ(sum(pow(a, 2)), sum(a * a));
}

TEST(elementwise, choices) {
  const ndarray<double, 1> a{-1, 0, 2};
  EXPECT_EQ(values<double>(select(a<0.0, -1.0, a> 0.0, 1.0, 0.0)), (std::vector<double>{-1, 0, 1}));
  EXPECT_EQ(values<double>(where(a > 0.0, sqrt(a), 0.0)),
            (std::vector<double>{0, 0, std::sqrt(2.0)}));
  EXPECT_EQ(values<double>(clip(a, -0.5, a * 0.5)), (std::vector<double>{-0.5, 0, 1}));
}

TEST(elementwise, an_array_beside_itself_shifted_is_not_read_after_it_is_written) {
  ndarray<double, 1> a{1, 2, 3, 4};
  a(slice(1, none)) = a(slice(none, -1)) + 0.0;
  EXPECT_EQ(values(a), (std::vector<double>{1, 1, 2, 3}));
  a(slice(none, -1)) = a(slice(1, none)) * 2.0;
  EXPECT_EQ(values(a), (std::vector<double>{2, 4, 6, 3}));
}
