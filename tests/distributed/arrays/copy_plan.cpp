// Plans of copies: run again and again, with little memory, with wrong arrays, for a million ranks.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/arrays/copy_plan.hpp>

#include <algorithm>
#include <string>

using namespace tessera_test;

namespace {

global_array<double, 2> random_array(random_source& random, const shape_t<2>& shape) {
  const process_grid<2> grid = random_grid<2>(random, world());
  global_array<double, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
  fill_numbered(u);
  return u;
}

/// What a rank does in a copy between two distributions, found without a communicator.
template <std::size_t N>
transfer_plan simulated(const distribution<N>& to, const distribution<N>& from, int rank) {
  const shape_t<N> shape = to.shape();
  detail::axis_walk walks[N];
  for (std::size_t d = 0; d < N; ++d) walks[d].axis = static_cast<int>(d);
  const detail::axes_span to_axes(to.axes().begin(), to.axes().end());
  const detail::axes_span from_axes(from.axes().begin(), from.axes().end());
  const auto layout = [&](const distribution<N>& d) {
    const shape_t<N> strides = row_major_strides(d.local_shape(rank));
    return detail::block_layout{0, {strides.begin(), strides.end()}};
  };
  const detail::block_layout to_layout = layout(to);
  const detail::block_layout from_layout = layout(from);
  transfer_plan plan(communicator(), sizeof(double));
  detail::add_copy(plan, rank, {N, shape.data(), walks, nullptr, &to_axes, to_layout},
                   {N, shape.data(), walks, nullptr, &from_axes, from_layout});
  return plan;
}

template <std::size_t N>
distribution<N> dealt(const shape_t<N>& shape, const grid_dims<N>& dims, index_t run) {
  std::array<axis_distribution, N> axes;
  for (std::size_t d = 0; d < N; ++d) axes[d] = axis_distribution::cyclic(shape[d], dims[d], run);
  return distribution<N>(axes);
}

} // namespace

TEST(copy_plan, serves_all_arrays_that_lie_alike) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    const shape_t<2> shape = random_shape_of<2>(random, 12);
    const auto from = random_array(random, shape);
    auto to = random_array(random, shape);
    const copy_plan plan(from, to);
    auto another = to;
    for (int run = 0; run < 3; ++run) {
      spoil(another);
      transfer moving = plan.start(from, another);
      moving.finish();
      EXPECT_EQ(wrong_elements(another), 0);
      EXPECT_FALSE(another.halo_is_fresh());
    }
  }
}

TEST(copy_plan, between_views) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {9, 7});
  global_array<double, 2> v(grid, {7, 9});
  fill_numbered(u);
  v = 0.0;
  const copy_plan plan(u.transpose(), v);
  plan.run(u.transpose(), v);
  const ndarray<double, 2> turned = v.gather_all();
  EXPECT_EQ(wrong_elements(ndarray<double, 2>(turned.transpose())), 0);
}

TEST(copy_plan, with_little_memory) {
  random_source random;
  SCOPED_TRACE(random.trace());
  index_t rounds = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const shape_t<2> shape = random_shape_of<2>(random, 30);
    const auto from = random_array(random, shape);
    auto to = random_array(random, shape);
    copy_plan plan(from, to);
    const index_t bytes = plan.bytes();
    const index_t messages = plan.messages();
    const index_t cap = 128 * 2 * world().size();
    plan.limit_memory(cap);
    EXPECT_LE(plan.peak_memory(), cap);
    EXPECT_EQ(plan.bytes(), bytes);
    EXPECT_GE(plan.messages(), messages);
    rounds += plan.messages() - messages;
    for (int run = 0; run < 2; ++run) {
      spoil(to);
      plan.run(from, to);
      EXPECT_EQ(wrong_elements(to), 0)
          << describe(from.distribution()) << " to " << describe(to.distribution());
    }
    spoil(to);
    redistribute(from, to, {.max_bytes = cap});
    EXPECT_EQ(wrong_elements(to), 0);
  }
  if (world().size() == 1) return;
  EXPECT_GT(allreduce_sum(world(), rounds), 0);
}

TEST(copy_plan, with_too_little_memory) {
  if (world().size() == 1) return;
  const int ranks = world().size();
  const global_array<double, 2> rows(process_grid<2>(world(), {ranks, 1}), {40, 50});
  const global_array<double, 2> columns(process_grid<2>(world(), {1, ranks}), {40, 50});
  copy_plan plan(rows, columns);
  EXPECT_NE(message_of<argument_error>([&] { plan.limit_memory(10); }).find("10 bytes"),
            std::string::npos);
  message_of<argument_error>([&] { plan.limit_memory(-1); });
}

