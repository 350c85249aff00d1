#include "message_of.hpp"

#include <tessera/core/arrays/attributes.hpp>
#include <tessera/core/creation/grids.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/shapes/reshape.hpp>

using namespace tessera;

TEST(axes, functions_give_views_of_arrays) {
  auto a = zeros(2, 3);
  transpose(a)(2, 1) = 5.0;
  EXPECT_EQ(a(1, 2), 5.0);
  flip(a)(0, 0) = 6.0;
  EXPECT_EQ(a(1, 2), 6.0);
  expand_dims(a, axis(0)) = 7.0;
  EXPECT_EQ(a(0, 0), 7.0);
  diagonal(a) = 8.0;
  EXPECT_EQ(a(1, 1), 8.0);
}

TEST(axes, views_of_temporaries_keep_them) {
  const auto turned = rot90(reshape(arange(4), {2, 2}));
  static_assert(std::is_same_v<decltype(turned), const shared_view<index_t, 2>>);
  EXPECT_TRUE(array_equal(turned, ndarray<index_t, 2>{{1, 3}, {0, 2}}));
  const auto a = arange(3);
  const auto reversed = flip(a + 1);
  EXPECT_TRUE(array_equal(reversed, ndarray<index_t, 1>{3, 2, 1}));
  const auto twice = expand_dims(flip(ravel(transpose(a + 1))), axis(0));
  EXPECT_EQ(twice(0, 0), 3);
}

TEST(axes, squeeze_leaves_a_given_number) {
  const auto a = zeros(1, 3, 1);
  EXPECT_EQ(squeeze<1>(a).shape(), (shape_t<1>{3}));
  EXPECT_EQ(squeeze<2>(a).shape(), (shape_t<2>{3, 1}));
  EXPECT_EQ(message_of<shape_error>([] { (void)squeeze<1>(zeros(2, 3, 1)); }),
            "shape (2, 3, 1) has too few axes of one element to leave 1");
}

TEST(axes, broadcasts_are_read_only_and_take_no_memory) {
  const auto a = arange(3);
  const auto wide = broadcast_to(a, {1000000000, 3});
  static_assert(std::is_same_v<decltype(wide), const view<const index_t, 2>>);
  EXPECT_EQ(wide(999999999, 2), 2);
  EXPECT_FALSE(flags(wide).writeable);
  const auto [left, right] = broadcast_arrays(a, reshape(arange(2), {2, 1}));
  EXPECT_EQ(left.shape(), (shape_t<2>{2, 3}));
  EXPECT_EQ(right(1, 2), 1);
}

TEST(axes, flags_tell_how_an_array_lies) {
  const auto a = zeros(2, 3);
  EXPECT_TRUE(flags(a).c_contiguous);
  EXPECT_FALSE(flags(a).f_contiguous);
  EXPECT_TRUE(flags(a).owns_memory);
  EXPECT_FALSE(flags(a).writeable);
  EXPECT_TRUE(flags(a).aligned);
  EXPECT_TRUE(flags(transpose(a)).f_contiguous);
  EXPECT_FALSE(flags(transpose(a)).owns_memory);
  EXPECT_TRUE(flags(ravel(transpose(a))).owns_memory);
  EXPECT_EQ(a.nbytes(), 48);
  EXPECT_EQ(transpose(a).nbytes(), 48);
}

TEST(axes, shared_memory_is_found_exactly) {
  const auto a = zeros(10);
  EXPECT_FALSE(shares_memory(a(slice(none, none, 2)), a(slice(1, none, 2))));
  EXPECT_TRUE(shares_memory(a(slice(none, none, 3)), a(slice(1, none, 2))));
  EXPECT_FALSE(shares_memory(a, a.copy()));
}

TEST(axes, coordinates_of_temporaries_stay) {
  const auto [x, y] = meshgrid(linspace(0, 1, 3), arange(2));
  EXPECT_EQ(x.shape(), (shape_t<2>{2, 3}));
  const ndarray<double, 2> sum_of_both = x + 10 * y;
  EXPECT_TRUE(array_equal(sum_of_both, ndarray<double, 2>{{0, 0.5, 1}, {10, 10.5, 11}}));
}
