#include "message_of.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/selection/take.hpp>

using namespace tessera;

TEST(take, arrays_of_subscripts_read_and_assign) {
  ndarray<double, 1> a{10, 20, 30};
  const ndarray<int, 1> at{2, 0, -1};
  const ndarray b = a(at);
  EXPECT_TRUE(array_equal(b, ndarray<double, 1>{30, 10, 30}));
  a(at) = 1.0;
  EXPECT_TRUE(array_equal(a, ndarray<double, 1>{1, 20, 1}));
  ndarray<double, 2> rows{{1, 2}, {3, 4}, {5, 6}};
  rows(ndarray<int, 1>{2, 0}) += 1.0;
  EXPECT_TRUE(array_equal(rows, ndarray<double, 2>{{2, 3}, {3, 4}, {6, 7}}));
}

// Elements are gathered before any is written.
TEST(take, assigns_from_itself) {
  ndarray<int, 1> a{1, 2, 3};
  a(ndarray<int, 1>{0, 1, 2}) = a(ndarray<int, 1>{2, 1, 0});
  EXPECT_TRUE(array_equal(a, ndarray<int, 1>{3, 2, 1}));
}

TEST(take, subscripts_outside_are_errors) {
  ndarray<double, 2> a(shape_t<2>{2, 3}, 1.0);
  const ndarray<int, 1> at{0, 3};
  EXPECT_EQ(message_of<index_error>([&] { (void)take(a, at, axis(1)); }),
            "subscript 3 is outside axis 1 of shape (2, 3)");
  EXPECT_EQ(message_of<index_error>([&] { (void)a(at); }),
            "subscript 3 is outside axis 0 of shape (2, 3)");
  EXPECT_EQ(message_of<index_error>([&] { put(a, ndarray<int, 1>{-7}, 0.0); }),
            "subscript -7 is outside axis 0 of shape (6,)");
  EXPECT_EQ(message_of<shape_error>([&] { (void)take_along_axis(a, zeros<int>(3, 1), axis(1)); }),
            "subscripts of shape (3, 1) along axis 1 of an array of shape (2, 3); the other axes "
            "must be equal");
  EXPECT_EQ(message_of<shape_error>([&] { put(a, at(slice(0, 1)), ndarray<double, 1>()); }),
            "0 values for 1 chosen elements");
}