TEST(copy_plan, refuses_other_arrays) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {8, 6});
  global_array<double, 2> v(grid, {8, 6}, halo<2>(1));
  global_array<double, 2> w(grid, {6, 8});
  u = 1.0;
  v = 0.0;
  const copy_plan plan(u, v);
  plan.run(u, v);
  const std::string other = message_of<argument_error>([&] { plan.run(v, v); });
  EXPECT_NE(other.find("otherwise in memory"), std::string::npos) << other;
  const std::string text = message_of<argument_error>([&] { plan.run(u, w); });
  EXPECT_NE(text.find("(8, 6)"), std::string::npos) << text;
  EXPECT_NE(text.find("(6, 8)"), std::string::npos) << text;
  message_of<argument_error>([&] { plan.run(u(all, slice(none, none, -1)), v); });
  message_of<shape_error>([&] { return copy_plan(u, w).bytes(); });
  message_of<argument_error>([&] { return copy_plan(u, u).bytes(); });
  message_of<argument_error>([&] {
    transfer moving = plan.start(u, v);
    plan.run(u, v);
  });
}

// What ranks tell each other must fit: all of a small grid's plans against each other.
TEST(copy_plan, of_simulated_ranks_fit_together) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    const shape_t<2> shape{random.between(1, 40), random.between(1, 40)};
    const auto from = distribution_of_any_kind<2>(random, shape, {4, 6});
    const auto to = distribution_of_any_kind<2>(random, shape, {3, 8});
    index_t travelling = 0;
    for_each_index(
        shape, [&](const shape_t<2>& at) { travelling += from.owner(at) != to.owner(at) ? 8 : 0; });
    index_t sent = 0;
    for (int rank = 0; rank < 24; ++rank) sent += simulated(to, from, rank).bytes();
    EXPECT_EQ(sent, travelling) << describe(from) << " to " << describe(to);
  }
}

// Planning in closed form ends at once even for 10^6 ranks and 10^9 elements: with storage or loops
// that grow with either, this test would not end in time.
TEST(copy_plan, of_a_million_ranks) {
  for (const int side : {32, 1000}) {
    const index_t n = index_t{side} * 120;
    const grid_dims<2> dims{side, side};
    const distribution<2> blocks({n, n}, dims);
    const distribution<2> wide({n, n}, grid_dims<2>{side / 4, side * 4});
    EXPECT_GT(simulated(blocks, wide, side + 1).bytes(), 0);
    EXPECT_GT(simulated(dealt<2>({n, n}, dims, 8), blocks, side + 1).bytes(), 0);
  }
}

TEST(copy_plan, of_runs_that_repeat) {
  const index_t n = 1000000000;
  const distribution<1> blocks({n}, grid_dims<1>{4});
  EXPECT_EQ(simulated(dealt<1>({n}, {4}, 1), blocks, 0).bytes(), n / 4 * 3 / 4 * 8);
}

TEST(copy_plan, grids_on_some_of_the_ranks) {
  const auto few = process_grid<1>::on_first_ranks(world(), {1});
  EXPECT_EQ(few.size(), 1);
  EXPECT_TRUE(few.contains(0));
  EXPECT_EQ(few.contains(world().rank()), world().rank() == 0);
  EXPECT_EQ(few.coords()[0], world().rank() == 0 ? 0 : -1);
  global_array<double, 1> here(few, {13}, halo<1>(1));
  global_array<double, 1> everywhere(process_grid<1>(world()), {13});
  fill_numbered(here);
  EXPECT_EQ(here.owned().size(), world().rank() == 0 ? 13 : 0);
  redistribute(here, everywhere);
  EXPECT_EQ(wrong_elements(everywhere), 0);
  here = 0.0;
  redistribute(everywhere, here);
  EXPECT_EQ(wrong_elements(here), 0);
  here.update_halo();
  here(slice(1, none)) = here(slice(none, -1)) + here(slice(1, none));
  const ndarray<double, 1> whole = here.gather_all();
  EXPECT_EQ(whole(12), 25.0);
  message_of<argument_error>([] {
    process_grid<2>::on_first_ranks(world(), {world().size() + 1, 1});
  });
  message_of<argument_error>([] { process_grid<1>::on_first_ranks(world(), {0}); });
}
