#include "message_of.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/linalg.hpp>
#include <tessera/core/selection/take.hpp>
#include <tessera/core/shapes/join.hpp>
#include <tessera/core/shapes/reshape.hpp>

using namespace tessera;

TEST(mask, chooses_and_assigns_elements) {
  ndarray<double, 2> a{{1, -2, 3}, {-4, 5, -6}};
  const ndarray positive = a(a > 0.0);
  static_assert(std::is_same_v<decltype(positive), const ndarray<double, 1>>);
  EXPECT_TRUE(array_equal(positive, ndarray<double, 1>{1, 3, 5}));
  EXPECT_EQ(mean(a(a > 0.0)), 3.0);
  a(a < 0.0) = 0.0;
  EXPECT_TRUE(array_equal(a, ndarray<double, 2>{{1, 0, 3}, {0, 5, 0}}));
  a(a == 0.0) = ndarray<int, 1>{7, 8, 9};
  EXPECT_TRUE(array_equal(a, ndarray<double, 2>{{1, 7, 3}, {8, 5, 9}}));
}

// They are arrays like others to functions that look at shapes and elements.
TEST(mask, chosen_elements_have_a_shape_and_are_operands) {
  const ndarray<int, 1> a{1, 2, 3, 4};
  const auto large = a(a > 2);
  const auto first = a(ndarray<int, 1>{0});
  EXPECT_EQ(large.shape(), (shape_t<1>{2}));
  EXPECT_EQ(large.size(), 2);
  EXPECT_EQ(first.size(), 1);
  EXPECT_TRUE(array_equal(concatenate(large, first, large), ndarray<int, 1>{3, 4, 1, 3, 4}));
  EXPECT_TRUE(array_equal(stack(large, large), ndarray<int, 2>{{3, 4}, {3, 4}}));
  EXPECT_TRUE(array_equal(reshape(large, {2, 1}), ndarray<int, 2>{{3}, {4}}));
  EXPECT_EQ(matmul(large, large), 25);
}

// The mask is an expression of the array that changes.
TEST(mask, is_done_with_before_elements_change) {
  ndarray<double, 1> a{3, 1, 2};
  a(a > 1.5) -= 2.0;
  EXPECT_TRUE(array_equal(a, ndarray<double, 1>{1, 1, 0}));
  a(a > 0.5) = a(a < 0.5).copy()(ndarray<int, 1>{0, 0}) + 4.0;
  EXPECT_TRUE(array_equal(a, ndarray<double, 1>{4, 4, 0}));
}

TEST(mask, writes_through_views_and_leaves_the_others_alone) {
  auto a = zeros<int>(3, 4);
  const auto columns = a(all, slice(none, none, -2));
  columns(ndarray<bool, 2>{{true, false}, {false, true}, {true, true}}) = 5;
  EXPECT_TRUE(array_equal(a, ndarray<int, 2>{{0, 0, 0, 5}, {0, 5, 0, 0}, {0, 5, 0, 5}}));
}

TEST(mask, keeps_a_mask_that_was_a_temporary) {
  ndarray<int, 1> a{1, 2, 3};
  const auto chosen = a(ndarray<bool, 1>{true, false, true});
  EXPECT_TRUE(array_equal(chosen.copy(), ndarray<int, 1>{1, 3}));
  chosen = chosen;
  EXPECT_TRUE(array_equal(a, ndarray<int, 1>{1, 2, 3}));
}

TEST(mask, of_another_shape_is_an_error) {
  ndarray<double, 2> a(shape_t<2>{2, 3}, 1.0);
  const ndarray<bool, 2> mask(shape_t<2>{3, 2}, true);
  EXPECT_EQ(
      message_of<shape_error>([&] { (void)a(mask); }),
      "a mask of shape (3, 2) as a subscript of an array of shape (2, 3); they must be equal");
  EXPECT_EQ(message_of<shape_error>([&] { (void)sum(a, masked(mask)); }),
            "a mask of shape (3, 2) does not fit an array of shape (2, 3)");
  EXPECT_EQ(message_of<shape_error>([&] {
              a(a > 0.0) = ndarray<double, 1>{1, 2};
            }),
            "2 values for 6 chosen elements");
}

TEST(mask, where_of_a_condition_is_nonzero) {
  const ndarray<int, 2> a{{0, 4}, {5, 0}};
  const auto [rows, columns] = where(a > 0);
  EXPECT_TRUE(array_equal(rows, ndarray<index_t, 1>{0, 1}));
  EXPECT_TRUE(array_equal(columns, ndarray<index_t, 1>{1, 0}));
  EXPECT_EQ(flatnonzero(a).size(), 2);
}
