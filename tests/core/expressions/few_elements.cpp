/// @file
/// Small arrays are evaluated at once: with the same results as large ones, wherever they lie.

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
