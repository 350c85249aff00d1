// Axes whose elements are dealt out to the parts in turn, and arrays with such axes.
#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/distributed/functions/cumulative.hpp>
#include <tessera/distributed/reduce.hpp>

#include <string>

using namespace tessera_test;

namespace {

/// Every element has one owner, where it has a place of its own.
void check_axis(const axis_distribution& axis) {
  index_t total = 0;
  for (int k = 0; k < axis.parts(); ++k) {
    total += axis.count(k);
    for (index_t local = 0; local < axis.count(k); ++local) {
      const index_t i = axis.to_global(k, local);
      ASSERT_EQ(axis.owner(i), k);
      ASSERT_EQ(axis.to_local(i), local);
      ASSERT_EQ(axis.count_below(k, i), local);
      const index_t run = axis.stretch_length(k, local);
      ASSERT_GE(run, 1);
      ASSERT_EQ(axis.to_global(k, local + run - 1), i + run - 1);
      if (local + run == axis.count(k)) continue;
      ASSERT_GT(axis.to_global(k, local + run), i + run);
    }
  }
  EXPECT_EQ(total, axis.size());
}

global_array<double, 2> random_array(random_source& random, const shape_t<2>& shape) {
  const process_grid<2> grid = random_grid<2>(random, world());
  global_array<double, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
  fill_numbered(u);
  return u;
}

} // namespace

TEST(cyclic, axes_in_closed_form) {
  for (index_t size = 0; size < 20; ++size)
    for (int parts = 1; parts < 6; ++parts)
      for (index_t run = 1; run < 6; ++run) check_axis(axis_distribution::cyclic(size, parts, run));
  const axis_distribution one = axis_distribution::cyclic(11, 3, 2); // 0 0 1 1 2 2 0 0 1 1 2
  EXPECT_EQ(one.owner(7), 0);
  EXPECT_EQ(one.to_local(7), 3);
  EXPECT_EQ(one.count(2), 3);
  EXPECT_EQ(one, axis_distribution::cyclic(11, 3, 2));
  EXPECT_FALSE(one == axis_distribution::cyclic(11, 3, 1));
  EXPECT_FALSE(one == axis_distribution(11, 3));
  EXPECT_EQ(axis_distribution::cyclic(11, 1, 2), axis_distribution(11, 1));
}

TEST(cyclic, a_million_parts_at_once) {
  const axis_distribution axis = axis_distribution::cyclic(index_t{1} << 60, 1000003, 1024);
  for (int k = 0; k < axis.parts(); k += 997) {
    const index_t i = axis.to_global(k, axis.count(k) - 1);
    if (axis.owner(i) != k || axis.to_local(i) != axis.count(k) - 1) ADD_FAILURE() << k;
  }
}

TEST(cyclic, what_is_refused) {
  EXPECT_NE(message_of<argument_error>([] { axis_distribution::cyclic(4, 2, 0); }).find("0"),
            std::string::npos);
  const axis_distribution axis = axis_distribution::cyclic(9, 2, 2);
  EXPECT_NE(message_of<argument_error>([&] { return axis.block(0).lower; }).find("redistribute"),
            std::string::npos);
  const process_grid<1> grid(world());
  const distribution<1> dealt(std::array{axis_distribution::cyclic(40, world().size(), 2)});
  if (world().size() == 1) return;
  message_of<argument_error>([&] { global_array<double, 1>(grid, dealt, halo<1>(1)); });
  global_array<double, 1> u(grid, dealt);
  u = 1.0;
  message_of<argument_error>([&] { return u.block().lower[0]; });
  const ndarray<double, 1> local(shape_t<1>{40}, 1.0);
  message_of<argument_error>([&] { u = u + local; });
  message_of<argument_error>([&] { return sum(u(slice(0, none, 3)) * 2.0); });
  message_of<argument_error>([&] { u(slice(1, none)) = u(slice(none, -1)) * 2.0; });
  const std::string text = message_of<argument_error>([&] { // nothing moves silently
    global_array<double, 1> blocks(grid, {40});
    blocks = u + 1.0;
  });
  EXPECT_NE(text.find("cyclic in runs of 2"), std::string::npos) << text;
}

TEST(cyclic, redistribution_between_everything) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 150; ++trial) {
    const shape_t<2> shape = random_shape_of<2>(random, 24);
    const auto from = random_array(random, shape);
    auto to = random_array(random, shape);
    spoil(to);
    const copy_plan plan(from, to);
    plan.run(from, to);
    EXPECT_EQ(wrong_elements(to), 0)
        << describe(from.distribution()) << describe(to.distribution());
    EXPECT_EQ(wrong_elements(from), 0);
    EXPECT_EQ(wrong_elements(to.gather_all()), 0) << describe(to.distribution());
  }
}

