// Views of global arrays against the same subscripts of the gathered array.
#include "gathered.hpp"
#include "message_of.hpp"
#include "numbered_values.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/distributed/reduce.hpp>

#include <string>

using namespace tessera_test;

namespace {

slice random_slice(random_source& random, index_t n) {
  const index_t step = random.one_in(2) ? 1 : random.between(-3, 3);
  return slice(random.between(-n - 1, n + 1), random.between(-n - 1, n + 1), step == 0 ? -1 : step);
}

} // namespace

TEST(global_view, gathers_what_a_local_view_shows) {
  random_source random;
  for (int trial = 0; trial < 60; ++trial) {
    const auto shape = random_shape_of<2>(random, 9);
    const auto grids = all_grids<2>(world());
    const process_grid<2>& grid = any_of(random, grids);
    global_array<double, 2> u(grid, random_distribution<2>(random, shape, grid.dims()),
                              random_halo<2>(random, 2));
    fill_numbered(u);
    const ndarray<double, 2> whole = u.gather_all();
    const slice rows = random_slice(random, shape[0]);
    const slice columns = random_slice(random, shape[1]);
    const std::string what = describe(u.distribution()) + " trial " + std::to_string(trial);
    expect_same(u(rows, columns), whole(rows, columns), what);
    expect_same(u(rows), whole(rows), what);
    expect_same(u(newaxis, rows, all), whole(newaxis, rows, all), what);
    expect_same(u.transpose()(columns, rows), whole.transpose()(columns, rows), what);
    if (shape[0] == 0 || shape[1] == 0) continue;
    const index_t row = random.between(-shape[0], shape[0] - 1);
    const index_t column = random.between(-shape[1], shape[1] - 1);
    expect_same(u(row, columns), whole(row, columns), what);
    expect_same(u(rows, column), whole(rows, column), what);
    expect_same(u(rows, columns)(slice(none, none, -1), all),
                whole(rows, columns)(slice(none, none, -1), all), what);
    const ndarray<double, 1> at_last = u(row, columns).gather(world().size() - 1);
    if (world().rank() == world().size() - 1)
      EXPECT_TRUE(array_equal(at_last, whole(row, columns))) << what;
    else
      EXPECT_EQ(at_last.size(), 0);
  }
}

TEST(global_view, is_assigned_to_across_distributions) {
  random_source random;
  for (int trial = 0; trial < 60; ++trial) {
    shape_t<2> shape = random_shape_of<2>(random, 8);
    const auto grids = all_grids<2>(world());
    const process_grid<2>& grid = any_of(random, grids);
    const process_grid<2>& other = any_of(random, grids);
    global_array<double, 2> u(grid, random_distribution<2>(random, shape, grid.dims()));
    global_array<double, 2> t(other,
                              random_distribution<2>(random, {shape[1], shape[0]}, other.dims()));
    fill_numbered(u);
    t = 0.0;
    ndarray<double, 2> expected(t.shape(), 0.0);
    const ndarray<double, 2> whole = u.gather_all();
    const std::string what = describe(u.distribution()) + " to " + describe(t.distribution());
    t(all, all) = u.transpose();
    expected = whole.transpose();
    expect_same(t.view(), expected, what);
    if (shape[0] == 0 || shape[1] == 0) continue;
    t(all, 0) = u(shape[0] - 1, all);
    expected(all, 0) = whole(shape[0] - 1, all);
    expect_same(t.view(), expected, what);
    t(slice(none, none, -1), -1) = u(0, all);
    expected(slice(none, none, -1), -1) = whole(0, all);
    expect_same(t.view(), expected, what);
    // Within one array, overlapping itself.
    u(slice(1, none), all) = u(slice(none, -1), all);
    ndarray<double, 2> moved = whole;
    moved(slice(1, none), all) = whole(slice(none, -1), all);
    expect_same(u.view(), moved, what);
    u(all, all) = u(slice(none, none, -1), slice(none, none, -1));
    const ndarray<double, 2> turned = moved(slice(none, none, -1), slice(none, none, -1)).copy();
    expect_same(u.view(), turned, what);
  }
}

