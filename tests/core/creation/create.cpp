#include "message_of.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>

#include <type_traits>

using namespace tessera;

namespace {

template <class T, std::size_t N> void expect_all(const ndarray<T, N>& a, T value) {
  for (index_t i = 0; i < a.size(); ++i) EXPECT_EQ(a.data()[i], value) << "element " << i;
}

} // namespace

TEST(create, zeros_and_ones_fill) {
  const auto a = zeros<double>(3, 4);
  static_assert(std::is_same_v<decltype(a), const ndarray<double, 2>>);
  EXPECT_EQ(a.shape(), (shape_t<2>{3, 4}));
  expect_all(a, 0.0);
  const auto b = ones<std::int8_t>(2, 1, 5);
  EXPECT_EQ(b.shape(), (shape_t<3>{2, 1, 5}));
  expect_all(b, std::int8_t{1});
}

// Reused memory must not show through.
TEST(create, zeros_fills_memory_that_was_used_before) {
  { const auto used = ones<double>(100, 1000); }
  expect_all(zeros<double>(100, 1000), 0.0);
}

TEST(create, full_takes_a_shape_and_a_value) {
  const auto a = full(shape_t<2>{3, 4}, 4.25);
  EXPECT_EQ(a.shape(), (shape_t<2>{3, 4}));
  expect_all(a, 4.25);
  expect_all(full(shape_t<1>{7}, true), true);
}

TEST(create, empty_has_a_shape) {
  const auto a = empty<float>(3, std::size_t{4}, short{5});
  EXPECT_EQ(a.shape(), (shape_t<3>{3, 4, 5}));
  EXPECT_NE(a.data(), nullptr);
}

TEST(create, sizes_may_be_zero) {
  EXPECT_EQ(zeros<int>(0).size(), 0);
  EXPECT_EQ(zeros<int>(3, 0, 2).shape(), (shape_t<3>{3, 0, 2}));
}

TEST(create, sizes_may_not_be_negative) {
  EXPECT_EQ(message_of<shape_error>([] { (void)zeros<double>(-2, 3); }),
            "shape (-2, 3) has a negative size");
}

TEST(create, holds_structures) {
  struct particle {
    double x;
    int id;
  };
  const auto a = full(shape_t<1>{5}, particle{1.5, 7});
  EXPECT_EQ(a(4).x, 1.5);
  EXPECT_EQ(a(4).id, 7);
}

TEST(create, without_a_type_it_is_double) {
  static_assert(std::is_same_v<decltype(zeros(2, 3)), ndarray<double, 2>>);
  static_assert(std::is_same_v<decltype(ones(shape_t<1>{4})), ndarray<double, 1>>);
  expect_all(full({2, 3}, 2.5F), 2.5F);
}

TEST(create, likes_have_the_shape_and_the_type_or_another) {
  const ndarray<int, 2> a{{1, 2, 3}, {4, 5, 6}};
  static_assert(std::is_same_v<decltype(zeros_like(a)), ndarray<int, 2>>);
  EXPECT_EQ(empty_like(a.transpose()).shape(), (shape_t<2>{3, 2}));
  expect_all(zeros_like(a), 0);
  expect_all(ones_like<float>(a), 1.0F);
  expect_all(full_like<double>(a(0), 1.5), 1.5);
}

TEST(create, copies_are_their_own) {
  ndarray<int, 1> a{1, 2, 3};
  const auto b = copy(a(slice(none, none, -1)));
  static_assert(std::is_same_v<decltype(b), const ndarray<int, 1>>);
  a(0) = 9;
  EXPECT_EQ(b(2), 1);
}
