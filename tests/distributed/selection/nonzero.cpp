// Where global arrays are true, against the local functions of the gathered array.
#include "gathered.hpp"

#include <tessera/core/selection/mask.hpp>
#include <tessera/distributed/selection/nonzero.hpp>

#include <string>

using namespace tessera_test;

namespace {

void expect_balanced(const axis_distribution& rule, const process_grid<1>& grid,
                     const std::string& what) {
  EXPECT_EQ(rule, axis_distribution(rule.size(), grid.size())) << what;
}

} // namespace

TEST(nonzero, places_in_order) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 9; ++trial) {
    gathered_case c(random, trial % 3 == 0 ? 40 : 8);
    const double least = static_cast<double>(random.between(0, c.whole.size()));
    const auto found = flatnonzero(c.u > least);
    expect_same(found, flatnonzero(c.whole > least), c.what);
    expect_balanced(found.distribution().axis(0), found.grid(), c.what);
    expect_same(flatnonzero(c.u - least), flatnonzero(c.whole - least), c.what);
    const auto places = nonzero(c.u % 3.0);
    const auto expected = nonzero(c.whole % 3.0);
    for (std::size_t d = 0; d < 2; ++d) expect_same(places[d], expected[d], c.what);
    expect_same(argwhere(c.u % 2.0), argwhere(c.whole % 2.0), c.what);
    expect_same(where(c.u.transpose() < least)[1], where(c.whole.transpose() < least)[1], c.what);
  }
}

TEST(nonzero, many_and_short_rows) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const process_grid<3> grid(world(), {1, world().size(), 1});
  global_array<std::int64_t, 3> u(grid,
                                  distribution_of_any_kind(random, {1100, 5, 3}, grid.dims()));
  fill_numbered(u);
  const auto whole = u.gather_all();
  const auto places = nonzero(u % 3);
  const auto expected = nonzero(whole % 3);
  for (std::size_t d = 0; d < 3; ++d) expect_same(places[d], expected[d], "short rows");
  EXPECT_EQ(flatnonzero(u < 0).size(), 0);
  EXPECT_EQ(argwhere(u < 0).shape(), (shape_t<2>{0, 3}));
}

// The local functions, against a loop.
TEST(nonzero, local_places) {
  const ndarray<double, 3> a{{{0, 1, 2}, {0, 0, 3}}, {{4, 0, 0}, {0, 0, 0}}};
  const auto [i, j, k] = nonzero(a);
  EXPECT_TRUE(array_equal(i, ndarray<index_t, 1>{0, 0, 0, 1}));
  EXPECT_TRUE(array_equal(j, ndarray<index_t, 1>{0, 0, 1, 0}));
  EXPECT_TRUE(array_equal(k, ndarray<index_t, 1>{1, 2, 2, 0}));
}
