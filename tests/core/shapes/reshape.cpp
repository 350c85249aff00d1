#include "message_of.hpp"

#include <tessera/core/arrays/attributes.hpp>
#include <tessera/core/creation/grids.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/shapes/reshape.hpp>

using namespace tessera;

TEST(reshape, of_an_array_is_a_view_of_it) {
  auto a = arange(12);
  auto b = reshape(a, {3, -1});
  static_assert(std::is_same_v<decltype(b), view<index_t, 2>>);
  b(2, 3) = 100;
  EXPECT_EQ(a(11), 100);
  const auto& constant = a;
  static_assert(std::is_same_v<decltype(reshape(constant, {3, 4})), view<const index_t, 2>>);
}

TEST(reshape, of_a_temporary_takes_its_memory) {
  auto a = arange(12);
  const index_t* const elements = a.data();
  const auto b = reshape(std::move(a), {3, 4});
  static_assert(std::is_same_v<decltype(b), const ndarray<index_t, 2>>);
  EXPECT_EQ(b.data(), elements);
  EXPECT_EQ(reshape(2 * b, {12})(11), 22);
}

TEST(reshape, of_a_view_shares_its_memory_where_strides_allow) {
  auto a = reshape(arange(12), {3, 4});
  const auto shared = reshape(a(all, slice(0, 1)), {3});
  EXPECT_FALSE(shared.owns_memory());
  EXPECT_TRUE(shares_memory(shared, a));
  shared(1) = 50;
  EXPECT_EQ(a(1, 0), 50);
  const auto copied = ravel(a.transpose());
  EXPECT_TRUE(copied.owns_memory());
  EXPECT_FALSE(shares_memory(copied, a));
}

TEST(reshape, copies_outlive_what_made_them) {
  const auto flat = [] {
    auto a = reshape(arange(6), {2, 3});
    return ravel(a.transpose());
  }();
  EXPECT_TRUE(array_equal(flat, ndarray<index_t, 1>{0, 3, 1, 4, 2, 5}));
  auto again = flat;
  again(0) = 9; // as for all views, a copy of it has the same elements
  EXPECT_EQ(flat(0), 9);
}

TEST(reshape, temporaries_live_in_expressions) {
  const auto a = reshape(arange(6), {2, 3});
  const auto lazy = 2 * ravel(a.transpose()) + ravel(a.transpose());
  EXPECT_TRUE(array_equal(lazy, ndarray<index_t, 1>{0, 9, 3, 12, 6, 15}));
  const auto copy_of_lazy = lazy;
  EXPECT_TRUE(array_equal(copy_of_lazy, lazy));
}

TEST(reshape, shared_views_assign_elements) {
  auto a = zeros<index_t>(2, 3);
  const auto b = arange(6);
  auto to = reshape(a(all, all), {6});
  to = reshape(b(all), {6});
  EXPECT_EQ(a(1, 2), 5);
  to = 7;
  EXPECT_EQ(a(0, 0), 7);
}

TEST(reshape, flatten_always_copies) {
  auto a = zeros(2, 2);
  auto b = flatten(a);
  b(0) = 1;
  EXPECT_EQ(a(0, 0), 0);
}

TEST(reshape, prints_both_shapes) {
  const auto a = zeros(3, 4);
  EXPECT_EQ(message_of<shape_error>([&] {
              (void)reshape(a, {5, 2});
            }),
            "shape (3, 4) with 12 elements cannot be reshaped to (5, 2)");
}
