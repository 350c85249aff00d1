#include "cases.hpp"
#include "message_of.hpp"
#include "random_dims.hpp"

#include <tessera/distributed/distribution/least_traffic.hpp>

#include <string>
#include <vector>

using namespace tessera_test;

namespace {

std::vector<int> random_nodes(random_source& random, int ranks) {
  std::vector<int> nodes;
  for (int r = 0; r < ranks; ++r) nodes.push_back(static_cast<int>(random.between(0, 2)));
  return nodes;
}

void count(node_traffic& sum, int from, int to, const std::vector<int>& nodes, index_t bytes) {
  const bool near = nodes[static_cast<std::size_t>(from)] == nodes[static_cast<std::size_t>(to)];
  (from == to ? sum.own : near ? sum.inside : sum.between) += bytes;
}

/// Element by element of all padded blocks.
template <std::size_t N>
node_traffic counted_halos(const distribution<N>& d, const halo<N>& width, index_t itemsize,
                           const std::vector<int>& nodes) {
  node_traffic sum;
  for (int rank = 0; rank < d.ranks(); ++rank) {
    const box<N> block = d.block(rank);
    if (block.empty()) continue;
    shape_t<N> padded = block.shape();
    for (std::size_t a = 0; a < N; ++a) padded[a] += width.lower[a] + width.upper[a];
    for_each_index(padded, [&](const shape_t<N>& at) {
      shape_t<N> index{};
      bool is_there = true;
      for (std::size_t a = 0; a < N; ++a) {
        const index_t n = d.shape()[a];
        index[a] = block.lower[a] - width.lower[a] + at[a];
        is_there = is_there && (width.periodic[a] || (index[a] >= 0 && index[a] < n));
      }
      if (!is_there || block.contains(index)) return;
      for (std::size_t a = 0; a < N; ++a)
        for (; index[a] < 0;) index[a] += d.shape()[a];
      for (std::size_t a = 0; a < N; ++a) index[a] %= d.shape()[a];
      count(sum, d.owner(index), rank, nodes, itemsize);
    });
  }
  return sum;
}

template <std::size_t N>
node_traffic counted_copy(const distribution<N>& from, const distribution<N>& to, index_t itemsize,
                          const std::vector<int>& nodes, const std::vector<int>& ranks) {
  node_traffic sum;
  for_each_index(from.shape(), [&](const shape_t<N>& at) {
    count(sum, from.owner(at), ranks[static_cast<std::size_t>(to.owner(at))], nodes, itemsize);
  });
  return sum;
}

std::string text_of(const node_traffic& t) {
  return std::to_string(t.own) + " " + std::to_string(t.inside) + " " + std::to_string(t.between);
}

template <std::size_t N> void check_halos(random_source& random, index_t most) {
  const int ranks = static_cast<int>(random.between(1, 12));
  const auto d =
      random_distribution(random, random_shape_of<N>(random, most), random_dims<N>(random, ranks));
  const auto width = random_halo<N>(random, 3);
  const std::vector<int> nodes = random_nodes(random, ranks);
  EXPECT_EQ(text_of(halo_traffic(d, width, 8, nodes)), text_of(counted_halos(d, width, 8, nodes)))
      << describe(d, width);
}

} // namespace

TEST(node_traffic, of_halos_as_counted) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 60; ++i) {
    check_halos<1>(random, 40);
    check_halos<2>(random, 12);
    check_halos<3>(random, 6);
  }
}

TEST(node_traffic, of_halos_in_closed_form) {
  const distribution<2> d({400, 300}, {2, 4});
  const node_traffic rows = halo_traffic(d, halo<2>(1), 8, {0, 0, 0, 0, 1, 1, 1, 1});
  EXPECT_EQ(rows.between, 2 * (300 + 6) * 8); // three corners at each side, twice
  EXPECT_EQ(rows.inside, 2 * 3 * 400 * 8);
  EXPECT_EQ(rows.own, 0);
  const node_traffic pairs = halo_traffic(d, halo<2>(1), 8, {0, 0, 1, 1, 0, 0, 1, 1});
  EXPECT_EQ(pairs.between, (2 * 400 + 4) * 8); // one crossing of cuts, four corners
  // A ring of one rank sends to itself.
  const node_traffic ring = halo_traffic(distribution<1>({10}, {1}), halo<1>(2, true), 4, {0});
  EXPECT_EQ(text_of(ring), "16 0 0");
}

TEST(node_traffic, of_copies_as_counted) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 60; ++i) {
    const int ranks = static_cast<int>(random.between(1, 12));
    const auto shape = random_shape_of<2>(random, 20);
    const auto from = distribution_of_any_kind(random, shape, random_dims<2>(random, ranks));
    const auto to = distribution_of_any_kind(random, shape, random_dims<2>(random, ranks));
    const std::vector<int> nodes = random_nodes(random, ranks);
    std::vector<int> order(static_cast<std::size_t>(ranks));
    for (int r = 0; r < ranks; ++r) order[static_cast<std::size_t>(r)] = r;
    EXPECT_EQ(text_of(copy_traffic(from, to, 8, nodes)),
              text_of(counted_copy(from, to, 8, nodes, order)));
    std::shuffle(order.begin(), order.end(), random.engine());
    EXPECT_EQ(text_of(copy_traffic(from, to, 8, nodes, order)),
              text_of(counted_copy(from, to, 8, nodes, order)));
  }
}

TEST(node_traffic, of_copies_as_plans_send) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const std::vector<int> nodes(static_cast<std::size_t>(world().size()), 0);
  for (int i = 0; i < 10; ++i) {
    const auto shape = random_shape_of<2>(random, 20);
    const auto from = random_grid<2>(random, world());
    const auto to = random_grid<2>(random, world());
    const global_array<double, 2> u(from, distribution_of_any_kind(random, shape, from.dims()));
    const global_array<double, 2> v(to, distribution_of_any_kind(random, shape, to.dims()));
    const node_traffic all = copy_traffic(u.distribution(), v.distribution(), 8, nodes);
    EXPECT_EQ(all.inside, allreduce_sum(world(), copy_plan(u, v).bytes()));
    EXPECT_EQ(all.own + all.inside, 8 * size_of(shape));
  }
}

TEST(node_traffic, wrong_arguments) {
  const distribution<2> d({8, 6}, {2, 2});
  const std::vector<int> nodes(4, 0);
  const auto text = [](auto&& f) { return message_of<argument_error>(f); };
  EXPECT_NE(text([&] {
              static_cast<void>(halo_traffic(d, halo<2>(1), 8, {0, 0}));
            }).find("2 nodes were given for a distribution over 4 ranks"),
            std::string::npos);
  text([&] { static_cast<void>(copy_traffic(d, d, 8, {0, 0})); });
  text([&] { static_cast<void>(copy_traffic(d, d, 8, nodes, {0, 1})); });
  text([&] { static_cast<void>(copy_traffic(d, d, 8, nodes, {0, 1, 2, 4})); });
  const distribution<2> other({6, 8}, {2, 2});
  const std::string shapes =
      message_of<shape_error>([&] { static_cast<void>(copy_traffic(d, other, 8, nodes)); });
  EXPECT_NE(shapes.find("(8, 6) and (6, 8)"), std::string::npos) << shapes;
}
