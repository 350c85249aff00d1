#include <tessera/distributed/distribution/box.hpp>

#include "cases.hpp"

using namespace tessera_test;

namespace {

box<2> random_box(random_source& random) {
  box<2> result;
  for (std::size_t d = 0; d < 2; ++d) {
    result.lower[d] = random.between(-4, 8);
    result.upper[d] = random.between(-4, 8); // often below the lower end: empty
  }
  return result;
}

} // namespace

TEST(box, shape_and_size) {
  const box<3> b{{1, 2, 3}, {4, 2, 8}};
  EXPECT_EQ(b.shape(), (shape_t<3>{3, 0, 5}));
  EXPECT_EQ(b.size(), 0);
  EXPECT_TRUE(b.empty());
  EXPECT_EQ((box<2>{{0, 1}, {2, 4}}.size()), 6);
  EXPECT_TRUE(box<2>().empty());
}

TEST(box, upper_end_is_outside) {
  const box<2> b{{1, 2}, {3, 5}};
  EXPECT_TRUE(b.contains({1, 2}));
  EXPECT_TRUE(b.contains({2, 4}));
  EXPECT_FALSE(b.contains({3, 4}));
  EXPECT_FALSE(b.contains({2, 5}));
  EXPECT_FALSE(b.contains({0, 2}));
}

TEST(box, with_its_ends_swapped_is_empty) {
  const box<1> b{{5}, {2}};
  EXPECT_EQ(b.shape(), shape_t<1>{0});
  EXPECT_FALSE(b.contains({3}));
}

TEST(box, intersection_equals_brute_force) {
  random_source random;
  SCOPED_TRACE(random.trace());
  int met = 0;
  for (int i = 0; i < 500; ++i) {
    const box<2> a = random_box(random);
    const box<2> b = random_box(random);
    const box<2> both = intersect(a, b);
    index_t cells = 0;
    for (index_t x = -5; x < 9; ++x)
      for (index_t y = -5; y < 9; ++y) {
        const bool expected = a.contains({x, y}) && b.contains({x, y});
        EXPECT_EQ(both.contains({x, y}), expected);
        cells += expected ? 1 : 0;
      }
    EXPECT_EQ(both.size(), cells);
    EXPECT_EQ(intersect(b, a).size(), cells);
    met += cells > 0 ? 1 : 0;
  }
  EXPECT_GT(met, 5);
}
