#include "message_of.hpp"

#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/shapes/join.hpp>
#include <tessera/core/shapes/reshape.hpp>
#include <tessera/core/shapes/split.hpp>

#include <vector>

using namespace tessera;

TEST(join, evaluates_expressions_in_place) {
  const auto a = arange(3);
  EXPECT_TRUE(array_equal(concatenate(a, 2 * a), ndarray<index_t, 1>{0, 1, 2, 0, 2, 4}));
  EXPECT_TRUE(
      array_equal(stack(a, 0.5 * a, axis(1)), ndarray<double, 2>{{0, 0}, {1, 0.5}, {2, 1}}));
}

TEST(join, takes_lists_of_arrays) {
  const std::vector<ndarray<int, 1>> parts{{1, 2}, {3}, {4, 5, 6}};
  EXPECT_TRUE(array_equal(concatenate(parts), ndarray<int, 1>{1, 2, 3, 4, 5, 6}));
  const auto a = reshape(arange(12), {3, 4});
  EXPECT_TRUE(array_equal(concatenate(split(a, 2, axis(1)), axis(1)), a));
  EXPECT_EQ(stack(split(a, 3), axis(1)).shape(), (shape_t<3>{1, 3, 4}));
  EXPECT_EQ(message_of<argument_error>([] { (void)concatenate(std::vector<ndarray<int, 1>>()); }),
            "concatenate of no arrays");
}

TEST(join, prints_both_shapes) {
  EXPECT_EQ(message_of<shape_error>([] { (void)concatenate(zeros(2, 3), zeros(2, 4)); }),
            "shape (2, 4) does not fit to (2, 3): they may differ along axis 0 only");
  EXPECT_EQ(message_of<shape_error>([] { (void)stack(zeros(2), zeros(3)); }),
            "shapes (2,) and (3,) differ; only arrays of the same shape can be stacked");
  EXPECT_EQ(message_of<argument_error>([] { (void)concatenate(zeros(2), zeros(3), axis(1)); }),
            "there is no axis 1 in an array of 1 axis");
}

TEST(join, parts_are_views) {
  auto a = zeros(2, 4);
  auto [left, right] = split<2>(a, axis(1));
  left = 1.0;
  EXPECT_EQ(a(1, 1), 1.0);
  EXPECT_EQ(a(1, 2), 0.0);
  auto [head, rest] = split(a, {1});
  rest = 2.0;
  EXPECT_EQ(a(1, 3), 2.0);
  EXPECT_EQ(head.shape(), (shape_t<2>{1, 4}));
  EXPECT_EQ(message_of<argument_error>([&] { (void)split(a, 3, axis(1)); }),
            "an axis of 4 elements cannot be split into 3 equal parts; array_split makes unequal "
            "ones");
  EXPECT_THROW((void)array_split(a, 0), argument_error);
  EXPECT_THROW((void)array_split(a, 2)[2], index_error);
}
