// Copies of views and expressions: the elements, and that they stay where they are.
#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/distributed/arrays/shift.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/functions/rearrange.hpp>

#include <string>

using namespace tessera_test;

namespace {

/// Messages that it takes to move a view's elements to a copy of it.
template <class View, class Copy> index_t messages_to(const View& from, Copy& to) {
  const auto target = to.view().node();
  return detail::plan_between(target.ref(), from.node().ref()).messages();
}

} // namespace

TEST(copy, of_views) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 50; ++trial) {
    const shape_t<2> shape{random.between(1, 9), random.between(1, 9)};
    auto [u, whole, what] = gathered_case(random, shape);
    const slice rows(random.between(0, 2), none, random.between(1, 3));
    const slice backward(none, none, -1);
    const index_t row = random.between(0, shape[0] - 1);
    expect_same(copy(u), whole, what);
    expect_same(copy(u(rows)), whole(rows), what);
    expect_same(copy(u(row, all)), whole(row, all), what);
    expect_same(copy(u(rows, 0)), whole(rows, 0), what);
    expect_same(copy(u(backward, rows)), whole(backward, rows), what);
    expect_same(copy(u.transpose()), whole.transpose(), what);
    expect_same(copy(u(newaxis, row, all)), whole(newaxis, row, all), what);
  }
}

TEST(copy, of_arrays_assigned_to_views) {
  const process_grid<1> line(world());
  global_array<double, 1> from(line, {20});
  fill_numbered(from);
  global_array<double, 1> to(line, {26});
  to = 0.0;
  to(slice(3, 23)) = from; // as from(all): elements travel
  expect_same(to(slice(3, 23)), from.gather_all(), "an array assigned to a view");
  EXPECT_EQ(sum(to), sum(from));
}

TEST(copy, of_expressions) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 50; ++trial) {
    const shape_t<2> shape{random.between(1, 9), random.between(1, 9)};
    const process_grid<2> grid = random_grid<2>(random, world());
    global_array<double, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
    global_array<double, 2> v = u;
    fill_numbered(u);
    v = 3.0;
    const ndarray<double, 2> whole = u.gather_all();
    const std::string what = describe(u.distribution());
    const slice rows(random.between(0, 2), none);
    const slice backward(none, none, -1);
    const index_t row = random.between(0, shape[0] - 1);
    expect_same(copy(2.0 * u + v), 2.0 * whole + 3.0, what);
    expect_same(copy(u(rows) * v(rows)), whole(rows) * 3.0, what);
    expect_same(copy(u(row, all) + v(row, all)), whole(row, all) + 3.0, what);
    expect_same(copy(u(all, 0) + v(all, 0)), whole(all, 0) + 3.0, what);
    expect_same(copy(-u(backward, rows)), -whole(backward, rows), what);
    expect_same(copy(u.transpose() + v.transpose()), whole.transpose() + 3.0, what);
    const auto is_large = copy(u > 4.0);
    static_assert(std::is_same_v<decltype(is_large)::value_type, bool>);
    expect_same(is_large, whole > 4.0, what);
  }
}

TEST(copy, differences_of_neighbours) {
  global_array<double, 1> u(process_grid<1>(world()), {6 * world().size()}, halo<1>(1));
  u.fill([](index_t i) { return static_cast<double>(i * i); });
  const auto d = copy(u(slice(1, none)) - u(slice(none, -1)));
  const ndarray<double, 1> whole = u.gather_all();
  expect_same(d, whole(slice(1, none)) - whole(slice(none, -1)), "");
}

