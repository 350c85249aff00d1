#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/distributed/arrays/copy_between.hpp>
#include <tessera/distributed/distribution/grid_by_nodes.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil.hpp>

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

using namespace tessera_test;

namespace {

/// Elements at cuts between nodes, and between ranks: less is better, the first more so.
using surfaces = std::pair<index_t, index_t>;
constexpr surfaces not_found{std::numeric_limits<index_t>::max(), 0};

/// Pair by pair of neighbouring places; `nodes` has the node at each.
surfaces counted(const std::vector<int>& dims, const std::vector<index_t>& shape,
                 const std::vector<int>& nodes) {
  const std::size_t ndim = dims.size();
  surfaces sum{0, 0};
  std::vector<int> at(ndim);
  for (std::size_t place = 0; place < nodes.size(); ++place) {
    detail::rank_to_coords(static_cast<int>(place), ndim, dims.data(), at.data());
    for (std::size_t d = 0; d < ndim; ++d) {
      if (at[d] + 1 == dims[d]) continue;
      index_t face = 1;
      for (std::size_t e = 0; e < ndim; ++e)
        if (e != d) face *= axis_distribution(shape[e], dims[e]).count(at[e]);
      std::vector<int> next = at;
      ++next[d];
      const int other = detail::coords_to_rank(ndim, dims.data(), next.data());
      sum.second += face;
      if (nodes[place] != nodes[static_cast<std::size_t>(other)]) sum.first += face;
    }
  }
  return sum;
}

struct placed {
  std::vector<int> dims;
  std::vector<int> ranks;
  [[nodiscard]] std::vector<int> nodes(const std::vector<int>& of_ranks) const {
    std::vector<int> result;
    for (const int rank : ranks) result.push_back(of_ranks[static_cast<std::size_t>(rank)]);
    return result;
  }
};

placed chosen(const std::vector<int>& nodes, std::vector<int> dims,
              const std::vector<index_t>& shape) {
  std::vector<int> ranks =
      detail::choose_grid_by_nodes(nodes, dims.size(), dims.data(), shape.data());
  std::vector<int> sorted = ranks;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t k = 0; k < sorted.size(); ++k) EXPECT_EQ(sorted[k], static_cast<int>(k));
  return {std::move(dims), std::move(ranks)};
}

bool leaves_none_idle(const std::vector<int>& dims, const std::vector<index_t>& shape) {
  for (std::size_t d = 0; d < dims.size(); ++d)
    if (dims[d] > shape[d]) return false;
  return true;
}

/// The least of all dims and all nodes that are bricks.
surfaces best_bricks(int nodes, int inner, const std::vector<index_t>& shape) {
  surfaces best = not_found;
  for (const std::vector<int>& of_nodes : all_dims(nodes, shape.size()))
    for (const std::vector<int>& within : all_dims(inner, shape.size())) {
      std::vector<int> dims = of_nodes;
      for (std::size_t d = 0; d < dims.size(); ++d) dims[d] *= within[d];
      if (!leaves_none_idle(dims, shape)) continue;
      std::vector<int> placed_nodes;
      std::vector<int> at(dims.size());
      for (int place = 0; place < nodes * inner; ++place) {
        detail::rank_to_coords(place, dims.size(), dims.data(), at.data());
        for (std::size_t d = 0; d < dims.size(); ++d) at[d] /= within[d];
        placed_nodes.push_back(detail::coords_to_rank(dims.size(), of_nodes.data(), at.data()));
      }
      best = std::min(best, counted(dims, shape, placed_nodes));
    }
  return best;
}

/// The least of all dims and all ways to put nodes on places.
surfaces best_of_all(std::vector<int> nodes, const std::vector<index_t>& shape) {
  surfaces best = not_found;
  std::sort(nodes.begin(), nodes.end());
  for (const std::vector<int>& dims : all_dims(static_cast<int>(nodes.size()), shape.size())) {
    if (!leaves_none_idle(dims, shape)) continue;
    std::vector<int> placed_nodes = nodes;
    do best = std::min(best, counted(dims, shape, placed_nodes));
    while (std::next_permutation(placed_nodes.begin(), placed_nodes.end()));
  }
  return best;
}

std::vector<int> equal_nodes(random_source& random, int nodes, int inner) {
  std::vector<int> result;
  for (int r = 0; r < nodes * inner; ++r) result.push_back(r % nodes);
  std::shuffle(result.begin(), result.end(), random.engine());
  return result;
}

/// A node for each rank of the world: in turn, or as many as there are.
std::vector<int> made_up(int nodes) {
  std::vector<int> result;
  for (int r = 0; r < world().size(); ++r) result.push_back(r % nodes);
  return result;
}

} // namespace

