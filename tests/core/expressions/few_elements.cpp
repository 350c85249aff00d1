/// @file
/// Small arrays are evaluated at once: with the same results as large ones, wherever they lie.

#include "random_source.hpp"

#include <tessera/core.hpp>

#include <gtest/gtest.h>

#include <vector>

using namespace tessera;

namespace {

std::vector<double> numbered(index_t n) {
  std::vector<double> memory(static_cast<std::size_t>(n));
  for (index_t i = 0; i < n; ++i)
    memory[static_cast<std::size_t>(i)] = static_cast<double>(i * i % 97);
  return memory;
}

} // namespace

TEST(few_elements, that_overlap) {
  constexpr index_t room = 1300;
  for (const index_t n : {1, 2, 7, 8, 33, 511, 512, 513, 600})
    for (const index_t apart :
         {index_t{-600}, -n, -n + 1, index_t{-1}, index_t{0}, index_t{1}, n - 1, n}) {
      const index_t to = 600;
      if (to + apart < 0 || to + apart + n > room) continue;
      std::vector<double> memory = numbered(room);
      const std::vector<double> before = memory;
      const view<double, 1> target(memory.data() + to, {n});
      const view<const double, 1> source(memory.data() + to + apart, {n});
      target = 2.0 * source + target;
      for (index_t i = 0; i < room; ++i) {
        const auto at = static_cast<std::size_t>(i);
        const bool written = i >= to && i < to + n;
        const double expected =
            written ? 2.0 * before[static_cast<std::size_t>(i + apart)] + before[at] : before[at];
        ASSERT_EQ(memory[at], expected) << n << ' ' << apart << ' ' << i;
      }
    }
}

TEST(few_elements, that_lie_otherwise) {
  const ndarray<double, 2> a{{1, 2, 3}, {4, 5, 6}};
  const ndarray<double, 1> row{10, 20, 30};
  ndarray<double, 2> c({2, 3}, 0.0);
  c = a + row;
  EXPECT_TRUE(array_equal(c, ndarray<double, 2>{{11, 22, 33}, {14, 25, 36}}));
  ndarray<double, 2> t({3, 2}, 0.0);
  t = a.transpose() + 1.0;
  EXPECT_TRUE(array_equal(t, ndarray<double, 2>{{2, 5}, {3, 6}, {4, 7}}));
  c(all, slice(none, none, 2)) = a(all, slice(0, 2)) * 2.0;
  EXPECT_TRUE(array_equal(c, ndarray<double, 2>{{2, 22, 4}, {8, 25, 10}}));
  c.view() = a(0, all) + row; // one row to all
  EXPECT_EQ(c.shape(), (shape_t<2>{2, 3}));
  c.view() = a(slice(0, 1), all) - row;
  EXPECT_EQ(c(1, 2), -27.0);
  c.view() = 7.0;
  EXPECT_EQ(sum(c), 42.0);
  ndarray<double, 2> none_of_them({0, 3}, 0.0);
  none_of_them.view() = none_of_them + 1.0;
  EXPECT_EQ(none_of_them.size(), 0);
  ndarray<double, 1> one{5.0};
  one.view() = one + a(0, slice(0, 1));
  EXPECT_EQ(one(0), 6.0);
  EXPECT_THROW(one.view() = row + 1.0, shape_error);
}

namespace {

/// A view of up to two axes somewhere in a piece of memory, in steps of either sign; of those that
/// are read, axes may be broadcast.
template <class T>
view<T, 2> somewhere(random_source& random, std::vector<T>& memory, const shape_t<2>& shape,
                     bool is_read) {
  const bool turned = random.one_in(2);
  const index_t inner = random.one_in(2) ? 1 : random.between(1, 3);
  const std::size_t last = turned ? 0 : 1;
  shape_t<2> strides{};
  strides[last] = inner;
  strides[1 - last] = inner * shape[last] + (random.one_in(2) ? 0 : random.between(0, 3));
  index_t first = random.between(0, 20);
  for (std::size_t d = 0; d < 2; ++d) {
    if (is_read && random.one_in(4)) strides[d] = 0;
    if (!random.one_in(3)) continue;
    first += strides[d] * (shape[d] - 1);
    strides[d] = -strides[d];
  }
  return view<T, 2>(memory.data() + first, shape, strides);
}

template <class T, class U> void expect_as_by_loops(random_source& random) {
  const shape_t<2> shape{random.one_in(3) ? 1 : random.between(1, 20), random.between(1, 40)};
  const auto room = static_cast<std::size_t>(12 * size_of(shape) + 200);
  std::vector<T> memory(room);
  std::vector<U> other(room);
  for (std::size_t i = 0; i < room; ++i) {
    memory[i] = static_cast<T>(i % 101);
    other[i] = static_cast<U>(i % 103);
  }
  const auto to = somewhere(random, memory, shape, false);
  const auto a = somewhere(random, memory, shape, true);
  const auto b = somewhere(random, other, shape, true);
  std::vector<T> expected = memory;
  for (index_t i = 0; i < shape[0]; ++i)
    for (index_t j = 0; j < shape[1]; ++j)
      expected[static_cast<std::size_t>(&to(i, j) - memory.data())] =
          static_cast<T>(a(i, j) * T{2} + static_cast<T>(b(i, j)));
  to = a * T{2} + b;
  ASSERT_EQ(memory, expected);
}

} // namespace

TEST(few_elements, in_any_order) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 3000; ++i) {
    expect_as_by_loops<double, double>(random);
    expect_as_by_loops<double, float>(random);
    expect_as_by_loops<float, float>(random);
    expect_as_by_loops<std::int64_t, std::int16_t>(random);
    if (HasFatalFailure()) FAIL() << "case " << i;
  }
}

TEST(few_elements, of_one_axis_in_steps) {
  for (index_t n = 1; n < 80; ++n)
    for (const index_t step : {2, 3, -1, -2, 5}) {
      // Not an element more than is read.
      const index_t reach = (n - 1) * (step > 0 ? step : -step) + 1;
      std::vector<double> memory = numbered(reach);
      std::vector<float> singles(memory.begin(), memory.end());
      const index_t first = step > 0 ? 0 : reach - 1;
      ndarray<double, 1> c({n}, 0.0);
      ndarray<float, 1> f({n}, 0.0F);
      c = view<double, 1>(memory.data() + first, {n}, {step}) + 1.0;
      f = view<float, 1>(singles.data() + first, {n}, {step}) + 1.0F;
      for (index_t i = 0; i < n; ++i) {
        const double expected = memory[static_cast<std::size_t>(first + i * step)] + 1.0;
        ASSERT_EQ(c(i), expected) << n << ' ' << step << ' ' << i;
        ASSERT_EQ(f(i), static_cast<float>(expected)) << n << ' ' << step << ' ' << i;
      }
    }
}
