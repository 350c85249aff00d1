#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/core/selection/pick.hpp>
#include <tessera/distributed/subscripts/take.hpp>

#include <string>

using namespace tessera_test;

namespace {

using index_list = ndarray<index_t, 1>;

index_list random_subscripts(random_source& random, index_t n, index_t count) {
  index_list result(shape_t<1>{n == 0 ? 0 : count});
  for (index_t k = 0; k < result.size(); ++k) result(k) = random.between(-n, n - 1);
  return result;
}

/// The element that a subscript names, which may count from the end.
double& named(ndarray<double, 1>& a, index_t i) { return a(i < 0 ? i + a.size() : i); }

/// The same under any distribution.
global_array<index_t, 1> spread(random_source& random, const index_list& list) {
  const process_grid<1> grid(world());
  global_array<index_t, 1> result(grid,
                                  distribution_of_any_kind(random, list.shape(), grid.dims()));
  result.view().assign(global_array(grid, list).view());
  return result;
}

/// An array of one axis, and the same on every rank.
struct line_case {
  explicit line_case(random_source& random) {
    const process_grid<1> grid = random_grid<1>(random, world());
    const shape_t<1> shape{random.between(1, 30)};
    u = global_array<double, 1>(grid, distribution_of_any_kind(random, shape, grid.dims()));
    fill_numbered(u);
    whole = u.gather_all();
    local = random_subscripts(random, shape[0], random.between(0, 40));
    global = spread(random, local);
    values = ndarray<double, 1>(local.shape());
    for (index_t k = 0; k < values.size(); ++k) values(k) = 0.1 * static_cast<double>(k);
  }
  global_array<double, 1> u;
  ndarray<double, 1> whole;
  index_list local;
  global_array<index_t, 1> global;
  ndarray<double, 1> values;
};

} // namespace

TEST(take, subscripts_read_and_write_as_in_core) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 12; ++i) {
    line_case c(random);
    auto& [u, whole, local, global, values] = c;
    expect_same(u(local).copy(), ndarray<double, 1>(whole(local)), "local");
    const global_array read = u(global);
    EXPECT_EQ(read.distribution(), global.distribution());
    expect_same(read, ndarray<double, 1>(whole(local)), "global");
    expect_same(copy(2.0 * u(global) + 1.0), ndarray<double, 1>(2.0 * whole(local) + 1.0),
                "in all");
    u(global) = values;
    put(whole, local, values);
    if (values.size() > 0 && world().size() == 1) expect_same(u, whole, "assigned");
    whole = u.gather_all();
    for (index_t k = 0; k < values.size(); ++k) { // one of those that were given
      bool found = false;
      for (index_t j = 0; j < values.size(); ++j)
        found = found ||
                ((local(j) - local(k)) % whole.size() == 0 && values(j) == named(whole, local(k)));
      EXPECT_TRUE(found) << k;
    }
    u(local) = values;
    put(whole, local, values);
    expect_same(u, whole, "assigned by local subscripts");
    u(local) += 2.5;
    const ndarray<double, 1> more = ndarray<double, 1>(whole(local)) + 2.5;
    put(whole, local, more);
    expect_same(u, whole, "increased");
    add_at(u, local, values);
    for (index_t k = 0; k < local.size(); ++k) named(whole, local(k)) += values(k);
    expect_same(u, whole, "added");
    add_at(u(global), 1.0);
    for (index_t k = 0; k < local.size(); ++k) named(whole, local(k)) += 1.0;
    if (values.size() == 0) expect_same(u, whole, "ones added");
  }
}

TEST(take, pairs_of_subscripts_and_views) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 8; ++i) {
    gathered_case c(random, {random.between(1, 9), random.between(2, 9)});
    const index_list rows = random_subscripts(random, c.u.shape()[0], 20);
    const index_list columns = random_subscripts(random, c.u.shape()[1] - 1, 20);
    const auto part = c.u(slice(none, none, -1), slice(1, none));
    const auto local_part = c.whole(slice(none, none, -1), slice(1, none));
    expect_same(c.u(rows, columns).copy(), ndarray<double, 1>(c.whole(rows, columns)), c.what);
    expect_same(part(spread(random, rows), columns).copy(),
                ndarray<double, 1>(local_part(rows, columns)), c.what);
    part.transpose()(columns, rows) = 3.5;
    local_part(rows, columns) = 3.5;
    expect_same(c.u, c.whole, c.what);
    expect_same(take(c.u, rows, axis(0)), take(c.whole, rows, axis(0)), c.what);
    expect_same(take(c.u, spread(random, columns), axis(1)), take(c.whole, columns, axis(1)),
                c.what);
    const index_list flat = random_subscripts(random, c.u.size(), 24);
    const ndarray<index_t, 2> square = reshape(flat, {4, 6});
    expect_same(take(c.u, square), take(c.whole, square), c.what);
    put(c.u, square, ndarray<double, 1>{1.0, 2.0, 3.0});
    put(c.whole, square, ndarray<double, 1>{1.0, 2.0, 3.0});
    expect_same(c.u, c.whole, c.what);
  }
}

TEST(take, along_an_axis) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 6; ++i) {
    gathered_case c(random, {random.between(1, 9), random.between(1, 9)});
    const auto [n, m] = c.u.shape();
    ndarray<index_t, 2> places({n, 3});
    for (index_t k = 0; k < places.size(); ++k) places.data()[k] = random.between(-m, m - 1);
    expect_same(take_along_axis(c.u, places, axis(1)), take_along_axis(c.whole, places, axis(1)),
                c.what);
    const global_array<index_t, 2> spread(c.u.grid(), places);
    expect_same(take_along_axis(c.u, spread, axis(-1)), take_along_axis(c.whole, places, axis(1)),
                c.what);
    put_along_axis(c.u, spread, -1.0, axis(1));
    put_along_axis(c.whole, places, -1.0, axis(1));
    expect_same(c.u, c.whole, c.what);
  }
}

TEST(take, errors_are_the_same_on_all_ranks) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {3, 4});
  u = 0.0;
  const index_list wrong{0, 4};
  const std::string said = message_of<index_error>([&] { static_cast<void>(u(wrong, wrong)); });
  EXPECT_NE(said.find("subscript 4, number "), std::string::npos) << said;
  EXPECT_NE(said.find(" of this rank's part of the list, is outside axis 0 of shape (3, 4)"),
            std::string::npos)
      << said;
  EXPECT_EQ(message_of<index_error>([&] { static_cast<void>(take(u, wrong, axis(0))); }),
            "subscript 4 is outside axis 0 of shape (3, 4)");
  EXPECT_EQ(message_of<shape_error>([&] {
              static_cast<void>(take_along_axis(u, ndarray<index_t, 2>({2, 1}), axis(1)));
            }),
            "subscripts of shape (2, 1) along axis 1 of an array of shape (3, 4); the other axes "
            "must be equal");
  const index_list few{0, 1};
  const ndarray<double, 1> three{1.0, 2.0, 3.0};
  EXPECT_THROW(u(few, few) = three, shape_error);
}
