#include "message_of.hpp"

#include <tessera/core/arrays/wrap.hpp>
#include <tessera/core/error.hpp>

#include <array>
#include <span>
#include <vector>

using namespace tessera;

TEST(wrap, copies_nothing) {
  std::vector<double> values{1, 2, 3, 4, 5, 6};
  auto a = wrap(values, {2, 3});
  a(1, 0) = 40;
  EXPECT_EQ(values[3], 40);
  EXPECT_EQ(wrap(values, {3, 2}, {1, 3})(2, 1), 6);
  EXPECT_EQ(wrap(values, {3}, {-2}, 5)(2), 2);
  EXPECT_EQ(wrap(values.data(), {2, 2})(1, 1), 40);
  EXPECT_EQ(wrap(values.data(), {2, 2}, {1, 2})(0, 1), 3);
}

TEST(wrap, takes_all_that_is_contiguous) {
  const std::array<int, 3> numbers{1, 2, 3};
  static_assert(std::is_same_v<decltype(wrap(numbers)), view<const int, 1>>);
  EXPECT_EQ(wrap(numbers)(2), 3);
  std::vector<int> more{4, 5};
  std::span<int> span(more);
  wrap(span) = 9;
  EXPECT_EQ(more[1], 9);
}

TEST(wrap, checks_that_elements_are_inside) {
  std::vector<double> values(10);
  EXPECT_EQ(message_of<shape_error>([&] {
              (void)wrap(values, {3, 4});
            }),
            "shape (3, 4) has 12 elements, the memory 10");
  EXPECT_EQ(message_of<shape_error>([&] {
              (void)wrap(values, {3, 2}, {4, 2}, 1);
            }),
            "shape (3, 2) with strides (4, 2) and offset 1 reaches outside the memory's 10 "
            "elements");
  EXPECT_THROW((void)wrap(values, {3}, {-1}, 1), shape_error);
  EXPECT_THROW((void)wrap(values, {3}, {INT64_MAX}), shape_error);
  EXPECT_THROW((void)wrap(values, {0}, {1}, 11), shape_error);
  EXPECT_EQ(wrap(values, {0}, {1}, 10).size(), 0);
  EXPECT_EQ(message_of<shape_error>([] { (void)wrap(static_cast<double*>(nullptr), {2}); }),
            "shape (2,) has elements, but the pointer is null");
  EXPECT_THROW((void)wrap(values.data(), {-1}), shape_error);
}
