#include "message_of.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <cmath>
#include <limits>
#include <numeric>

using namespace tessera;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class T> ndarray<T, 3> counted(index_t a, index_t b, index_t c) {
  ndarray<T, 3> result(shape_t<3>{a, b, c});
  std::iota(result.data(), result.data() + result.size(), T{1});
  return result;
}

/// Counts 1, 2, ..., 60 of any type, where all results are known and exact.
template <class T> void expect_results_of_counting() {
  const auto a = counted<T>(3, 4, 5);
  EXPECT_EQ(sum(a), 1830);
  EXPECT_EQ(min(a), 1);
  EXPECT_EQ(max(a), 60);
  EXPECT_EQ(mean(a), 30.5);
  const auto part = a(slice(none, none, -2), 1, slice(none, none, -1));
  EXPECT_EQ(sum(part), 46 + 47 + 48 + 49 + 50 + 6 + 7 + 8 + 9 + 10);
  EXPECT_EQ(min(part), 6);
  EXPECT_EQ(max(part), 50);
  EXPECT_EQ(mean(part.transpose()), 28.0);
  EXPECT_DOUBLE_EQ(static_cast<double>(norm(a(0, 0, slice(0, 2)))),
                   static_cast<double>(static_cast<decltype(norm(a))>(std::sqrt(5.0))));
}

} // namespace

TEST(reduce, works_for_many_types) {
  expect_results_of_counting<double>();
  expect_results_of_counting<float>();
  expect_results_of_counting<std::int8_t>();
  expect_results_of_counting<std::uint64_t>();
}

TEST(reduce, result_types) {
  static_assert(std::is_same_v<decltype(sum(ndarray<std::int8_t, 1>())), std::int64_t>);
  static_assert(std::is_same_v<decltype(sum(ndarray<std::uint8_t, 1>())), std::uint64_t>);
  static_assert(std::is_same_v<decltype(sum(ndarray<bool, 1>())), std::int64_t>);
  static_assert(std::is_same_v<decltype(sum(ndarray<float, 1>())), float>);
  static_assert(std::is_same_v<decltype(mean(ndarray<int, 1>())), double>);
  static_assert(std::is_same_v<decltype(mean(ndarray<float, 1>())), float>);
  static_assert(std::is_same_v<decltype(min(ndarray<std::int8_t, 1>())), std::int8_t>);
  static_assert(std::is_same_v<decltype(norm(ndarray<int, 1>())), double>);
}

TEST(reduce, integers_do_not_overflow_their_own_type) {
  const ndarray<std::int8_t, 1> a{127, 127, -128, 127};
  EXPECT_EQ(sum(a), 253);
  EXPECT_EQ(min(a), -128);
  EXPECT_EQ(sum(full(shape_t<1>{1000}, std::uint32_t{4000000000U})), 4000000000000U);
  EXPECT_EQ(sum(full(shape_t<1>{3}, std::int64_t{-5})), -15);
}

TEST(reduce, counts_what_is_true) {
  const auto a = counted<int>(3, 4, 5);
  EXPECT_EQ(sum(a > 50), 10);
  EXPECT_EQ(mean(a > 30), 0.5);
  EXPECT_EQ(max(a > 59), true);
  EXPECT_EQ(min(a > 59), false);
  EXPECT_EQ(max(a > 60), false);
}

TEST(reduce, floating_point_sums_are_exact) {
  const ndarray<double, 1> a{1e100, 1.0, -1e100, 1e-30, -1.0};
  EXPECT_EQ(sum(a), 1e-30);
  EXPECT_EQ(sum(a(slice(none, none, -1))), 1e-30);
  const ndarray<float, 1> b{1e30F, 1.0F, -1e30F};
  EXPECT_EQ(sum(b), 1.0F);
  EXPECT_EQ(sum(full(shape_t<1>{10}, 0.1)), 1.0);
  EXPECT_EQ(mean(full(shape_t<2>{100, 7}, 0.1)), 0.1);
}

