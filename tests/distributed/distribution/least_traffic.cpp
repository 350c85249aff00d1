#include "cases.hpp"
#include "message_of.hpp"
#include "random_dims.hpp"

#include <tessera/distributed/arrays/copy_between.hpp>
#include <tessera/distributed/distribution/least_traffic.hpp>
#include <tessera/distributed/measuring/parallel_profile_data.hpp>
#include <tessera/distributed/parallel_profile.hpp>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

using namespace tessera_test;

namespace {

std::vector<int> counting(int n) {
  std::vector<int> result(static_cast<std::size_t>(n));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

index_t cost(const node_traffic& t) { return t.inside + 8 * t.between; }

/// The least cost of all orders of the ranks.
template <std::size_t N>
index_t least_cost(const distribution<N>& from, const distribution<N>& to,
                   const std::vector<int>& nodes) {
  std::vector<int> order = counting(static_cast<int>(nodes.size()));
  index_t least = cost(copy_traffic(from, to, 1, nodes, order));
  while (std::next_permutation(order.begin(), order.end()))
    least = std::min(least, cost(copy_traffic(from, to, 1, nodes, order)));
  return least;
}

void expect_each_once(const std::vector<int>& ranks, int of) {
  std::vector<int> sorted = ranks;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end());
  EXPECT_TRUE(sorted.front() >= 0 && sorted.back() < of);
}

} // namespace

TEST(least_traffic, as_all_orders_tried) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 40; ++i) {
    const int ranks = static_cast<int>(random.between(1, 6));
    const int parts = random.one_in(2) ? ranks : static_cast<int>(random.between(1, ranks));
    const auto shape = random_shape_of<2>(random, 15);
    const auto from = distribution_of_any_kind(random, shape, random_dims<2>(random, ranks));
    const auto to = distribution_of_any_kind(random, shape, random_dims<2>(random, parts));
    std::vector<int> nodes;
    for (int r = 0; r < ranks; ++r) nodes.push_back(static_cast<int>(random.between(0, 2)));
    const std::vector<int> found = least_traffic_ranks(from, to, nodes);
    ASSERT_EQ(found.size(), static_cast<std::size_t>(parts));
    expect_each_once(found, ranks);
    EXPECT_EQ(cost(copy_traffic(from, to, 1, nodes, found)), least_cost(from, to, nodes))
        << describe(from) << " to " << describe(to);
  }
}

TEST(least_traffic, a_third_less_from_2x4_to_4x2) {
  const distribution<2> from({400, 400}, {2, 4});
  const distribution<2> to({400, 400}, {4, 2});
  const std::vector<int> nodes(8, 0);
  const node_traffic before = copy_traffic(from, to, 8, nodes);
  const node_traffic after = copy_traffic(from, to, 8, nodes, least_traffic_ranks(from, to));
  EXPECT_EQ(before.inside, 12 * 100 * 100 * 8);
  EXPECT_EQ(after.inside, 8 * 100 * 100 * 8);
}

TEST(least_traffic, nothing_travels_where_parts_are_the_same) {
  for (const int ranks : {6, 100, 600}) { // assigned exactly, and not
    const distribution<2> same({1200, 5}, {ranks, 1});
    EXPECT_EQ(least_traffic_ranks(same, same), counting(ranks));
  }
  const distribution<1> fewer({12}, {3});
  const auto some = distribution<1>::explicit_boundaries({std::vector<index_t>{0, 0, 4, 4, 8, 12}});
  EXPECT_EQ(least_traffic_ranks(some, fewer), (std::vector<int>{1, 3, 4}));
}

TEST(least_traffic, between_nodes_counts_more) {
  // Both halves of part 0 are with ranks 0 and 3; rank 1 has nothing, but is on the node of 0.
  const auto from = distribution<1>::explicit_boundaries({std::vector<index_t>{0, 5, 5, 5, 9}});
  const auto to = distribution<1>::explicit_boundaries({std::vector<index_t>{0, 3, 5, 9, 9}});
  const std::vector<int> found = least_traffic_ranks(from, to, {0, 0, 1, 1});
  const node_traffic t = copy_traffic(from, to, 1, {0, 0, 1, 1}, found);
  EXPECT_EQ(t.between, 0);
  EXPECT_EQ(t.inside, 2);
  // Rank 0 has most of the one part, the three of the other node together more.
  const auto held = distribution<1>::explicit_boundaries({std::vector<index_t>{0, 5, 7, 9, 11}});
  EXPECT_EQ(least_traffic_ranks(held, distribution<1>({11}, {1}), {0, 1, 1, 1}),
            (std::vector<int>{1}));
}

