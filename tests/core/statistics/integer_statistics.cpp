// Integers whose sums leave 64 bits, or their own type, against closed forms and 128-bit integers.
#include "message_of.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/reductions/cumulative.hpp>
#include <tessera/core/statistics/statistics.hpp>

#include <cmath>
#include <limits>

using namespace tessera;

namespace {

using integer = std::int64_t;
using natural = std::uint64_t;

constexpr integer large = integer{1} << 62U;
constexpr integer most = std::numeric_limits<integer>::max();
constexpr integer least = std::numeric_limits<integer>::min();
constexpr natural highest = std::numeric_limits<natural>::max();

/// Numbers near both ends of the type, in no order.
template <class T> ndarray<T, 2> far_apart() {
  ndarray<T, 2> a(shape_t<2>{70, 300});
  for (index_t i = 0; i < a.size(); ++i) {
    const natural step = static_cast<natural>(i) * 1000003U;
    a.data()[i] =
        static_cast<T>(i % 3 == 0 ? static_cast<natural>(std::numeric_limits<T>::max()) - step
                                  : static_cast<natural>(std::numeric_limits<T>::min()) + step);
  }
  return a;
}

__extension__ using wide = __int128;

/// In long double, whose 64 bits are rounded to 53 once more: one rounding may differ.
template <class View> double mean_of(const View& line) {
  wide total = 0;
  for (index_t i = 0; i < line.size(); ++i) total += line(i);
  return static_cast<double>(static_cast<long double>(total) /
                             static_cast<long double>(line.size()));
}

} // namespace

TEST(integer_statistics, means_do_not_wrap_around) {
  EXPECT_EQ(mean(full<integer>({4}, large)), 0x1p62);
  EXPECT_EQ(mean(full<integer>({4}, -large)), -0x1p62);
  EXPECT_EQ(mean(full<natural>({3}, highest)), 0x1p64);
  EXPECT_EQ(mean(full<natural>({2}, natural{1} << 63U)), 0x1p63);
  EXPECT_EQ(mean(full<int>({5000}, std::numeric_limits<int>::max())), 2147483647.0);
  EXPECT_EQ(mean(ndarray<std::int8_t, 1>{-128, 127, -128}), -43.0);
  EXPECT_EQ(mean(ndarray<bool, 1>{true, false, true, true}), 0.75);
  const ndarray<integer, 1> t{most, large, most};
  EXPECT_EQ(mean(t, masked(t > large)), 0x1p63);
  EXPECT_EQ(mean(t + integer{0}), mean(t));
  EXPECT_EQ(mean(t, keepdims)(0), mean(t));
  EXPECT_EQ(nanmean(t), mean(t));
}

TEST(integer_statistics, means_are_rounded_once) {
  // Everything that the sum of doubles would lose.
  EXPECT_EQ(mean(ndarray<integer, 1>{large + 1, -large, 0}), 1.0 / 3);
  EXPECT_EQ(mean(ndarray<integer, 1>{most, least}), -0.5);
  EXPECT_EQ(mean(ndarray<integer, 1>{most, least, 5}), 4.0 / 3);
  EXPECT_EQ(mean(ndarray<natural, 1>{highest, highest - 2}), 0x1p64);
  // Half of a last place, and a little more of it: to even, and up.
  EXPECT_EQ(mean(ndarray<integer, 1>{(integer{1} << 53U) + 1}), 0x1p53);
  EXPECT_EQ(mean(ndarray<integer, 1>{(integer{1} << 53U) + 1, (integer{1} << 53U) + 2}),
            0x1p53 + 2);
}

TEST(integer_statistics, means_along_axes) {
  const auto check = [](const auto& a) {
    const auto columns = mean(a, axis(0));
    const auto rows = mean(a, axis(1), keepdims);
    for (index_t j = 0; j < a.shape(1); ++j)
      EXPECT_NEAR(columns(j), mean_of(a(all, j)), std::abs(columns(j)) * 0x1p-52) << j;
    for (index_t i = 0; i < a.shape(0); ++i) {
      EXPECT_NEAR(rows(i, 0), mean_of(a(i)), std::abs(rows(i, 0)) * 0x1p-52) << i;
      EXPECT_EQ(rows(i, 0), mean(a(i)));
    }
    EXPECT_TRUE(array_equal(mean(a.transpose(), axis(1)), columns));
    EXPECT_TRUE(array_equal(mean(ndarray(a.transpose()), axis(1)), columns));
    EXPECT_TRUE(array_equal(mean(a(slice(none, none, -1), all), axis(0)), columns));
    EXPECT_TRUE(array_equal(mean(a, axis(0), masked(a == a)), columns));
  };
  check(far_apart<integer>());
  check(far_apart<natural>());
  check(far_apart<int>());
  check(far_apart<std::uint32_t>());
  check(far_apart<std::int8_t>());
}

TEST(integer_statistics, nothing_to_average) {
  EXPECT_THROW((void)mean(ndarray<integer, 1>(shape_t<1>{0})), argument_error);
  EXPECT_THROW((void)mean(ndarray<integer, 2>(shape_t<2>{0, 3}), axis(0)), argument_error);
  EXPECT_THROW((void)var(ndarray<integer, 2>(shape_t<2>{0, 3}), axis(0)), argument_error);
  EXPECT_EQ(mean(ndarray<integer, 2>(shape_t<2>{0, 3}), axis(1)).size(), 0);
  const ndarray<integer, 2> a(shape_t<2>{2, 3}, 1);
  EXPECT_TRUE(all(isnan(mean(a, axis(0), masked(a > 1)))));
  EXPECT_TRUE(all(isnan(var(a, axis(0), masked(a > 1)))));
}

