#include "message_of.hpp"

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <numeric>
#include <vector>

using namespace tessera;

namespace {

/// 10 * row + column, so that an element tells where it stood.
ndarray<int, 2> numbered(index_t rows, index_t columns) {
  ndarray<int, 2> a(shape_t<2>{rows, columns});
  for (index_t i = 0; i < rows; ++i)
    for (index_t j = 0; j < columns; ++j) a(i, j) = static_cast<int>(10 * i + j);
  return a;
}

template <class View> std::vector<int> elements(const View& v) {
  std::vector<int> result;
  if constexpr (View::ndim == 1) {
    for (index_t i = 0; i < v.shape(0); ++i) result.push_back(v(i));
  } else {
    for (index_t i = 0; i < v.shape(0); ++i)
      for (index_t j = 0; j < v.shape(1); ++j) result.push_back(v(i, j));
  }
  return result;
}

using list = std::vector<int>;

} // namespace

TEST(view, slices_forward_backward_and_stepped) {
  const auto a = numbered(1, 6);
  EXPECT_EQ(elements(a(0, slice(1, 4))), (list{1, 2, 3}));
  EXPECT_EQ(elements(a(0, slice(1, -1))), (list{1, 2, 3, 4}));
  EXPECT_EQ(elements(a(0, slice(-3, none))), (list{3, 4, 5}));
  EXPECT_EQ(elements(a(0, slice(none, none, 2))), (list{0, 2, 4}));
  EXPECT_EQ(elements(a(0, slice(none, none, -1))), (list{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(elements(a(0, slice(4, 0, -2))), (list{4, 2}));
}

TEST(view, slices_are_clamped) {
  const auto a = numbered(1, 4);
  EXPECT_EQ(elements(a(0, slice(2, 99))), (list{2, 3}));
  EXPECT_EQ(elements(a(0, slice(-99, 2))), (list{0, 1}));
  EXPECT_EQ(elements(a(0, slice(9, 12))), list{});
  EXPECT_EQ(elements(a(0, slice(3, 1))), list{});
}

// A step that skips the rest of the axis must not overflow when it meets a stride.
TEST(view, slices_with_huge_steps_take_one_element) {
  const auto a = numbered(3, 4);
  EXPECT_EQ(elements(a(slice(1, none, INT64_MAX), 2)), (list{12}));
  EXPECT_EQ(elements(a(slice(none, none, INT64_MIN), 2)), (list{22}));
}

TEST(view, slices_of_slices) {
  const auto a = numbered(6, 6);
  const auto inner = a(slice(1, 5), slice(none, none, -2));
  EXPECT_EQ(inner.shape(), (shape_t<2>{4, 3}));
  EXPECT_EQ(elements(inner(slice(none, none, -3), slice(1, none))), (list{43, 41, 13, 11}));
}

TEST(view, integers_and_slices_mix) {
  const auto a = numbered(3, 4);
  EXPECT_EQ(elements(a(1, all)), (list{10, 11, 12, 13}));
  EXPECT_EQ(elements(a(all, 2)), (list{2, 12, 22}));
  EXPECT_EQ(elements(a(-1, slice(0, 2))), (list{20, 21}));
  EXPECT_EQ(elements(a(slice(0, 2), -1)), (list{3, 13}));
  EXPECT_EQ(a(std::size_t{2}, short{1}), 21);
}

TEST(view, trailing_axes_are_taken_whole) {
  ndarray<int, 3> a(shape_t<3>{2, 3, 4});
  std::iota(a.data(), a.data() + a.size(), 0);
  EXPECT_EQ(a(1).shape(), (shape_t<2>{3, 4}));
  EXPECT_EQ(elements(a(1, -1)), (list{20, 21, 22, 23}));
  EXPECT_EQ(a(slice(0, 1)).shape(), (shape_t<3>{1, 3, 4}));
  EXPECT_EQ(a().shape(), a.shape());
}

TEST(view, newaxis_adds_an_axis_of_one_element) {
  const auto a = numbered(3, 4);
  EXPECT_EQ(a(newaxis, all, all).shape(), (shape_t<3>{1, 3, 4}));
  EXPECT_EQ(a(all, newaxis, 1).shape(), (shape_t<2>{3, 1}));
  EXPECT_EQ(elements(a(all, newaxis, 1)), (list{1, 11, 21}));
  EXPECT_EQ(a(all, all, newaxis).shape(), (shape_t<3>{3, 4, 1}));
  EXPECT_EQ(elements(a(2, newaxis, 3)), (list{23}));
  EXPECT_EQ(a(newaxis, slice(1, 2)).shape(), (shape_t<3>{1, 1, 4}));
}

TEST(view, integers_beside_slices_are_checked) {
  const auto a = numbered(3, 4);
  EXPECT_EQ(message_of<index_error>([&] { (void)a(3, all); }),
            "subscript 3 is outside axis 0 of shape (3, 4)");
  EXPECT_EQ(message_of<index_error>([&] { (void)a(all, -5); }),
            "subscript -5 is outside axis 1 of shape (3, 4)");
  EXPECT_THROW((void)a(slice(0, 2, 0), all), argument_error);
}

TEST(view, at_counts_from_the_end_and_checks) {
  auto a = numbered(3, 4);
  EXPECT_EQ(a.at(1, -2), 12);
  EXPECT_EQ(a.at(-3, -4), 0);
  a.at(-1, -1) = 77;
  EXPECT_EQ(a(2, 3), 77);
  EXPECT_EQ(message_of<index_error>([&] { (void)a.at(0, 4); }),
            "subscript 4 is outside axis 1 of shape (3, 4)");
  EXPECT_EQ(message_of<index_error>([&] { (void)a.at(-4, 0); }),
            "subscript -4 is outside axis 0 of shape (3, 4)");
  const auto strip = a(1, slice(none, none, -1));
  EXPECT_EQ(strip.at(-1), 10);
  EXPECT_EQ(message_of<index_error>([&] { (void)strip.at(INT64_MIN); }),
            "subscript -9223372036854775808 is outside axis 0 of shape (4,)");
}

#ifdef TESSERA_CHECKED
TEST(view, debug_builds_check_every_element) {
  const auto a = numbered(3, 4);
  EXPECT_THROW((void)a(3, 0), index_error);
  EXPECT_THROW((void)a(0, -1), index_error);
}
#endif

TEST(view, assignment_writes_through_slices) {
  auto a = numbered(3, 4);
  a(all, slice(none, none, 2)) = -1;
  EXPECT_EQ(elements(a.view()), (list{-1, 1, -1, 3, -1, 11, -1, 13, -1, 21, -1, 23}));
  a(0, all) = a(2, all);
  EXPECT_EQ(elements(a(0, all)), (list{-1, 21, -1, 23}));
  a(slice(1, none), slice(0, 2)) = ndarray<int, 2>{{5, 6}, {7, 8}};
  EXPECT_EQ(elements(a(slice(1, none), slice(0, 2))), (list{5, 6, 7, 8}));
  a(all, all) = a(0, all);
  EXPECT_EQ(elements(a(2, all)), (list{-1, 21, -1, 23}));
}

TEST(view, assignment_to_a_row_leaves_the_others_alone) {
  auto a = numbered(3, 2);
  a(1, all) = 9;
  EXPECT_EQ(elements(a.view()), (list{0, 1, 9, 9, 20, 21}));
}

TEST(view, assignment_between_views_copies_elements) {
  auto a = numbered(2, 3);
  auto b = numbered(2, 3);
  const view<int, 1> from = a(1, all);
  view<int, 1> to = b(0, all);
  to = from;
  EXPECT_EQ(elements(b.view()), (list{10, 11, 12, 10, 11, 12}));
  EXPECT_NE(to.data(), from.data());
}

TEST(view, assignment_of_another_shape_is_an_error) {
  auto a = numbered(3, 4);
  EXPECT_EQ(message_of<shape_error>([&] { a(0, all) = a(all, 0); }),
            "shape (3,) does not broadcast with (4,)");
  // The left side does not grow to fit the right one.
  EXPECT_THROW(a(slice(0, 1), all) = a, shape_error);
  EXPECT_EQ(elements(a.view()), elements(numbered(3, 4).view()));
}

TEST(view, assignment_of_structures) {
  struct pixel {
    unsigned char r, g, b;
  };
  ndarray<pixel, 2> a(shape_t<2>{3, 5}, pixel{0, 0, 0});
  a(1, slice(none, none, 2)) = pixel{1, 2, 3};
  EXPECT_EQ(a(1, 4).b, 3);
  EXPECT_EQ(a(1, 3).b, 0);
  a(all, 0) = a(all, 4);
  EXPECT_EQ(a(1, 0).g, 2);
}

TEST(view, contiguity) {
  const auto a = numbered(3, 4);
  EXPECT_TRUE(a.view().is_contiguous());
  EXPECT_TRUE(a(1, all).is_contiguous());
  EXPECT_TRUE(a(slice(1, none), all).is_contiguous());
  EXPECT_FALSE(a(all, 1).is_contiguous());
  EXPECT_FALSE(a(all, slice(0, 3)).is_contiguous());
  EXPECT_FALSE(a.transpose().is_contiguous());
  EXPECT_FALSE(a(0, slice(none, none, -1)).is_contiguous());
  // Strides of axes of one element, or of no elements at all, do not matter.
  EXPECT_TRUE(a(slice(0, 1), slice(0, 3)).is_contiguous());
  EXPECT_TRUE(a(all, slice(2, 2)).is_contiguous());
  EXPECT_TRUE(a(0, slice(none, none, 9)).is_contiguous());
}

TEST(view, wraps_memory) {
  double memory[12];
  std::iota(memory, memory + 12, 0.0);
  const view<double, 2> a(memory, {3, 4});
  EXPECT_EQ(a.strides(), (shape_t<2>{4, 1}));
  EXPECT_EQ(a(2, 1), 9.0);
  EXPECT_EQ(a.size(), 12);
  EXPECT_EQ(a.itemsize(), 8);
  const view<double, 2> column_major(memory, {3, 4}, {1, 3});
  EXPECT_EQ(column_major(2, 1), 5.0);
  const view<double, 1> backward(memory + 11, {6}, {-2});
  EXPECT_EQ(backward(5), 1.0);
  const view<const double, 2> repeated(memory, {5, 4}, {0, 1});
  EXPECT_EQ(repeated(4, 3), 3.0);
  backward = 0.5;
  EXPECT_EQ(memory[1], 0.5);
  EXPECT_EQ(memory[2], 2.0);
}

TEST(view, wrapping_checks_the_shape) {
  double memory[1] = {0.0};
  EXPECT_EQ(message_of<shape_error>([&] { view<double, 1>(memory, {-1}); }),
            "shape (-1,) has a negative size");
  const index_t big = index_t{1} << 40;
  EXPECT_THROW((view<double, 2>(memory, {big, big})), shape_error);
  EXPECT_THROW((view<double, 3>(memory, {0, big, big})), shape_error);
}

TEST(view, transpose_reverses_the_axes) {
  const auto a = numbered(3, 4);
  const auto t = a.transpose();
  EXPECT_EQ(t.shape(), (shape_t<2>{4, 3}));
  EXPECT_EQ(t(3, 1), 13);
  EXPECT_EQ(t.data(), a.data());
  EXPECT_EQ(elements(t.transpose()), elements(a.view()));
  EXPECT_EQ((view<const int, 3>(a.data(), {2, 3, 2}).transpose().strides()), (shape_t<3>{1, 2, 6}));
}

TEST(view, copy_is_independent) {
  auto a = numbered(3, 4);
  const ndarray<int, 2> b = a(slice(none, none, -1), slice(0, 2)).copy();
  a(2, 0) = 99;
  EXPECT_EQ(elements(b.view()), (list{20, 21, 10, 11, 0, 1}));
}

TEST(view, rebind_and_swap_touch_no_element) {
  auto a = numbered(2, 2);
  auto b = ndarray<int, 2>{{5, 6, 7}};
  view<int, 2> first = a.view();
  view<int, 2> second = b.view();
  swap(first, second);
  EXPECT_EQ(first.data(), b.data());
  EXPECT_EQ(first.shape(), (shape_t<2>{1, 3}));
  EXPECT_EQ(second.strides(), (shape_t<2>{2, 1}));
  first.rebind(second);
  EXPECT_EQ(first.data(), a.data());
  EXPECT_EQ(elements(a.view()), (list{0, 1, 10, 11}));
  EXPECT_EQ(elements(b.view()), (list{5, 6, 7}));
}

TEST(view, writable_ones_convert_to_read_only_ones) {
  auto a = numbered(2, 2);
  const view<const int, 2> v = a.view();
  EXPECT_EQ(v.data(), a.data());
  EXPECT_FALSE((std::is_convertible_v<view<const int, 2>, view<int, 2>>));
  const auto& constant = a;
  EXPECT_TRUE((std::is_same_v<decltype(constant(0, all)), view<const int, 1>>));
  EXPECT_TRUE((std::is_same_v<decltype(a(0, 0)), int&>));
  EXPECT_TRUE((std::is_same_v<decltype(constant(0, 0)), const int&>));
}

TEST(view, sizes_may_be_zero) {
  auto a = numbered(0, 3);
  EXPECT_EQ(a(slice(none, none, -1), all).shape(), (shape_t<2>{0, 3}));
  a(all, 1) = 5;
  a(all, all) = a(all, slice(none, none, -1));
  EXPECT_THROW((void)a(0, all), index_error);
  EXPECT_EQ(a.transpose().size(), 0);
  EXPECT_EQ((view<int, 2>().size()), 0);
}
