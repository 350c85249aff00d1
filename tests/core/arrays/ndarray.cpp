#include "message_of.hpp"

#include <tessera/core/elements/operators.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/expressions/map.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <cstdint>
#include <iterator>
#include <list>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace tessera;

TEST(ndarray, is_made_from_nested_lists) {
  const ndarray<int, 1> a{1, 2, 3};
  EXPECT_EQ(a.shape(), (shape_t<1>{3}));
  EXPECT_EQ(a(2), 3);
  const ndarray<double, 2> b{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(b.shape(), (shape_t<2>{2, 3}));
  EXPECT_EQ(b(1, 0), 4.0);
  const ndarray<int, 3> c{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}, {{9, 10}, {11, 12}}};
  EXPECT_EQ(c.shape(), (shape_t<3>{3, 2, 2}));
  EXPECT_EQ(c(2, 1, 0), 11);
}

TEST(ndarray, deduces_its_type_from_lists_and_expressions) {
  const ndarray a{{1.5f, 2.5f}, {3.5f, 4.5f}};
  static_assert(std::is_same_v<decltype(a), const ndarray<float, 2>>);
  const ndarray row{{1, 2}};
  static_assert(std::is_same_v<decltype(row), const ndarray<int, 2>>);
  const ndarray line{1, 2};
  static_assert(std::is_same_v<decltype(line), const ndarray<int, 1>>);
  const ndarray cube{{{1.0, 2.0}}, {{3.0, 4.0}}};
  static_assert(std::is_same_v<decltype(cube), const ndarray<double, 3>>);
  const ndarray b = a(0, all) + 1.0f;
  static_assert(std::is_same_v<decltype(b), const ndarray<float, 1>>);
  EXPECT_EQ(b(1), 3.5f);
}

TEST(ndarray, ragged_lists_are_an_error) {
  EXPECT_EQ(message_of<shape_error>([] {
              (void)ndarray<int, 2>{{1, 2, 3}, {4, 5}};
            }),
            "nested lists of different sizes: 3 elements in one, 2 in another");
  EXPECT_THROW((ndarray<int, 2>{{1}, {2, 3}}), shape_error);
  EXPECT_THROW((ndarray<int, 2>{{}, {1}}), shape_error);
  EXPECT_THROW((ndarray<int, 3>{{{1, 2}, {3, 4}}, {{5, 6}}}), shape_error);
  EXPECT_THROW((ndarray<int, 3>{{{1, 2}, {3, 4}}, {{5, 6}, {7}}}), shape_error);
}

TEST(ndarray, by_default_is_empty) {
  const ndarray<double, 2> a;
  EXPECT_EQ(a.shape(), (shape_t<2>{0, 0}));
  EXPECT_EQ(a.size(), 0);
  const ndarray<double, 2> b = a;
  EXPECT_EQ(b.size(), 0);
}

TEST(ndarray, elements_start_at_a_cache_line) {
  for (const index_t n : {1, 3, 100, 100000}) {
    const ndarray<char, 1> a(shape_t<1>{n});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 64, 0U) << n;
  }
}

TEST(ndarray, copies_are_independent) {
  ndarray<int, 2> a{{1, 2}, {3, 4}};
  const ndarray<int, 2> b = a;
  ndarray<int, 2> c;
  c = a;
  const ndarray<int, 2> d = a.copy();
  a(0, 0) = 99;
  for (const auto* copy : {&b, &std::as_const(c), &d})
    EXPECT_TRUE(array_equal(*copy, ndarray<int, 2>{{1, 2}, {3, 4}}));
}

TEST(ndarray, moves_take_the_memory) {
  ndarray<int, 2> a{{1, 2}, {3, 4}};
  const int* const memory = a.data();
  ndarray<int, 2> b = std::move(a);
  EXPECT_EQ(b.data(), memory);
  EXPECT_EQ(a.size(), 0); // NOLINT: a moved-from array is empty
  EXPECT_EQ(a.data(), nullptr);
  ndarray<int, 2> c{{7}};
  c = std::move(b);
  EXPECT_EQ(c.data(), memory);
  EXPECT_EQ(b.shape(), (shape_t<2>{0, 0})); // NOLINT: a moved-from array is empty
  b = c;
  EXPECT_EQ(b(1, 1), 4);
}