// Time stamps in nanoseconds are farther apart than the doubles near them can tell.
TEST(integer_statistics, variances_of_large_numbers) {
  const ndarray<integer, 1> t = arange(4) + integer{1700000000000000000};
  EXPECT_EQ(var(t), 1.25);
  EXPECT_EQ(var(t, {.ddof = 1}), 5.0 / 3);
  EXPECT_EQ(tessera::std(t), std::sqrt(1.25));
  const ndarray<integer, 1> starts = integer{86400000000000} * arange(3);
  const ndarray<integer, 2> days = t + starts(all, newaxis);
  EXPECT_TRUE(all(var(days, axis(1)) == 1.25));
  EXPECT_TRUE(all(var(days, axis(1), masked(days > 0), keepdims) == 1.25));
  EXPECT_EQ(var(days(1), masked(days(1) > days(1, 1))), 0.25);
  EXPECT_EQ(var(ndarray<natural, 1>{highest, highest - 2}), 1.0);
  EXPECT_EQ(var(ndarray<integer, 1>{most, least}), 0x1p126);
  EXPECT_EQ(var(ndarray<int, 1>{1, 2, 3, 4}), 1.25);
}

TEST(integer_statistics, averages_with_integer_weights) {
  using integers = ndarray<integer, 1>;
  using naturals = ndarray<natural, 1>;
  EXPECT_EQ(average(full<integer>({4}, large), full<integer>({4}, 1)), 0x1p62);
  EXPECT_EQ(average(integers{large + 1, -large}, integers{1, 1}), 0.5);
  EXPECT_EQ(average(integers{most, most}, integers{most, most}), 0x1p63);
  EXPECT_EQ(average(naturals{highest, highest}, naturals{highest, highest}), 0x1p64);
  EXPECT_EQ(average(integers{1, 3}, naturals{highest, highest}), 2.0);
  EXPECT_EQ(average(integers{-1, 3}, integers{-2, 1}), 5.0 / -1);
  EXPECT_EQ(average(ndarray<std::int8_t, 1>{100, 100, 100}, ndarray<std::int8_t, 1>{99, 98, 3}),
            100.0);
  EXPECT_EQ(average(ndarray<int, 1>{1, 2, 3}, ndarray<int, 1>{3, 2, 1}), 10.0 / 6);
  EXPECT_EQ(average(ndarray<int, 1>{-5, 7}, ndarray<std::uint32_t, 1>{4000000000U, 1}),
            (-20000000000.0 + 7) / 4000000001.0);
  EXPECT_EQ(average(integers{1, 3}, ndarray<double, 1>{0.5, 0.5}), 2.0);
  EXPECT_EQ(average(ndarray<double, 1>{1.0, 2.0}, integers{large, large}), 1.5);
  EXPECT_EQ(average(ndarray<bool, 1>{true, false}, ndarray<bool, 1>{true, true}), 0.5);
  const ndarray<integer, 2> a = far_apart<integer>();
  EXPECT_TRUE(array_equal(average(a, full<integer>(a.shape(), 3), axis(0)), mean(a, axis(0))));
  EXPECT_THROW((void)average(integers{1, 2}, integers{1, -1}), argument_error);
}

// As NumPy: small types widen to 64 bits, where sums and products wrap around.
TEST(integer_statistics, sums_and_products_have_64_bits) {
  const ndarray<std::int8_t, 1> small{100, 100, 100};
  static_assert(std::is_same_v<decltype(sum(small)), integer>);
  static_assert(std::is_same_v<decltype(sum(ndarray<std::uint8_t, 1>())), natural>);
  EXPECT_EQ(sum(small), 300);
  EXPECT_EQ(prod(small), 1000000);
  EXPECT_EQ(dot(small, small), 30000);
  EXPECT_EQ(vdot(small, small), 30000);
  EXPECT_EQ(sum(ndarray<integer, 1>{most, 1}), least);
  EXPECT_EQ(sum(ndarray<natural, 1>{highest, 2}), 1U);
  EXPECT_EQ(prod(ndarray<integer, 1>{large, 4}), 0);
  EXPECT_EQ(dot(ndarray<integer, 1>{large, 3}, ndarray<integer, 1>{4, 5}), 15);
  EXPECT_EQ(sum(ndarray<integer, 2>{{most, 1}, {1, 1}}, axis(1))(0), least);
  EXPECT_EQ(cumsum(small)(2), 300);
}

TEST(integer_statistics, distances) {
  EXPECT_EQ(ptp(ndarray<std::int8_t, 1>{-128, 127}), 255);
  EXPECT_EQ(ptp(ndarray<natural, 1>{0, highest}), highest);
  EXPECT_EQ(ptp(ndarray<int, 2>{{-2147483647, 2147483647}}, axis(1))(0), 4294967294);
  const ndarray<integer, 1> ends{least, most};
  EXPECT_NE(message_of<argument_error>([&] { (void)ptp(ends); }).find("64 bits"),
            std::string::npos);
  EXPECT_THROW((void)ptp(ends, keepdims), argument_error);
  EXPECT_EQ(trapz(ndarray<std::int8_t, 1>{100, 100, 100}), 200.0);
  EXPECT_EQ(trapz(ndarray<std::uint8_t, 1>{1, 1}, ndarray<std::uint8_t, 1>{5, 2}), -3.0);
  EXPECT_EQ(median(ndarray<integer, 1>{most, most, most, most}), 0x1p63);
  EXPECT_EQ(norm(ndarray<integer, 1>{large, 0}), 0x1p62);
}