TEST(global_view, differences_without_a_loop) {
  for (const index_t n : {2, 3, 7, 20, 101}) {
    process_grid<1> grid(world());
    global_array<double, 1> u(grid, {n}, halo<1>(1));
    u.fill([](index_t i) { return static_cast<double>(i * i); });
    global_array<double, 1> d(grid, distribution<1>({n}, grid), halo<1>(1));
    d = 0.0;
    if (n < world().size()) {
      continue; // blocks thinner than the shift are tested below
    }
    d(slice(1, none)) = u(slice(1, none)) - u(slice(none, -1));
    const ndarray<double, 1> whole = u.gather_all();
    ndarray<double, 1> expected(shape_t<1>{n}, 0.0);
    expected(slice(1, none)) = whole(slice(1, none)) - whole(slice(none, -1));
    expect_same(d.view(), expected, std::to_string(n));
    EXPECT_EQ(sum(u(slice(1, none)) - u(slice(none, -1))), static_cast<double>((n - 1) * (n - 1)));
  }
}

TEST(global_view, a_stencil_of_slices_as_in_numpy) {
  random_source random;
  for (int trial = 0; trial < 30; ++trial) {
    const shape_t<2> shape{random.between(4, 24), random.between(4, 24)};
    const auto grids = all_grids<2>(world());
    const process_grid<2>& grid = any_of(random, grids);
    global_array<double, 2> u(grid, random_distribution<2>(random, shape, grid.dims()), halo<2>(1));
    bool thin = false;
    for (std::size_t d = 0; d < 2; ++d)
      for (int k = 0; k < grid.dims()[d]; ++k)
        thin = thin || u.distribution().axis(d).block(k).empty();
    fill_numbered(u);
    global_array<double, 2> v = u;
    if (thin) continue;
    const slice inner(1, -1);
    const slice low(none, -2);
    const slice high(2, none);
    v(inner, inner) = u(inner, inner) + 0.1 * (u(low, inner) + u(high, inner) + u(inner, low) +
                                               u(inner, high) - 4.0 * u(inner, inner));
    const ndarray<double, 2> a = u.gather_all();
    ndarray<double, 2> b = a;
    b(inner, inner) = a(inner, inner) + 0.1 * (a(low, inner) + a(high, inner) + a(inner, low) +
                                               a(inner, high) - 4.0 * a(inner, inner));
    expect_same(v.view(), b, describe(u.distribution()));
    // In place, as if all was read before anything is written.
    u(inner, inner) = u(low, inner) + u(high, inner) + u(inner, low);
    b(inner, inner) = a(low, inner) + a(high, inner) + a(inner, low);
    ndarray<double, 2> c = a;
    c(inner, inner) = a(low, inner) + a(high, inner) + a(inner, low);
    expect_same(u.view(), c, describe(u.distribution()));
  }
}

TEST(global_view, local_arrays_broadcast) {
  global_array<double, 2> u = numbered({6, 5}, halo<2>(1));
  const ndarray<double, 2> whole = u.gather_all();
  const ndarray<double, 1> row{1, 2, 3, 4, 5};
  const ndarray<double, 2> column{{1}, {2}, {3}, {4}, {5}, {6}};
  global_array<double, 2> v = u;
  v = u - row;
  expect_same(v.view(), ndarray<double, 2>(whole - row), "row");
  v = column * u + row;
  expect_same(v.view(), ndarray<double, 2>(column * whole + row), "column");
  v = row;
  expect_same(v.view(), ndarray<double, 2>(0.0 * whole + row), "assigned");
  v(1, all) = row;
  EXPECT_EQ(sum(v(1, all) - row), 0.0);
  EXPECT_EQ(max(abs(u - whole)), 0.0);
}

TEST(global_view, halos_are_updated_when_they_are_stale_and_only_then) {
  global_array<double, 1> u(process_grid<1>(world()), {16 * world().size()}, halo<1>(1));
  global_array<double, 1> d = u;
  u = 1.0;
  EXPECT_FALSE(u.halo_is_fresh());
  d(slice(1, none)) = u(slice(1, none)) - u(slice(none, -1));
  const bool several = world().size() > 1;
  EXPECT_EQ(u.halo_is_fresh(), several);
  u.update_halo();
  EXPECT_TRUE(u.halo_is_fresh());
  const global_array<double, 1>& only_read = u;
  EXPECT_EQ(sum(only_read.owned()), 16.0);
  EXPECT_TRUE(u.halo_is_fresh());
}

TEST(global_view, what_lies_too_far_off_is_refused) {
  if (world().size() == 1) return;
  global_array<double, 1> u(process_grid<1>(world()), {8 * world().size()});
  global_array<double, 1> d = u;
  const std::string text = message_of<argument_error>(
      [&] { d(slice(1, none)) = u(slice(1, none)) - u(slice(none, -1)); });
  EXPECT_NE(text.find("halo"), std::string::npos) << text;
}