TEST(cyclic, each_element_travels_once_at_most) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 60; ++trial) {
    const shape_t<2> shape = random_shape_of<2>(random, 20);
    const auto from = random_array(random, shape);
    const auto to = random_array(random, shape);
    index_t leaving = 0;
    const int me = world().rank();
    for_each_index(shape, [&](const shape_t<2>& at) {
      const bool leaves = from.distribution().owner(at) == me && to.distribution().owner(at) != me;
      leaving += leaves ? 1 : 0;
    });
    EXPECT_EQ(copy_plan(from, to).bytes(), leaving * 8) << describe(from.distribution());
  }
}

TEST(cyclic, views_and_assignment) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 80; ++trial) {
    const shape_t<2> shape{random.between(1, 15), random.between(1, 15)};
    auto u = random_array(random, shape);
    auto t = random_array(random, {shape[1], shape[0]});
    const ndarray<double, 2> whole = u.gather_all();
    const std::string what = describe(u.distribution());
    const index_t step = random.between(1, 5);
    const slice rows(random.between(-8, 8), none, random.one_in(2) ? step : -step);
    const index_t row = random.between(0, shape[0] - 1);
    expect_same(u(rows), whole(rows), what);
    expect_same(u(row, slice(none, none, -2)), whole(row, slice(none, none, -2)), what);
    expect_same(u(rows, newaxis, -1), whole(rows, newaxis, -1), what);
    ndarray<double, 2> expected = t.gather_all();
    t(all, 0) = u(row, all);
    expected(all, 0) = whole(row, all);
    expect_same(t, expected, what);
    t(all, all) = u.transpose();
    expect_same(t, whole.transpose(), what);
  }
}

TEST(cyclic, expressions_and_reductions) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 60; ++trial) {
    const shape_t<2> shape{random.between(1, 15), random.between(1, 15)};
    const auto u = random_array(random, shape);
    auto v = u;
    const ndarray<double, 2> whole = u.gather_all();
    const std::string what = describe(u.distribution());
    v = 2.0 * u + v;
    expect_same(v, 3.0 * whole, what);
    EXPECT_EQ(sum(u * v), sum(whole * (3.0 * whole))) << what;
    EXPECT_EQ(max(u - 1.0), max(whole - 1.0)) << what;
    const slice middle(random.between(0, shape[0] - 1), none);
    EXPECT_EQ(sum(u(middle) + v(middle)), sum(4.0 * whole(middle))) << what;
    const index_t row = random.between(0, shape[0] - 1);
    EXPECT_EQ(sum(u(row, all) * v(row, all)), sum(whole(row, all) * (3.0 * whole(row, all))))
        << what;
    const slice back(none, none, -1);
    v(back, all) = u(back, all) + 1.0;
    expect_same(v, whole + 1.0, what);
    v = whole(0, 0); // a scalar
    v(middle, 0) = 7.0;
    ndarray<double, 2> expected(shape, whole(0, 0));
    expected(middle, 0) = 7.0;
    expect_same(v, expected, what);
  }
}

TEST(cyclic, gather_scatter_and_checksum) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 40; ++trial) {
    const shape_t<2> shape = random_shape_of<2>(random, 12);
    const auto u = random_array(random, shape);
    auto v = random_array(random, shape);
    EXPECT_EQ(checksum(u), checksum(v)) << describe(u.distribution());
    const int root = static_cast<int>(random.between(0, world().size() - 1));
    const ndarray<double, 2> whole = u.gather(root);
    v = 0.0;
    v.scatter(whole.view(), root);
    EXPECT_EQ(wrong_elements(v), 0) << describe(v.distribution());
  }
}

TEST(cyclic, reductions_along_axes_and_running_sums) {
  if (world().size() == 1) return;
  const distribution<1> dealt(std::array{axis_distribution::cyclic(40, world().size(), 2)});
  global_array<double, 1> u(process_grid<1>(world()), dealt);
  u.fill([](index_t i) { return static_cast<double>(i % 7); });
  EXPECT_EQ(argmax(u), 6);
  expect_same(cumsum(u, axis(0)), cumsum(u.gather_all(), axis(0)), "");
  global_array<double, 2> v(process_grid<2>(world(), {world().size(), 1}),
                            distribution<2>(std::array{dealt.axis(0), axis_distribution(3, 1)}));
  fill_numbered(v);
  const ndarray<double, 2> whole = v.gather_all();
  EXPECT_TRUE(array_equal(sum(v, axis(0)), sum(whole, axis(0))));
  EXPECT_TRUE(array_equal(sum(v, axis(1)), sum(whole, axis(1))));
}