// To double first, and then to float, would round twice: down to 1.
TEST(reduce, sums_of_float_are_rounded_once) {
  const ndarray<float, 1> up{1.0F, 0x1p-24F, 0x1p-80F};
  EXPECT_EQ(sum(up), 1.0F + 0x1p-23F);
  EXPECT_EQ(sum(-up), -1.0F - 0x1p-23F);
  const ndarray<float, 1> down{1.0F + 0x1p-23F, 0x1p-24F, -0x1p-80F};
  EXPECT_EQ(sum(down), 1.0F + 0x1p-23F);
  const ndarray<float, 1> tie{1.0F, 0x1p-24F};
  EXPECT_EQ(sum(tie), 1.0F);
  EXPECT_EQ(sum(full(shape_t<1>{2}, std::numeric_limits<float>::max())),
            std::numeric_limits<float>::infinity());
}

TEST(reduce, sums_do_not_depend_on_the_layout) {
  ndarray<double, 2> a(shape_t<2>{37, 53});
  for (index_t i = 0; i < a.size(); ++i)
    a.data()[i] = std::sin(static_cast<double>(i)) * std::pow(10.0, i % 30);
  const double expected = sum(a);
  EXPECT_EQ(sum(a.transpose()), expected);
  EXPECT_EQ(sum(a(slice(none, none, -1), slice(none, none, -1))), expected);
  EXPECT_EQ(sum(ndarray(a.transpose())), expected);
}

TEST(reduce, rows_of_any_length) {
  for (const index_t n : {1, 2, 255, 256, 257, 511, 513, 1024, 5000}) {
    auto a = full(shape_t<1>{n}, 1.0);
    a(n - 1) = 5.0;
    EXPECT_EQ(sum(a), static_cast<double>(n + 4));
    EXPECT_EQ(max(a), 5.0);
    a(0) = -3.0;
    EXPECT_EQ(min(a), -3.0);
    ndarray<double, 2> padded(shape_t<2>{n, 3}, 99.0);
    padded(all, 1) = a;
    EXPECT_EQ(sum(padded(all, 1)), sum(a));
    EXPECT_EQ(min(padded(slice(none, none, -1), 1)), -3.0);
  }
}