TEST(grid_by_nodes, least_surface_of_bricks) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 100; ++i) {
    const int nodes = static_cast<int>(random.between(1, 8));
    const int inner = static_cast<int>(random.between(1, 8));
    std::vector<index_t> shape(static_cast<std::size_t>(random.between(1, 3)));
    for (index_t& n : shape) n = random.between(8, 200);
    const surfaces best = best_bricks(nodes, inner, shape);
    if (best == not_found) continue;
    const std::vector<int> on = equal_nodes(random, nodes, inner);
    const placed grid = chosen(on, std::vector<int>(shape.size(), 0), shape);
    EXPECT_EQ(counted(grid.dims, shape, grid.nodes(on)), best)
        << nodes << " nodes of " << inner << ", shape "
        << detail::tuple_text(shape.data(), shape.size());
  }
}

TEST(grid_by_nodes, no_placing_at_all_is_better_for_two_and_four_nodes) {
  for (const auto& [nodes, inner] : {std::pair{2, 1}, {2, 2}, {2, 3}, {2, 4}, {4, 1}, {4, 2}})
    for (const std::vector<index_t>& shape : {std::vector<index_t>{48, 48}, {96, 48}, {24, 120}}) {
      std::vector<int> on;
      for (int r = 0; r < nodes * inner; ++r) on.push_back(r % nodes);
      const placed grid = chosen(on, {0, 0}, shape);
      EXPECT_EQ(counted(grid.dims, shape, grid.nodes(on)), best_of_all(on, shape))
          << nodes << " nodes of " << inner << ", shape " << detail::tuple_text(shape.data(), 2);
    }
}

TEST(grid_by_nodes, known_grids) {
  const std::vector<int> in_turn{0, 1, 0, 1};
  const placed square = chosen(in_turn, {0, 0}, {400, 400});
  EXPECT_EQ(square.dims, (std::vector<int>{2, 2}));
  EXPECT_EQ(square.ranks, (std::vector<int>{0, 2, 1, 3})); // a row of ranks on each node
  std::vector<int> sixteen;
  for (int r = 0; r < 16; ++r) sixteen.push_back(r / 4);
  const placed bricks = chosen(sixteen, {0, 0}, {4096, 4096});
  EXPECT_EQ(bricks.dims, (std::vector<int>{4, 4}));
  EXPECT_EQ(bricks.ranks, (std::vector<int>{0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15}));
  EXPECT_EQ(counted(bricks.dims, {4096, 4096}, bricks.nodes(sixteen)), surfaces(8192, 24576));
  // Rows of ranks on each node, as they come without placing: half as much again between nodes.
  EXPECT_EQ(counted({4, 4}, {4096, 4096}, sixteen), surfaces(12288, 24576));
  // On one node, the grid that process_grid chooses.
  EXPECT_EQ(chosen(std::vector<int>(6, 3), {0, 0}, {4000, 10}).dims, (std::vector<int>{6, 1}));
  EXPECT_EQ(chosen(in_turn, {1, 4}, {400, 400}).ranks, (std::vector<int>{0, 2, 1, 3}));
}

TEST(grid_by_nodes, nodes_of_different_sizes) {
  const std::vector<int> on{0, 1, 0, 1, 2, 0};
  const placed line = chosen(on, {0}, {60});
  EXPECT_EQ(line.nodes(on), (std::vector<int>{0, 0, 0, 1, 1, 2}));
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int i = 0; i < 50; ++i) {
    std::vector<int> nodes;
    for (index_t n = random.between(1, 24); n > 0; --n)
      nodes.push_back(static_cast<int>(random.between(0, 3)));
    const placed grid = chosen(nodes, {0, 0}, {240, 180});
    std::vector<int> dims{0, 0};
    const shape_t<2> shape{240, 180};
    detail::choose_grid(static_cast<int>(nodes.size()), 2, dims.data(), shape.data());
    EXPECT_EQ(counted(grid.dims, {240, 180}, grid.nodes(nodes)).second,
              counted(dims, {240, 180}, nodes).second);
  }
}

TEST(grid_by_nodes, nodes_of_the_world) {
  const std::vector<int> nodes = nodes_of(world());
  ASSERT_EQ(nodes.size(), static_cast<std::size_t>(world().size()));
  const int mine = nodes[static_cast<std::size_t>(world().rank())];
  EXPECT_EQ(std::count(nodes.begin(), nodes.end(), mine), world().split_by_node().size());
  int next = 0; // numbered as they come
  for (const int node : nodes) {
    EXPECT_LE(node, next);
    next = std::max(next, node + 1);
  }
  message_of<communication_error>([] { static_cast<void>(nodes_of(communicator())); });
}