TEST(ndarray, may_be_assigned_to_itself) {
  ndarray<int, 1> a{1, 2, 3};
  auto& same = a;
  a = same;
  EXPECT_TRUE(array_equal(a, ndarray<int, 1>{1, 2, 3}));
  a = std::move(same);
  EXPECT_TRUE(array_equal(a, ndarray<int, 1>{1, 2, 3}));
}

TEST(ndarray, swaps) {
  ndarray<int, 1> a{1, 2, 3};
  ndarray<int, 1> b{4};
  std::swap(a, b);
  EXPECT_TRUE(array_equal(a, ndarray<int, 1>{4}));
  EXPECT_TRUE(array_equal(b, ndarray<int, 1>{1, 2, 3}));
}

TEST(ndarray, assignment_of_the_same_shape_reuses_the_memory) {
  ndarray<int, 2> a{{1, 2}, {3, 4}};
  const ndarray<int, 2> b{{5, 6}, {7, 8}};
  const int* const memory = a.data();
  a = b;
  EXPECT_EQ(a.data(), memory);
  EXPECT_EQ(a(1, 0), 7);
  a = b + 1;
  EXPECT_EQ(a.data(), memory);
  EXPECT_EQ(a(1, 0), 8);
  a = 3;
  EXPECT_EQ(a.data(), memory);
  EXPECT_EQ(sum(a), 12);
}

TEST(ndarray, assignment_of_another_shape_replaces) {
  ndarray<int, 2> a{{1, 2}, {3, 4}};
  a = ndarray<int, 2>{{1, 2, 3}} + 1;
  EXPECT_TRUE(array_equal(a, ndarray<int, 2>{{2, 3, 4}}));
  const ndarray<int, 2> b{{1}, {2}};
  a = b;
  EXPECT_TRUE(array_equal(a, b));
  a = a(slice(1, none), all);
  EXPECT_TRUE(array_equal(a, ndarray<int, 2>{{2}}));
}

TEST(ndarray, assign_broadcasts_and_keeps_the_shape) {
  ndarray<int, 2> a{{1, 2}, {3, 4}};
  a.assign(ndarray<int, 1>{7, 8});
  EXPECT_TRUE(array_equal(a, ndarray<int, 2>{{7, 8}, {7, 8}}));
  EXPECT_THROW(a.assign(ndarray<int, 2>{{1, 2, 3}}), shape_error);
}

TEST(ndarray, assignment_from_its_own_elements) {
  ndarray<int, 2> a{{1, 2}, {3, 4}};
  a = a.transpose() * 10;
  EXPECT_TRUE(array_equal(a, ndarray<int, 2>{{10, 30}, {20, 40}}));
  a = a(slice(none, none, -1), all);
  EXPECT_TRUE(array_equal(a, ndarray<int, 2>{{20, 40}, {10, 30}}));
}

TEST(ndarray, is_made_from_views_and_expressions) {
  const ndarray<int, 2> a{{1, 2}, {3, 4}};
  const ndarray<int, 1> column = a(all, 1);
  EXPECT_TRUE(array_equal(column, ndarray<int, 1>{2, 4}));
  const ndarray<double, 2> halves = a / 2;
  EXPECT_EQ(halves(0, 0), 0.5);
  const ndarray<int, 2> truncated = astype<int>(a / 2);
  EXPECT_EQ(truncated(0, 0), 0);
}

TEST(ndarray, negative_sizes_are_an_error) {
  EXPECT_EQ(message_of<shape_error>([] {
              ndarray<double, 2> a(shape_t<2>{3, -1});
            }),
            "shape (3, -1) has a negative size");
}

TEST(ndarray, sizes_that_overflow_are_an_error) {
  const index_t big = index_t{1} << 31;
  EXPECT_THROW((ndarray<double, 2>(shape_t<2>{big, big})), shape_error);
  EXPECT_THROW((ndarray<double, 3>(shape_t<3>{big, big, big})), shape_error);
  EXPECT_THROW((ndarray<char, 3>(shape_t<3>{0, big, 4 * big})), shape_error);
}

TEST(ndarray, memory_that_cannot_be_had_is_an_error) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer ends the program at such a size";
#endif
  const index_t big = index_t{1} << 59;
  EXPECT_EQ(message_of<memory_error>([&] { ndarray<double, 1> a(shape_t<1>{big}); }),
            "cannot allocate 4611686018427387904 bytes for an array");
  ndarray<double, 1> a{1.0, 2.0};
  EXPECT_THROW((a = ndarray<double, 1>(shape_t<1>{big})), memory_error);
  EXPECT_EQ(a(1), 2.0);
}

