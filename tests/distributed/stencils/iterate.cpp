#include "message_of.hpp"
#include "twin_fields.hpp"

#include <tessera/core/reductions/reduction_kernels.hpp>
#include <tessera/distributed/reduce.hpp>

#include <string>

using namespace tessera_test;

namespace {

const auto three_points = [](const auto& c) { return 0.3 * c(-1) + 0.5 * c(0) + 0.1 * c(1); };
const auto wide_with_corners = [](const auto& c) {
  return 0.4 * c(0, 0) + 0.1 * c(-2, -2) + 0.2 * c(-2, 2) + 0.3 * c(2, -1) - 0.1 * c(1, 2) +
         0.05 * c(2, 2);
};
const auto life_like = [](const auto& c) {
  return (c(-1, -1) + 2 * c(0, 1) - c(1, 0) + 3 * c(1, 1)) % 7;
};
const auto corners_3d = [](const auto& c) {
  return 0.5 * c(0, 0, 0) + 0.2 * c(-1, -1, 1) + 0.2 * c(1, 1, -1) - 0.1 * c(1, -1, -1) +
         0.1 * c(0, 1, 0);
};
const auto nine_points = [](const auto& c) {
  return 0.4 * c(0, 0, 0, 0) + 0.1 * (c(-1, 0, 0, 0) + c(1, 0, 0, 0)) +
         0.05 * (c(0, -1, 0, 0) + c(0, 1, 0, 0)) + 0.1 * (c(0, 0, -1, 0) + c(0, 0, 1, 0)) +
         0.05 * c(0, 0, 0, -1) + 0.05 * c(1, 1, 1, 1);
};

/// Halos for so many steps, and on some sides a bit more.
template <std::size_t N> halo<N> deep_halo(random_source& random, index_t width) {
  halo<N> deep;
  for (std::size_t d = 0; d < N; ++d) {
    deep.lower[d] = width + (random.one_in(3) ? random.between(0, 2) : 0);
    deep.upper[d] = width + (random.one_in(3) ? random.between(0, 2) : 0);
    deep.periodic[d] = random.one_in(2);
  }
  return deep;
}

/// On every grid of the ranks: random blocks, halos often wider than they are, any number of steps.
template <class T, std::size_t N, class Kernel>
void check_random(int cases, index_t largest, index_t radius, const Kernel& kernel) {
  random_source random;
  SCOPED_TRACE(random.trace());
  index_t changed = 0;
  for (const process_grid<N>& grid : all_grids<N>(world())) {
    for (int i = 0; i < cases; ++i) {
      const shape_t<N> shape = random_shape_of<N>(random, largest);
      const index_t deepest = random.between(1, 5);
      const halo<N> deep = deep_halo<N>(random, deepest * radius);
      const auto blocks = random_distribution<N>(random, shape, grid.dims());
      twin_fields<T, N> fields(grid, blocks, deep, radius);
      const index_t steps = random.between(1, 11);
      iterate_options<T, N> options{.radius = radius};
      options.depth = random.one_in(3) ? 0 : random.between(1, deepest);
      options.tile = random.one_in(3) ? 0 : random.between(1, 20);
      const global_array<T, N> start = fields.u;
      EXPECT_EQ(iterate(fields.u, fields.v, steps, kernel, options), steps);
      fields.apply_steps(steps, kernel);
      EXPECT_EQ(differing(fields.u, fields.x), 0) << steps << " steps; " << describe(blocks, deep);
      EXPECT_EQ(differing(fields.v, fields.y), 0) << steps << " steps; " << describe(blocks, deep);
      changed += differing(fields.u, start);
    }
  }
  EXPECT_GT(allreduce_sum(world(), changed), 0);
}

} // namespace

TEST(iterate, one_axis) { check_random<double, 1>(40, 60, 1, three_points); }

TEST(iterate, two_axes) { check_random<double, 2>(40, 30, 1, five_points); }

TEST(iterate, two_axes_wide) { check_random<double, 2>(30, 40, 2, wide_with_corners); }

TEST(iterate, two_axes_of_int) { check_random<int, 2>(20, 30, 1, life_like); }

TEST(iterate, three_axes) { check_random<double, 3>(10, 14, 1, corners_3d); }

TEST(iterate, four_axes) { check_random<double, 4>(3, 6, 1, nine_points); }

TEST(iterate, blocks_thinner_than_the_halo) { check_random<double, 2>(20, 4, 1, five_points); }

