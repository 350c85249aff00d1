#include <tessera/core/creation/create.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/selection/take.hpp>
#include <tessera/core/shapes/repeat.hpp>
#include <tessera/core/shapes/reshape.hpp>
#include <tessera/core/views/axis_iterator.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <vector>

namespace {

using namespace tessera;

static_assert(std::random_access_iterator<axis_iterator<double, 1>>);
static_assert(std::random_access_iterator<axis_iterator<const double, 2>>);
static_assert(std::is_same_v<std::iter_reference_t<axis_iterator<const int, 1>>, const int&>);

template <class A>
concept iterable = requires(A&& a) {
  std::forward<A>(a).begin();
  std::forward<A>(a).end();
};
static_assert(iterable<ndarray<double, 1>&> && iterable<const ndarray<double, 2>&> &&
              iterable<view<double, 1>>);
static_assert(!iterable<decltype(2.0 * ndarray<double, 1>())>);

TEST(axis_iterator, elements_of_one_axis) {
  ndarray a{1.0, 2.0, 3.0, 4.0, 5.0};
  for (double& x : a(slice(none, none, -2))) x *= 10.0;
  EXPECT_TRUE(array_equal(a, ndarray{10.0, 2.0, 30.0, 4.0, 50.0}));
  const auto backwards = a(slice(none, none, -1));
  EXPECT_EQ(std::vector<double>(backwards.begin(), backwards.end()),
            (std::vector{50.0, 4.0, 30.0, 2.0, 10.0}));
  const auto& constant = a;
  static_assert(std::is_same_v<decltype(*constant.begin()), const double&>);
  EXPECT_EQ(std::accumulate(constant.begin(), constant.end(), 0.0), 96.0);
}

TEST(axis_iterator, algorithms_of_the_standard_library) {
  ndarray a{3, 1, 2, 5, 4};
  const auto odd_places = a(slice(none, none, 2));
  std::ranges::sort(odd_places, std::greater());
  EXPECT_TRUE(array_equal(a, ndarray{4, 1, 3, 5, 2}));
  std::sort(a.begin(), a.end());
  EXPECT_TRUE(array_equal(a, ndarray{1, 2, 3, 4, 5}));
  EXPECT_EQ(std::ranges::lower_bound(a, 4) - a.begin(), 3);
}

TEST(axis_iterator, rows_of_more_axes) {
  ndarray m = zeros({3, 2});
  double value = 1.0;
  for (auto row : m) row = value++;
  EXPECT_TRUE(array_equal(m, ndarray<double, 2>{{1, 1}, {2, 2}, {3, 3}}));
  for (auto column : m.transpose()) EXPECT_EQ(sum(column), 6.0);
  const auto& constant = m;
  static_assert(std::is_same_v<decltype(*constant.begin()), view<const double, 1>>);
  EXPECT_EQ(std::distance(constant.begin(), constant.end()), 3);
}

TEST(axis_iterator, empty_and_broadcast_axes) {
  for (const auto row : zeros<int>(0, 4)) FAIL() << row.size();
  for (const double x : ndarray<double, 1>()) FAIL() << x;
  const double one = 1.0;
  const view<const double, 1> repeated(&one, {4}, {0});
  EXPECT_EQ(repeated.end() - repeated.begin(), 4);
}

TEST(axis_iterator, temporaries_live_as_long_as_the_loop) {
  index_t seen = 0;
  for (const auto row : ones<int>(3, 2)) seen += sum(row);
  for (const double x : ravel(ndarray<double, 2>{{1, 2}, {3, 4}}.transpose()))
    seen += static_cast<index_t>(x);
  EXPECT_EQ(seen, 16);
}

TEST(axis_iterator, parts_of_temporaries_keep_the_elements) {
  const auto part = ones(1000)(slice(10, 20));
  static_assert(std::is_same_v<decltype(part), const shared_view<double, 1>>);
  EXPECT_TRUE(part.owns_memory());
  EXPECT_EQ(sum(part), 10.0);
  const auto rows = ones(1000)(slice(10, 20))(slice(none, 4));
  EXPECT_EQ(sum(rows), 4.0);
  static_assert(std::is_same_v<decltype(ones(3)(1)), double>);
  const auto chosen = ones(4)(ndarray<index_t, 1>{1, 3});
  static_assert(std::is_same_v<decltype(chosen), const ndarray<double, 1>>);
  EXPECT_EQ(sum(chosen), 2.0);
}

TEST(axis_iterator, shapes_as_lists) {
  EXPECT_EQ(zeros({2, 3}).shape(), (shape_t<2>{2, 3}));
  EXPECT_EQ(zeros<int>({4}).shape(), (shape_t<1>{4}));
  EXPECT_TRUE(array_equal(ones<int>({2}), ndarray{1, 1}));
  EXPECT_EQ(empty({2, 0, 1}).shape(), (shape_t<3>{2, 0, 1}));
  const ndarray a{1, 2, 3};
  EXPECT_TRUE(array_equal(roll(a, {1}, axis(0)), roll(a, 1)));
}

} // namespace