TEST(ndarray, sizes_may_be_zero) {
  ndarray<int, 2> a(shape_t<2>{0, 3}, 5);
  EXPECT_EQ(a.size(), 0);
  EXPECT_TRUE(a.is_contiguous());
  a = a + 1;
  EXPECT_EQ(a.shape(), (shape_t<2>{0, 3}));
  const ndarray<int, 2> b = std::move(a);
  EXPECT_EQ(b.shape(), (shape_t<2>{0, 3}));
}

TEST(ndarray, four_nested_lists_are_four_axes) {
  const ndarray a{{{{1, 2}}, {{3, 4}}, {{5, 6}}}};
  static_assert(std::is_same_v<decltype(a), const ndarray<int, 4>>);
  EXPECT_EQ(a.shape(), (shape_t<4>{1, 3, 1, 2}));
  EXPECT_EQ(a(0, 2, 0, 1), 6);
}

TEST(ndarray, takes_the_values_of_containers) {
  const std::vector<double> numbers{1, 2, 3, 4};
  const ndarray from_vector(numbers);
  static_assert(std::is_same_v<decltype(from_vector), const ndarray<double, 1>>);
  EXPECT_EQ(from_vector(3), 4.0);
  const std::list<int> list{5, 6, 7};
  const ndarray<double, 1> from_list(list);
  EXPECT_EQ(from_list.shape(), (shape_t<1>{3}));
  EXPECT_EQ(from_list(1), 6.0);
  const ndarray from_bools(std::vector<bool>{true, false});
  static_assert(std::is_same_v<decltype(from_bools), const ndarray<bool, 1>>);
  EXPECT_FALSE(from_bools(1));
  const ndarray from_part(numbers.begin() + 1, numbers.end());
  EXPECT_EQ(from_part.shape(), (shape_t<1>{3}));
  EXPECT_EQ(from_part(0), 2.0);
}

// Each iterator of a stream can be passed but once.
TEST(ndarray, takes_what_a_stream_gives) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += std::to_string(i) + " ";
  std::istringstream in(text);
  const std::istream_iterator<int> first(in);
  const ndarray<int, 1> a(first, std::istream_iterator<int>());
  EXPECT_EQ(a.shape(), (shape_t<1>{100}));
  EXPECT_EQ(sum(a), 4950);
}

TEST(ndarray, an_array_of_subscripts_is_a_shape) {
  const ndarray<index_t, 1> a(std::array<index_t, 1>{3});
  EXPECT_EQ(a.shape(), (shape_t<1>{3}));
}

TEST(ndarray, a_list_in_brackets_is_a_list) {
  const ndarray<double, 1> a({3});
  EXPECT_EQ(a.shape(), (shape_t<1>{1}));
  EXPECT_EQ(a(0), 3.0);
}

TEST(ndarray, hands_its_memory_on) {
  ndarray<double, 1> a{1, 2, 3, 4};
  const double* const elements = a.data();
  const ndarray<double, 2> b(a.release(), {2, 2});
  EXPECT_EQ(b.data(), elements);
  EXPECT_EQ(b(1, 0), 3.0);
  EXPECT_EQ(a.size(), 0);
  EXPECT_EQ(a.data(), nullptr);
  EXPECT_THROW((ndarray<double, 1>(buffer(8), {1000000})), shape_error);
}

TEST(ndarray, empty_views_are_contiguous) {
  const ndarray<double, 3> a(shape_t<3>{2, 0, 4});
  EXPECT_TRUE(a(all, all, slice(none, none, 2)).is_contiguous());
  EXPECT_TRUE(a.is_fortran_contiguous());
}

TEST(ndarray, numbers_of_several_types_in_braces_have_what_holds_them_all) {
  const ndarray a{4, 6, 21.12};
  static_assert(std::is_same_v<decltype(a), const ndarray<double, 1>>);
  EXPECT_EQ(a(0) + a(1) + a(2), 31.12);
  static_assert(std::is_same_v<decltype(ndarray{4, 6L}), ndarray<long, 1>>);
  static_assert(std::is_same_v<decltype(ndarray{true, 2}), ndarray<int, 1>>);
  static_assert(std::is_same_v<decltype(ndarray{1.5F, 2.5}), ndarray<double, 1>>);
  static_assert(std::is_same_v<decltype(ndarray{4, 6}), ndarray<int, 1>>);
}