TEST(grid_by_nodes, communicator_in_the_order_of_the_grid) {
  for (const int nodes : {1, 2, 3}) {
    const std::vector<int> on = made_up(nodes);
    const shape_t<2> shape{40, 30};
    const auto grid = grid_by_nodes<2>(world(), {}, shape, on);
    const placed expected = chosen(on, {0, 0}, {40, 30});
    EXPECT_EQ(grid.dims()[0], expected.dims[0]);
    EXPECT_EQ(grid.dims()[1], expected.dims[1]);
    EXPECT_EQ(allgather(grid.comm(), world().rank()), expected.ranks);
    EXPECT_NE(grid.comm().native(), world().native());
  }
  const auto asked = grid_by_nodes<2>(world(), {0, 1}, {40, 30});
  EXPECT_EQ(asked.dims(), (grid_dims<2>{world().size(), 1}));
}

TEST(grid_by_nodes, arrays_have_the_same_bits) {
  const shape_t<2> shape{23, 17};
  const auto value = [](index_t i, index_t j) { return 1.0 / static_cast<double>(3 + i * 17 + j); };
  const auto step = [](auto c) {
    return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
  };
  const auto run = [&](const process_grid<2>& grid) {
    global_array<double, 2> u(grid, shape, halo<2>(1, true));
    global_array<double, 2> v(grid, shape, halo<2>(1, true));
    u.fill(value);
    for (int k = 0; k < 3; ++k) {
      apply(v, u, step);
      std::swap(u, v);
    }
    return u;
  };
  const global_array<double, 2> plain = run(process_grid<2>(world()));
  for (const int nodes : {2, 3}) {
    const auto placed_by_nodes = run(grid_by_nodes<2>(world(), {}, shape, made_up(nodes)));
    EXPECT_TRUE(same_bits(sum(placed_by_nodes), sum(plain)));
    global_array<double, 2> back(process_grid<2>(world()), shape);
    copy_between(world(), placed_by_nodes, back);
    EXPECT_TRUE(all(back == plain));
  }
}

TEST(grid_by_nodes, arrays_on_other_grids_are_refused_on_any_number_of_ranks) {
  const shape_t<2> shape{12, 12};
  const global_array<double, 2> u(grid_by_nodes<2>(world(), {}, shape), shape);
  const global_array<double, 2> v(process_grid<2>(world(), {}, shape), shape);
  const std::string text = message_of<argument_error>([&] { static_cast<void>(copy(u + v)); });
  if (world().size() == 1) {
    EXPECT_NE(text.find("{0, 0} for shape (12, 12), by nodes"), std::string::npos) << text;
  }
}

TEST(grid_by_nodes, wrong_arguments) {
  const int ranks = world().size();
  const std::vector<int> on = made_up(1);
  const std::vector<int> more(static_cast<std::size_t>(ranks) + 1, 0);
  const auto refuse = [&](const grid_dims<2>& dims, const std::vector<int>& nodes) {
    return message_of<argument_error>([&] {
      static_cast<void>(grid_by_nodes<2>(world(), dims, {8, 8}, nodes));
    });
  };
  EXPECT_NE(refuse({0, 0}, more).find("give the node of each rank"), std::string::npos);
  EXPECT_NE(refuse({ranks + 1, 0}, on).find("does not multiply"), std::string::npos);
  std::vector<int> differing = on;
  differing.front() = world().rank() == 0 ? 7 : 0;
  if (ranks > 1) {
    EXPECT_NE(refuse({0, 0}, differing).find("nodes {7"), std::string::npos);
  }
  message_of<argument_error>([] {
    static_cast<void>(grid_by_nodes<2>(communicator(), {}, {8, 8}));
  });
}

TEST(grid_by_nodes, grids_in_an_order) {
  std::vector<int> backwards(static_cast<std::size_t>(world().size()));
  std::iota(backwards.rbegin(), backwards.rend(), 0);
  const auto grid = grid_in_order<1>(world(), {world().size()}, backwards);
  EXPECT_EQ(allgather(grid.comm(), world().rank()), backwards);
  // The last rank alone; the others behind it.
  const int last = world().size() - 1;
  const auto one = grid_in_order<2>(world(), {1, 1}, {last});
  EXPECT_EQ(one.contains(one.comm().rank()), world().rank() == last);
  EXPECT_EQ(one.comm().rank(), world().rank() == last ? 0 : world().rank() + 1);
  for (const std::vector<int>& bad : {std::vector<int>{last + 1}, {-1}, {0, 0}})
    message_of<argument_error>([&] { static_cast<void>(grid_in_order<1>(world(), {1}, bad)); });
  message_of<argument_error>(
      [&] { static_cast<void>(grid_in_order<1>(world(), {last + 2}, {0})); });
}