// Views that are shifted against each other meet in the middle: half the distance is halo enough.
TEST(copy, central_differences) {
  const process_grid<2> grid(world());
  const index_t n = 3 * world().size() + 4;
  global_array<double, 2> f(grid, {n, n + 1}, halo<2>(1));
  f.fill([](index_t i, index_t j) { return static_cast<double>(i * i * i + 7 * i * j * j); });
  const ndarray<double, 2> whole = f.gather_all();
  const slice later(2, none);
  const slice earlier(none, -2);
  const slice middle(1, -1);
  expect_same(copy(f(later, all) - f(earlier, all)), whole(later, all) - whole(earlier, all), "0");
  expect_same(copy(f(all, earlier) - f(all, later)), whole(all, earlier) - whole(all, later), "1");
  expect_same(copy(f(later, earlier) * f(earlier, later)),
              whole(later, earlier) * whole(earlier, later), "both");
  expect_same(copy(f(later, middle) - 2.0 * f(middle, middle) + f(earlier, middle)),
              whole(later, middle) - 2.0 * whole(middle, middle) + whole(earlier, middle),
              "second");
  EXPECT_EQ(sum(f(later, all) - f(earlier, all)), sum(whole(later, all) - whole(earlier, all)));
  const auto rows = sum(f(later, all) - f(earlier, all), axis(0));
  EXPECT_TRUE(array_equal(rows, sum(whole(later, all) - whole(earlier, all), axis(0))));
}

TEST(copy, of_views_too_far_apart_names_both_and_the_halo) {
  if (world().size() == 1) return;
  global_array<double, 1> f(process_grid<1>(world()), {8 * world().size()}, halo<1>(1));
  f = 1.0;
  const std::string text = message_of<argument_error>(
      [&] { static_cast<void>(copy(f(slice(6, none)) - f(slice(none, -6)))); });
  const std::string end = std::to_string(8 * world().size());
  for (const std::string& part :
       {"[6:" + end + "]", "[0:" + std::to_string(8 * world().size() - 6) + "]",
        std::string("a halo of (0, 3) would hold what is read, it has (1, 1)")})
    EXPECT_NE(text.find(part), std::string::npos) << part << " in " << text;
}

TEST(copy, elements_of_forward_views_stay_where_they_are) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 50; ++trial) {
    const shape_t<2> shape{random.between(1, 9), random.between(1, 9)};
    const process_grid<2> grid = random_grid<2>(random, world());
    const global_array<double, 2> u(grid, random_distribution<2>(random, shape, grid.dims()));
    const slice rows(random.between(0, 2), none, random.between(1, 3));
    const index_t row = random.between(0, shape[0] - 1);
    auto part = copy(u(rows, all));
    EXPECT_EQ(messages_to(u(rows, all), part), 0) << describe(u.distribution());
    auto line = copy(u(row, all));
    EXPECT_EQ(messages_to(u(row, all), line), 0) << describe(u.distribution());
    auto column = copy(u(rows, -1));
    EXPECT_EQ(messages_to(u(rows, -1), column), 0) << describe(u.distribution());
  }
}

TEST(copy, of_what_has_no_distribution_is_refused) {
  global_array<double, 1> u(process_grid<1>(world()), {4});
  u = 1.0;
  const ndarray<double, 1> row(shape_t<1>{4}, 1.0);
  const ndarray<double, 2> column(shape_t<2>{3, 1}, 1.0);
  EXPECT_EQ(sum(copy(u + column)), 24.0);
  // Repeated along the axis that is divided.
  if (world().size() > 1)
    message_of<argument_error>([&] { return copy(u(slice(0, 1)) + row).size(); });
  else
    EXPECT_EQ(sum(copy(u(slice(0, 1)) + row)), 8.0);
}

// Neighbours are read in halos; what is made of them must not be read at their own places.
TEST(copy, of_shifted_views) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 20; ++trial) {
    const shape_t<2> shape{random.between(4, 9), random.between(4, 9)};
    const process_grid<2> grid = random_grid<2>(random, world());
    global_array<double, 2> u(grid, shape, halo<2>(1, true));
    fill_numbered(u);
    const ndarray<double, 2> whole = u.gather_all();
    const std::string what = describe(u.distribution());
    expect_same(copy(shift(u, {1, 0})), roll(whole, -1, axis(0)), what);
    expect_same(copy(shift(u(0, all), {1})), roll(whole, -1, axis(1))(0, all), what);
    expect_same(ravel(shift(u, {0, -1})), ravel(roll(whole, 1, axis(1))), what);
  }
}