TEST(reduce, a_nan_is_the_result) {
  ndarray<double, 1> a{1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
  for (index_t i = 0; i < a.size(); ++i) {
    auto b = a;
    b(i) = not_a_number;
    EXPECT_TRUE(std::isnan(sum(b))) << i;
    EXPECT_TRUE(std::isnan(min(b))) << i;
    EXPECT_TRUE(std::isnan(max(b))) << i;
    EXPECT_TRUE(std::isnan(mean(b))) << i;
    EXPECT_TRUE(std::isnan(norm(b))) << i;
    EXPECT_TRUE(std::isnan(min(b(slice(none, none, -1))))) << i;
  }
}

TEST(reduce, infinities) {
  EXPECT_EQ(min(ndarray<double, 1>{1.0, -infinity}), -infinity);
  EXPECT_EQ(max(ndarray<double, 1>{-infinity, -infinity}), -infinity);
  EXPECT_EQ(min(ndarray<float, 1>{std::numeric_limits<float>::infinity()}),
            std::numeric_limits<float>::infinity());
  EXPECT_EQ(sum(ndarray<double, 1>{1.0, infinity}), infinity);
  EXPECT_TRUE(std::isnan(sum(ndarray<double, 1>{-infinity, infinity})));
}

TEST(reduce, zeros_have_no_sign) {
  EXPECT_FALSE(std::signbit(min(ndarray<double, 1>{0.0, -0.0})));
  EXPECT_FALSE(std::signbit(max(ndarray<double, 1>{-0.0, -0.0})));
  EXPECT_FALSE(std::signbit(sum(ndarray<double, 1>{-0.0, -0.0})));
}

TEST(reduce, empty_arrays) {
  const ndarray<double, 2> a(shape_t<2>{3, 0});
  EXPECT_EQ(sum(a), 0.0);
  EXPECT_EQ(norm(a), 0.0);
  EXPECT_EQ(dot(a(0), a(0)), 0.0);
  EXPECT_EQ(sum(ndarray<int, 1>()), 0);
  EXPECT_EQ(message_of<argument_error>([&] { (void)min(a); }),
            "min of an empty array, shape (3, 0)");
  EXPECT_EQ(message_of<argument_error>([&] { (void)max(a + 1.0); }),
            "max of an empty array, shape (3, 0)");
  EXPECT_EQ(message_of<argument_error>([&] { (void)mean(a); }),
            "mean of an empty array, shape (3, 0)");
}

TEST(reduce, dot_and_norm) {
  const ndarray<double, 1> a{1, 2, 3};
  const ndarray<double, 1> b{4, -5, 6};
  EXPECT_EQ(dot(a, b), 12.0);
  EXPECT_EQ(dot(a, b(slice(none, none, -1))), 6.0 - 10.0 + 12.0);
  EXPECT_EQ(norm(ndarray<double, 2>{{3, 0}, {0, -4}}), 5.0);
  EXPECT_EQ(norm(ndarray<int, 1>{50000, 0}), 50000.0);
  EXPECT_EQ(message_of<shape_error>([&] { (void)dot(a, ndarray<double, 1>{1}); }),
            "dot of shapes (3,) and (1,): the axes that are summed over differ in size");
}

TEST(reduce, vdot_is_the_sum_of_all_products) {
  const ndarray<double, 2> a{{1, 2}, {3, 4}};
  EXPECT_EQ(vdot(a, a.transpose()), 1.0 + 6.0 + 6.0 + 16.0);
  EXPECT_EQ(vdot(a, 2.0 * a), 60.0);
  EXPECT_EQ(message_of<shape_error>([&] { (void)vdot(a, a(slice(0, 1))); }),
            "vdot of shapes (2, 2) and (1, 2): the axes that are summed over differ in size");
}

TEST(reduce, of_expressions_with_broadcasting) {
  const ndarray<double, 1> a{1, 2, 3};
  EXPECT_EQ(sum(a(all, newaxis) * a), 36.0);
  EXPECT_EQ(max(a(all, newaxis) - a), 2.0);
  EXPECT_EQ(sum(where(a > 1.0, a, 10.0)), 15.0);
}

TEST(reduce, of_complex_numbers) {
  using complex = std::complex<double>;
  const ndarray<complex, 1> a{complex(1, 2), complex(3, -4), complex(1e20, 0), complex(-1e20, 1)};
  EXPECT_EQ(sum(a), complex(4, -1));
  EXPECT_EQ(mean(a), complex(1, -0.25));
  EXPECT_EQ(norm(a(slice(1, 2))), 5.0);
  EXPECT_EQ(dot(a(slice(0, 1)), a(slice(1, 2))), complex(11, 2));
  EXPECT_EQ(vdot(a(slice(0, 1)), a(slice(1, 2))), complex(-5, -10));
  static_assert(std::is_same_v<decltype(norm(ndarray<std::complex<float>, 1>())), float>);
  EXPECT_TRUE(array_equal(a, a));
}

TEST(reduce, array_equal_compares_shapes_and_elements) {
  const ndarray<int, 2> a{{1, 2}, {3, 4}};
  EXPECT_TRUE(array_equal(a, a.copy()));
  EXPECT_TRUE(array_equal(a, ndarray<double, 2>{{1, 2}, {3, 4}}));
  EXPECT_FALSE(array_equal(a, a.transpose()));
  EXPECT_FALSE(array_equal(a, a(0, all)));
  EXPECT_FALSE(array_equal(a(0, all), a(0, slice(0, 1))));
  // These broadcast, but are not equal.
  EXPECT_FALSE(array_equal(ndarray<int, 2>{{1, 1}}, ndarray<int, 2>{{1}}));
  EXPECT_TRUE(array_equal(ndarray<int, 1>(), ndarray<int, 1>()));
  EXPECT_FALSE(array_equal(ndarray<double, 1>{not_a_number}, ndarray<double, 1>{not_a_number}));
}

TEST(reduce, along_axes) {
  const auto a = counted<int>(2, 3, 4);
  const auto by_two = sum(a, axis(0, -1));
  static_assert(std::is_same_v<decltype(by_two), const ndarray<std::int64_t, 1>>);
  EXPECT_TRUE(array_equal(by_two, ndarray<int, 1>{68, 100, 132}));
  EXPECT_EQ(max(a, keepdims, axis(1)).shape(), (shape_t<3>{2, 1, 4}));
  EXPECT_EQ(sum(a, axis(0, 1, 2)), 300);
  EXPECT_EQ(sum(a, keepdims)(0, 0, 0), 300);
  EXPECT_TRUE(array_equal(ndarray(a - mean(a, axis(2), keepdims))(1, 1),
                          ndarray<double, 1>{-1.5, -0.5, 0.5, 1.5}));
  EXPECT_TRUE(all(a > 0));
  EXPECT_EQ(argmax(a), 23);
  EXPECT_TRUE(array_equal(argmin(a(0), axis(0)), zeros<int>(4)));
}

// Columns are worked at in blocks, of which the last may have one.
TEST(reduce, along_axes_of_any_width) {
  for (const index_t rows : {1, 3, 16, 100})
    for (const index_t columns : {255, 256, 257, 511, 513, 2047, 2049, 4097}) {
      ndarray<double, 2> a(shape_t<2>{rows, columns});
      ndarray<int, 2> b(a.shape());
      for (index_t k = 0; k < a.size(); ++k) {
        b.data()[k] = static_cast<int>(k * 7919 % 1013);
        a.data()[k] = b.data()[k];
      }
      const auto sums = sum(a, axis(0));
      const auto whole = sum(b, axis(0));
      const auto quick = fast_sum(a, axis(0));
      const auto most = max(a, axis(0));
      const auto place = argmax(a, axis(0));
      index_t wrong = 0;
      for (index_t j = 0; j < columns; ++j) {
        double expected = 0;
        index_t at = 0;
        for (index_t i = 0; i < rows; ++i) {
          expected += a(i, j);
          if (a(i, j) > a(at, j)) at = i;
        }
        const bool right = sums(j) == expected && quick(j) == expected &&
                           static_cast<double>(whole(j)) == expected && most(j) == a(at, j) &&
                           place(j) == at;
        wrong += right ? 0 : 1;
      }
      EXPECT_EQ(wrong, 0) << rows << " x " << columns;
    }
}

TEST(reduce, axes_are_checked) {
  const ndarray<double, 2> a(shape_t<2>{3, 0});
  EXPECT_EQ(message_of<argument_error>([&] { (void)sum(a, axis(2)); }),
            "there is no axis 2 in an array of 2 axes");
  EXPECT_EQ(message_of<argument_error>([&] { (void)sum(a, axis(0, -2)); }),
            "axis -2 is named twice");
  EXPECT_EQ(message_of<argument_error>([&] { (void)max(a, axis(1)); }),
            "max of an empty array, shape (3, 0)");
  EXPECT_EQ(message_of<argument_error>([&] { (void)argmin(a); }),
            "argmin of an empty array, shape (3, 0)");
  const ndarray<double, 2> b{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(message_of<argument_error>([&] { (void)argmin(b, masked(b > 6.0)); }),
            "argmin of shape (2, 3): the mask leaves nothing to choose from");
  EXPECT_EQ(message_of<argument_error>([&] { (void)argmax(b, axis(1), masked(b > 3.0)); }),
            "argmax of shape (2, 3): the mask leaves nothing to choose from");
  EXPECT_EQ(max(a, axis(0)).size(), 0);
  EXPECT_TRUE(array_equal(prod(a, axis(1)), ones<double>(3)));
  EXPECT_TRUE(all(a));
  EXPECT_FALSE(any(a));
}

// The same bits along an axis as of each line on its own, for any layout.
TEST(reduce, sums_along_axes_do_not_depend_on_the_layout) {
  ndarray<double, 2> a(shape_t<2>{2500, 70});
  for (index_t i = 0; i < a.size(); ++i)
    a.data()[i] = std::sin(static_cast<double>(i)) * std::pow(10.0, static_cast<double>(i % 40));
  const auto sums = sum(a, axis(0));
  EXPECT_TRUE(array_equal(sums, sum(ndarray(a.transpose()), axis(1))));
  EXPECT_TRUE(array_equal(sums, sum(a.transpose(), axis(1))));
  for (index_t k = 0; k < 70; ++k) EXPECT_EQ(sums(k), sum(a(all, k)));
}

TEST(reduce, operands_may_overlap_what_is_assigned) {
  ndarray<double, 1> a{1, 2, 3};
  a = sum(a(all, newaxis) * a, axis(0));
  EXPECT_TRUE(array_equal(a, ndarray<double, 1>{6, 12, 18}));
}

TEST(reduce, fast_sums) {
  const ndarray<double, 1> a{1, 2, 3, 4};
  EXPECT_EQ(fast_sum(a(slice(none, none, -2))), 6.0);
  EXPECT_EQ(fast_dot(a, 2.0 * a), 60.0);
  EXPECT_EQ(fast_sum(full(shape_t<2>{100, 101}, 0.5F)), 5050.0F);
  EXPECT_THROW((void)fast_dot(a, a(slice(0, 2))), shape_error);
}

TEST(reduce, fast_sums_along_axes) {
  // Whole numbers, of which no sum is rounded.
  for (const shape_t<2>& shape :
       {shape_t<2>{37, 4100}, shape_t<2>{4100, 37}, shape_t<2>{1, 9}, shape_t<2>{0, 3}}) {
    ndarray<double, 2> m(shape);
    for (index_t i = 0; i < m.size(); ++i) m.data()[i] = static_cast<double>(i % 101);
    EXPECT_TRUE(array_equal(fast_sum(m, axis(0)), sum(m, axis(0))));
    EXPECT_TRUE(array_equal(fast_sum(m, axis(1)), sum(m, axis(1))));
    EXPECT_TRUE(array_equal(fast_sum(2.0 * m, axis(0), keepdims), sum(2.0 * m, axis(0), keepdims)));
    ndarray<float, 2> f(shape);
    for (index_t i = 0; i < f.size(); ++i) f.data()[i] = static_cast<float>(i % 101);
    EXPECT_TRUE(array_equal(fast_sum(f, axis(0)), sum(f, axis(0))));
    EXPECT_TRUE(
        array_equal(fast_sum(f, axis(1), masked(f > 50.0F)), sum(f, axis(1), masked(f > 50.0F))));
  }
}

TEST(reduce, nearness_as_numpy_has_it) {
  const double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const ndarray<double, 1> a{1.0, 1e10, infinity, infinity, nan, 1e-9};
  const ndarray<double, 1> b{1.00001, 1.00001e10, infinity, -infinity, nan, 0.0};
  const ndarray<bool, 1> expected{true, true, true, false, false, true};
  EXPECT_TRUE(array_equal(isclose(a, b), expected));
  EXPECT_FALSE(allclose(a, b));
  EXPECT_TRUE(allclose(a(slice(0, 3)), b(slice(0, 3))));
  EXPECT_FALSE(allclose(a(slice(0, 3)), b(slice(0, 3)), {.rtol = 1e-6}));
  EXPECT_FALSE(allclose(infinity, ndarray<double, 1>{1.0}));
  EXPECT_FALSE(allclose(ndarray<double, 1>{1.0}, infinity));
  EXPECT_TRUE(allclose(ndarray<int, 1>{3, 4}, ndarray<float, 1>{3.00001F, 4.0F}));
  using complex = std::complex<double>;
  EXPECT_TRUE(allclose(ndarray<complex, 1>{{1, 1}}, ndarray<complex, 1>{{1, 1.000001}}));
  EXPECT_FALSE(allclose(ndarray<complex, 1>{{1, 1}}, ndarray<complex, 1>{{1, 1.01}}));
}