TEST(iterate, tuned_over_many_steps) {
  twin_fields<double, 2> fields(rows_grid(world()), {90, 150}, halo<2>(16));
  EXPECT_EQ(iterate(fields.u, fields.v, 301, five_points), 301);
  EXPECT_EQ(iterate(fields.u, fields.v, 40, five_points), 40);
  fields.apply_steps(341, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
  EXPECT_EQ(differing(fields.v, fields.y), 0);
}

TEST(iterate, several_tiles) {
  twin_fields<double, 2> fields(rows_grid(world()), {50, 1500},
                                halo<2>({8, 8}, {8, 8}, {false, true}));
  iterate(fields.u, fields.v, 23, five_points, {.depth = 8, .tile = 512});
  fields.apply_steps(23, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}

TEST(iterate, no_step) {
  twin_fields<double, 2> fields(rows_grid(world()), {20, 20}, halo<2>(2));
  EXPECT_EQ(iterate(fields.u, fields.v, 0, five_points), 0);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}

// Where no axis is cut, a thin halo is enough for any depth.
TEST(iterate, one_rank_needs_no_deep_halo) {
  const communicator mine = world().split(world().rank());
  twin_fields<double, 2> fields(process_grid<2>(mine), {60, 70}, halo<2>(0));
  iterate(fields.u, fields.v, 21, five_points, {.depth = 10, .tile = 16});
  fields.apply_steps(21, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}

TEST(iterate, ranks_outside_the_grid_take_part) {
  const int inside = std::max(world().size() - 1, 1);
  const auto grid = process_grid<2>::on_first_ranks(world(), {1, inside});
  twin_fields<double, 2> fields(grid, {40, 60}, halo<2>(4, true));
  EXPECT_EQ(
      iterate(fields.u, fields.v, 90, five_points,
              {.every = 45, .on_steps = [](index_t, const auto& now) { return sum(now) < 1e30; }}),
      90);
  fields.apply_steps(90, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}

// Ranks that have tuned with different partners before agree on what to do next.
TEST(iterate, tuned_on_overlapping_communicators) {
  const int rank = world().rank();
  for (const int shift : {0, 1, 0}) {
    const communicator pair = world().split((rank + shift) / 2);
    twin_fields<double, 2> fields(rows_grid(pair), {24, 30}, halo<2>(4));
    for (int call = 0; call < 3; ++call) iterate(fields.u, fields.v, 7, five_points);
    fields.apply_steps(21, five_points);
    EXPECT_EQ(differing(fields.u, fields.x), 0);
  }
}

TEST(iterate, freshness_is_kept_track_of) {
  twin_fields<double, 2> fields(rows_grid(world()), {20, 20}, halo<2>(2));
  fields.u.update_halo();
  iterate(fields.u, fields.v, 3, five_points);
  EXPECT_FALSE(fields.u.halo_is_fresh());
  fields.apply_steps(3, five_points);
  iterate(fields.u, fields.v, 2, five_points);
  fields.apply_steps(2, five_points);
  EXPECT_EQ(differing(fields.u, fields.x), 0);
}

namespace {

template <class... Arguments> std::string refusal(Arguments&&... arguments) {
  return message_of<argument_error>([&] { iterate(std::forward<Arguments>(arguments)...); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST(iterate, refuses_arrays_that_do_not_fit) {
  using array = global_array<double, 2>;
  const process_grid<2> grid = rows_grid(world());
  array u(grid, {40, 8}, halo<2>(2, true));
  array shallow(grid, {40, 8}, halo<2>(1, true));
  array other(grid, {40, 9}, halo<2>(2, true));
  u = 1.0;
  shallow = 1.0;
  std::string text = refusal(u, u, 4, five_points);
  EXPECT_TRUE(contains(text, "same array")) << text;
  text = refusal(u, other, 4, five_points);
  EXPECT_TRUE(contains(text, "(40, 8)") && contains(text, "(40, 9)")) << text;
  text = refusal(u, shallow, 4, five_points);
  EXPECT_TRUE(contains(text, "(2+2 periodic, 2+2 periodic)")) << text;
  EXPECT_TRUE(contains(text, "(1+1 periodic, 1+1 periodic)")) << text;
  EXPECT_EQ(sum(u), 320.0);
}

TEST(iterate, refuses_halos_that_are_not_deep_enough) {
  using array = global_array<double, 2>;
  array u(rows_grid(world()), {40, 8}, halo<2>(2, true));
  array v(rows_grid(world()), {40, 8}, halo<2>(2, true));
  std::string text = refusal(u, v, 4, five_points, iterate_options<double, 2>{.depth = 3});
  EXPECT_TRUE(contains(text, "3 steps of radius 1 need a halo 3 wide")) << text;
  text = refusal(u, v, 4, five_points, iterate_options<double, 2>{.radius = 3});
  EXPECT_TRUE(contains(text, "1 steps of radius 3 need a halo 3 wide")) << text;
  text = refusal(u, v, 4, five_points, iterate_options<double, 2>{.radius = {1, 2}, .depth = 2});
  EXPECT_TRUE(contains(text, "2 steps of radius (1, 2) need a halo (2, 4) wide")) << text;
  u.set_boundary(boundary::reflecting);
  v.set_boundary(boundary::reflecting);
  text = refusal(u, v, 4, five_points, iterate_options<double, 2>{.radius = {2, 3}});
  EXPECT_TRUE(contains(text, "1 steps of radius (2, 3) need a halo (2, 3) wide")) << text;
}

TEST(iterate, refuses_numbers_that_make_no_sense) {
  using array = global_array<double, 2>;
  using options = iterate_options<double, 2>;
  array u(rows_grid(world()), {40, 8}, halo<2>(2, true));
  array v(rows_grid(world()), {40, 8}, halo<2>(2, true));
  EXPECT_TRUE(contains(refusal(u, v, -1, five_points), "-1 steps"));
  EXPECT_TRUE(contains(refusal(u, v, 1, five_points, options{.radius = 0}), "radius of 0"));
  EXPECT_TRUE(contains(refusal(u, v, 1, five_points, options{.radius = {1, -1}}), "of (1, -1)"));
  EXPECT_TRUE(contains(refusal(u, v, 1, five_points, options{.depth = -1}), "depth of -1"));
  EXPECT_TRUE(contains(refusal(u, v, 1, five_points, options{.tile = -4}), "tiles of -4"));
  EXPECT_TRUE(contains(refusal(u, v, 1, five_points, options{.every = -2}), "-2"));
  const auto watch = [](index_t, const array&) {};
  EXPECT_TRUE(contains(refusal(u, v, 1, five_points, options{.on_steps = watch}), "every"));
}

TEST(iterate, offsets_beyond_the_radius_are_errors) {
  global_array<double, 2> u(rows_grid(world()), {3 * world().size(), 20}, halo<2>(2, true));
  global_array<double, 2> v(rows_grid(world()), u.shape(), halo<2>(2, true));
  u.fill([](index_t i, index_t j) { return static_cast<double>(i * 20 + j); });
  std::string text = message_of<index_error>(
      [&] { iterate(u, v, 4, [](const auto& c) { return c(0, 0) + c(0, 2); }); });
  EXPECT_NE(text.find("offset 2 along axis 1"), std::string::npos) << text;
  EXPECT_NE(text.find("radius, which is 1"), std::string::npos) << text;
  text = message_of<index_error>(
      [&] { iterate(u, v, 4, [](auto c) { return c(0, 0) == 19.0 ? c(-2, 0) : c(0, 0); }); });
  EXPECT_NE(text.find("offset -2 along axis 0"), std::string::npos) << text;
  EXPECT_EQ(iterate(u, v, 4, five_points), 4);
}

TEST(iterate, what_kernels_and_callbacks_throw_is_thrown_on_all_ranks) {
  global_array<double, 2> u(rows_grid(world()), {3 * world().size(), 20}, halo<2>(1, true));
  global_array<double, 2> v(rows_grid(world()), u.shape(), halo<2>(1, true));
  u.fill([](index_t i, index_t j) { return static_cast<double>(i * 20 + j); });
  const auto kernel = [](auto c) {
    if (c(0, 0) == 19.0) throw argument_error("a bad cell");
    return c(0, 0);
  };
  std::string text = message_of<argument_error>([&] { iterate(u, v, 4, kernel); });
  EXPECT_NE(text.find("a bad cell"), std::string::npos) << text;
  const int last = world().size() - 1;
  iterate_options<double, 2> options{.every = 2};
  options.on_steps = [last](index_t, const auto&) {
    if (world().rank() == last) throw argument_error("a bad step");
  };
  text = message_of<argument_error>([&] { iterate(u, v, 4, five_points, options); });
  EXPECT_NE(text.find("a bad step"), std::string::npos) << text;
  EXPECT_EQ(iterate(u, v, 4, five_points), 4);
}