TEST(least_traffic, greedy_keeps_half_at_least) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 30; ++i) {
    const int ranks = static_cast<int>(random.between(1, 40));
    const auto shape = random_shape_of<2>(random, 60);
    const auto from = random_distribution(random, shape, random_dims<2>(random, ranks));
    const auto to = random_distribution(random, shape, random_dims<2>(random, ranks));
    const std::vector<int> nodes(static_cast<std::size_t>(ranks), 0);
    const auto kept = [&](int exactly_up_to) {
      const std::vector<int> found = detail::least_traffic_ranks(
          2, from.axes().data(), to.axes().data(), nodes, exactly_up_to);
      expect_each_once(found, ranks);
      return copy_traffic(from, to, 1, nodes, found).own;
    };
    const index_t greedy = kept(0);
    const index_t exact = kept(1000);
    EXPECT_LE(greedy, exact);
    EXPECT_GE(2 * greedy, exact);
    EXPECT_LE(copy_traffic(from, to, 1, nodes).own, greedy);
  }
}

TEST(least_traffic, copies_have_the_right_elements) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 12; ++i) {
    const auto shape = random_shape_of<2>(random, 20);
    const auto here = random_grid<2>(random, world());
    const auto dims = random_grid<2>(random, world()).dims();
    global_array<double, 2> u(here, distribution_of_any_kind(random, shape, here.dims()));
    const auto wanted = distribution_of_any_kind(random, shape, dims);
    std::vector<int> nodes;
    for (int r = 0; r < world().size(); ++r) nodes.push_back(r % 2);
    const auto grid = least_traffic_grid(u.comm(), u.distribution(), wanted, nodes);
    const std::vector<int> order = least_traffic_ranks(u.distribution(), wanted, nodes);
    const std::vector<int> found = allgather(grid.comm(), world().rank());
    EXPECT_TRUE(std::equal(order.begin(), order.end(), found.begin()));
    global_array<double, 2> v(grid, wanted);
    fill_numbered(u);
    spoil(v);
    copy_between(u.comm(), u, v);
    EXPECT_EQ(wrong_elements(v), 0) << describe(u.distribution()) << " to " << describe(wanted);
  }
}

TEST(least_traffic, copies_send_what_was_told) {
  const int ranks = world().size();
  const shape_t<2> shape{84, 84};
  const distribution<2> from(shape, {1, ranks});
  const grid_dims<2> dims = ranks % 2 == 0 ? grid_dims<2>{2, ranks / 2} : grid_dims<2>{ranks, 1};
  const distribution<2> to(shape, dims);
  const std::vector<int> nodes = nodes_of(world());
  global_array<double, 2> u(process_grid<2>(world(), from.dims()), from);
  global_array<double, 2> v(least_traffic_grid(world(), from, to), to);
  fill_numbered(u);
  const parallel_profile p = parallel_profile::run(world(), [&] {
    TESSERA_PROFILE("copy");
    copy_between(world(), u, v);
  });
  if (world().rank() != 0) return;
  const std::vector<int> order = least_traffic_ranks(from, to, nodes);
  const node_traffic told = copy_traffic(from, to, 8, nodes, order);
  EXPECT_EQ(p["copy"].sent.bytes, told.inside + told.between);
  if (ranks == 6) {
    EXPECT_GT(told.own, copy_traffic(from, to, 8, nodes).own);
  }
}

TEST(least_traffic, wrong_arguments) {
  const int ranks = world().size();
  const distribution<1> from({20}, {ranks});
  const distribution<1> to({20}, {ranks + 1});
  const std::string text =
      message_of<argument_error>([&] { static_cast<void>(least_traffic_grid(world(), from, to)); });
  EXPECT_NE(text.find("to be copied to shape (20,)"), std::string::npos) << text;
  message_of<shape_error>([&] {
    static_cast<void>(least_traffic_grid(world(), from, distribution<1>({21}, {ranks})));
  });
  if (ranks == 1) return;
  const distribution<1> differing({20}, {world().rank() == 0 ? 1 : ranks});
  message_of<argument_error>(
      [&] { static_cast<void>(least_traffic_grid(world(), from, differing)); });
}
