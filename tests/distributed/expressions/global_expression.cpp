#include "message_of.hpp"
#include "numbered_values.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <string>

using namespace tessera_test;

namespace {

template <class F> void expect_both_named(const std::string& a, const std::string& b, F&& f) {
  const std::string text = message_of<argument_error>(f);
  EXPECT_NE(text.find(a), std::string::npos) << text;
  EXPECT_NE(text.find(b), std::string::npos) << text;
}

} // namespace

TEST(global_expression, expressions) {
  const global_array<double, 2> v = numbered();
  const global_array<double, 2> w = numbered({7, 9}, halo<2>(2)); // halos may differ
  global_array<double, 2> u = numbered({7, 9}, halo<2>(1));
  u = 2.0 * v + w;
  EXPECT_EQ(differing(u, [](double x) { return 3.0 * x; }), 0);
  u = -sqrt(v) / 2.0;
  EXPECT_EQ(differing(u, [](double x) { return -std::sqrt(x) / 2.0; }), 0);
  u = 5;
  EXPECT_EQ(differing(u, [](double) { return 5.0; }), 0);
  u = where(v > 10.0, w, 0.0);
  EXPECT_EQ(differing(u, [](double x) { return x > 10.0 ? x : 0.0; }), 0);
  global_array<bool, 2> large(v.grid(), v.distribution());
  large = v > 10.0;
  EXPECT_EQ(sum(large.gather_all()), 53);
}

TEST(global_expression, compound_assignment) {
  global_array<double, 2> u = numbered();
  const global_array<double, 2> v = numbered();
  u += v;
  u *= 3.0;
  u -= 2.0 * v;
  u /= 2.0;
  EXPECT_EQ(differing(u, [](double x) { return 2.0 * x; }), 0);
}

TEST(global_expression, reads_what_it_writes) {
  global_array<double, 2> u = numbered();
  u = u + 1.0;
  EXPECT_EQ(differing(u, [](double x) { return x + 1.0; }), 0);
  u = u * u - u;
  EXPECT_EQ(differing(u, [](double x) { return (x + 1.0) * (x + 1.0) - (x + 1.0); }), 0);
}

TEST(global_expression, overlapping_slices_of_own_elements) {
  global_array<double, 1> u(process_grid<1>(world()), {10 * world().size()});
  u.fill([](index_t i) { return static_cast<double>(i % 10); });
  const view<double, 1> mine = u.owned();
  mine(slice(1, none)) = mine(slice(none, -1));
  EXPECT_EQ(mine(0), 0.0);
  for (index_t i = 1; i < 10; ++i) EXPECT_EQ(mine(i), static_cast<double>(i - 1));
}

TEST(global_expression, assignment_leaves_the_halo_alone) {
  global_array<double, 2> u = numbered({8, 8}, halo<2>(1));
  u.padded() = 4.0;
  u = 1.0;
  const auto halo_cells = static_cast<double>(u.padded().size() - u.owned().size());
  EXPECT_EQ(sum(u.padded()) - sum(u.owned()), 4.0 * halo_cells);
}

TEST(global_expression, different_distributions_are_refused_on_all_ranks) {
  global_array<double, 2> u(process_grid<2>(world(), {1, 0}), {7, 9});
  const global_array<double, 2> v(process_grid<2>(world(), {1, 0}), {8, 9});
  message_of<shape_error>([&] { u = v; });
  message_of<shape_error>([&] { u = 2.0 * v; });
  message_of<shape_error>([&] { u += v; });
  if (world().size() == 1) return;
  const global_array<double, 2> w = cut_otherwise();
  const auto refused = [&](auto&& f) {
    expect_both_named(to_string(u.distribution()), to_string(w.distribution()), f);
  };
  refused([&] { u = w; });
  refused([&] { u = u + w; });
  refused([&] { u = w * u; });
}

TEST(global_expression, other_ranks_are_refused) {
  if (world().size() == 1) GTEST_SKIP() << "one rank has no other order";
  const communicator reversed = world().split(0, -world().rank());
  global_array<double, 1> u(process_grid<1>(world()), {12});
  const global_array<double, 1> v(process_grid<1>(reversed), {12});
  const std::string text = message_of<argument_error>([&] { u = 2.0 * v; });
  EXPECT_NE(text.find("another communicator"), std::string::npos) << text;
}

TEST(global_expression, over_another_grid_of_the_same_ranks) {
  global_array<double, 1> u(process_grid<1>(world()), {12});
  global_array<double, 1> v(process_grid<1>(world()), {12});
  fill_numbered(v);
  u = 1.0 * v;
  EXPECT_EQ(wrong_elements(u), 0);
}

TEST(global_expression, equal_boundaries_are_the_same_distribution) {
  const process_grid<1> grid(world());
  const distribution<1> blocks({23}, grid);
  std::vector<index_t> boundaries{0};
  for (int k = 0; k < world().size(); ++k) boundaries.push_back(blocks.axis(0).block(k).upper);
  global_array<double, 1> u(grid, distribution<1>::explicit_boundaries({boundaries}));
  global_array<double, 1> v(grid, blocks);
  fill_numbered(v);
  u = v;
  EXPECT_EQ(wrong_elements(u), 0);
}

// Whether two arrays go together does not depend on how many ranks there happen to be.
TEST(global_expression, grids_asked_for_in_different_ways) {
  const process_grid<2> near_equal(world());
  const process_grid<2> rows(world(), {0, 1});
  const process_grid<2> rows_for_shape(world(), {0, 1}, {7, 9});
  const process_grid<2> for_shape(world(), {}, {7, 9});
  const process_grid<2> given(world(), {world().size(), 1});
  global_array<double, 2> x(near_equal, {7, 9}, halo<2>(1));
  global_array<double, 2> y(rows, {7, 9}, halo<2>(1));
  y = 2.0;
  expect_both_named("{0, 0}", "{0, 1}", [&] { x = y; });
  expect_both_named("{0, 0}", "{0, 1}", [&] { y = x + 1.0; });
  expect_both_named("{0, 0}", "{0, 1}", [&] { y += x; });
  expect_both_named("{0, 0}", "{0, 1}", [&] { static_cast<void>(sum(x * y)); });
  expect_both_named("{0, 0}", "{0, 1}", [&] { x = copy(2.0 * y) + 1.0; });
  expect_both_named("{0, 0}", "{0, 1}", [&] { apply(x, y, [](auto c) { return c(0, 0); }); });
  global_array<double, 2> z(for_shape, {7, 9});
  expect_both_named("{0, 0} for shape (7, 9)", "{0, 0}", [&] { z = x; });

  global_array<double, 2> same(rows_for_shape, {7, 9});
  same = y; // the shape had no choice
  EXPECT_EQ(sum(same), 126.0);
  global_array<double, 2> fixed(given, {7, 9});
  fixed = y; // there is but this number of ranks for it
  EXPECT_EQ(sum(fixed), 126.0);
  redistribute(y, x);
  EXPECT_EQ(sum(x), 126.0);
  x = global_array<double, 2>(rows, {7, 9}); // replaces the array with its grid
  x = y;
  EXPECT_EQ(sum(x), 126.0);
}
