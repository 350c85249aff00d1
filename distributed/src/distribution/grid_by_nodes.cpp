#include <tessera/core/error.hpp>
#include <tessera/core/types/number_text.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/distribution/grid_by_nodes.hpp>
#include <tessera/distributed/distribution/node_traffic.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace tessera::detail {

namespace {

/// Elements on the cuts of a grid; less is better, the first numbers first.
using grid_cost = std::array<double, 3>; // axes with idle ranks, between nodes, between ranks

/// Searches all dims, and all bricks that nodes can be, for the cheapest.
class brick_search {
public:
  brick_search(std::size_t ndim, const int* given, const index_t* shape)
      : ndim_(ndim), given_(given), shape_(shape), nodes_(ndim), inner_(ndim) {
    best_cost_.fill(std::numeric_limits<double>::infinity());
  }

  /// From large to small, as in `choose_grid`: of equally good grids, the one that splits the
  /// first axes wins.
  void fill(std::size_t d, int nodes, int inner) {
    if (d == ndim_) {
      if (nodes == 1 && inner == 1) judge();
      return;
    }
    for (int n = nodes; n >= 1; --n)
      for (int q = nodes % n == 0 ? inner : 0; q >= 1; --q) {
        if (inner % q != 0 || (given_[d] != 0 && given_[d] != n * q)) continue;
        nodes_[d] = n;
        inner_[d] = q;
        fill(d + 1, nodes / n, inner / q);
      }
  }

  /// Numbers of nodes along each axis, and of a node's ranks.
  [[nodiscard]] const std::vector<int>& nodes() const { return best_nodes_; }
  [[nodiscard]] const std::vector<int>& inner() const { return best_inner_; }

private:
  void judge() {
    const grid_cost cost = this->cost();
    if (cost >= best_cost_) return;
    best_cost_ = cost;
    best_nodes_ = nodes_;
    best_inner_ = inner_;
  }

  [[nodiscard]] grid_cost cost() const {
    grid_cost result{};
    for (std::size_t d = 0; d < ndim_; ++d) {
      double face = 1;
      for (std::size_t e = 0; e < ndim_; ++e)
        if (e != d) face *= static_cast<double>(shape_[e]);
      result[0] += nodes_[d] * inner_[d] > shape_[d] ? 1 : 0;
      result[1] += (nodes_[d] - 1) * face;
      result[2] += (nodes_[d] * inner_[d] - 1) * face;
    }
    return result;
  }

  std::size_t ndim_;
  const int* given_;
  const index_t* shape_;
  std::vector<int> nodes_;
  std::vector<int> inner_;
  std::vector<int> best_nodes_;
  std::vector<int> best_inner_;
  grid_cost best_cost_{};
};

using node_ranks = std::vector<std::vector<int>>;

/// Which rank stands at each place when every node is a brick.
std::vector<int> placed_in_bricks(const node_ranks& ranks, const brick_search& bricks,
                                  std::size_t ndim, const int* dims) {
  std::vector<int> result;
  std::vector<int> at(ndim);
  std::vector<int> within(ndim);
  const int places = static_cast<int>(ranks.size() * ranks.front().size());
  for (int place = 0; place < places; ++place) {
    rank_to_coords(place, ndim, dims, at.data());
    for (std::size_t d = 0; d < ndim; ++d) {
      within[d] = at[d] % bricks.inner()[d];
      at[d] /= bricks.inner()[d];
    }
    const int node = coords_to_rank(ndim, bricks.nodes().data(), at.data());
    const int rank = coords_to_rank(ndim, bricks.inner().data(), within.data());
    result.push_back(ranks[static_cast<std::size_t>(node)][static_cast<std::size_t>(rank)]);
  }
  return result;
}

/// Ranks in a given order along a grid whose axes run from the slowest to the fastest.
std::vector<int> placed_along(const std::vector<int>& ranks, const std::vector<std::size_t>& axes,
                              std::size_t ndim, const int* dims) {
  std::vector<int> result(ranks.size());
  std::vector<int> lengths(ndim);
  for (std::size_t d = 0; d < ndim; ++d) lengths[d] = dims[axes[d]];
  std::vector<int> steps(ndim);
  std::vector<int> at(ndim);
  for (std::size_t k = 0; k < ranks.size(); ++k) {
    rank_to_coords(static_cast<int>(k), ndim, lengths.data(), steps.data());
    for (std::size_t d = 0; d < ndim; ++d) at[axes[d]] = steps[d];
    result[static_cast<std::size_t>(coords_to_rank(ndim, dims, at.data()))] = ranks[k];
  }
  return result;
}

/// The cheapest of some ways to fill a grid.
class filling {
public:
  filling(const std::vector<int>& nodes, std::size_t ndim, const int* dims, const index_t* shape)
      : nodes_(nodes), reach_(ndim, halo_reach{1, 1, false}) {
    for (std::size_t d = 0; d < ndim; ++d) axes_.emplace_back(shape[d], dims[d]);
  }

  void judge(std::vector<int> ranks) {
    std::vector<int> placed;
    placed.reserve(ranks.size());
    for (const int rank : ranks) placed.push_back(nodes_[static_cast<std::size_t>(rank)]);
    const index_t cost = halo_traffic(axes_.size(), axes_.data(), reach_.data(), 1, placed).between;
    if (!best_.empty() && cost >= least_) return;
    least_ = cost;
    best_ = std::move(ranks);
  }
  [[nodiscard]] std::vector<int> best() && { return std::move(best_); }

private:
  const std::vector<int>& nodes_;
  std::vector<halo_reach> reach_;
  std::vector<axis_distribution> axes_;
  std::vector<int> best_;
  index_t least_ = 0;
};

/// Nodes of different sizes are no bricks: node by node along the axes in any order, or as they
/// were.
std::vector<int> filled_by_nodes(const std::vector<int>& nodes, const node_ranks& ranks,
                                 std::size_t ndim, const int* dims, const index_t* shape) {
  std::vector<int> own(nodes.size());
  std::iota(own.begin(), own.end(), 0);
  std::vector<int> by_node;
  for (const std::vector<int>& node : ranks)
    by_node.insert(by_node.end(), node.begin(), node.end());
  filling best(nodes, ndim, dims, shape);
  best.judge(own);
  std::vector<std::size_t> axes(ndim);
  std::iota(axes.begin(), axes.end(), std::size_t{0});
  do best.judge(placed_along(by_node, axes, ndim, dims));
  while (std::next_permutation(axes.begin(), axes.end()));
  return std::move(best).best();
}

std::string asked_text(std::size_t ndim, const int* dims, const index_t* shape,
                       const std::vector<int>& nodes) {
  const std::string text =
      fmt::format("dims {{{}}} for shape {}", joined_text(std::span(dims, ndim), ", "),
                  tuple_text(shape, ndim));
  return nodes.empty() ? text
                       : fmt::format("{}, nodes {{{}}}", text, joined_text(std::span(nodes), ", "));
}

} // namespace

std::vector<int> choose_grid_by_nodes(const std::vector<int>& nodes, std::size_t ndim, int* dims,
                                      const index_t* shape) {
  const node_ranks ranks = ranks_by_node(nodes);
  const std::vector<int> given(dims, dims + ndim);
  choose_grid(static_cast<int>(nodes.size()), ndim, dims, shape); // which finds mistakes, too
  const std::size_t inner = ranks.front().size();
  const bool are_equal = std::all_of(ranks.begin(), ranks.end(),
                                     [&](const auto& node) { return node.size() == inner; });
  if (!are_equal) return filled_by_nodes(nodes, ranks, ndim, dims, shape);
  brick_search bricks(ndim, given.data(), shape);
  bricks.fill(0, static_cast<int>(ranks.size()), static_cast<int>(inner));
  for (std::size_t d = 0; d < ndim; ++d) dims[d] = bricks.nodes()[d] * bricks.inner()[d];
  return placed_in_bricks(ranks, bricks, ndim, dims);
}

std::vector<int> choose_grid_by_nodes(const communicator& comm, const std::vector<int>& nodes,
                                      std::size_t ndim, int* dims, const index_t* shape) {
  check_made(comm);
  fingerprint hash;
  hash.add(dims, ndim).add(shape, ndim).add(nodes.data(), nodes.size());
  const auto text = [&] { return asked_text(ndim, dims, shape, nodes); };
  const given_arguments arguments = given("a process grid by nodes", hash, text);
  const auto check = [&] {
    if (!nodes.empty()) check_nodes(nodes, comm.size(), "grid_by_nodes");
    std::vector<int> trial(dims, dims + ndim);
    choose_grid(comm.size(), ndim, trial.data(), shape);
  };
  collectively(comm, check, &arguments);
  return choose_grid_by_nodes(nodes.empty() ? nodes_of(comm) : nodes, ndim, dims, shape);
}

grid_request request_by_nodes(std::size_t ndim, const int* dims, const index_t* shape) {
  grid_request request(dims, dims + ndim);
  request.insert(request.end(), shape, shape + ndim);
  request.push_back(1);
  return request;
}

void check_grid_in_order(const communicator& comm, std::size_t ndim, const int* dims,
                         const std::vector<int>& ranks) {
  check_made(comm);
  fingerprint hash;
  hash.add(dims, ndim).add(ranks.data(), ranks.size());
  const auto text = [&] {
    return fmt::format("dims {{{}}}, ranks {{{}}}", joined_text(std::span(dims, ndim), ", "),
                       joined_text(std::span(ranks), ", "));
  };
  const given_arguments arguments = given("a process grid in an order", hash, text);
  const auto check = [&] {
    check_some_ranks(comm.size(), ndim, dims);
    check_order(ranks, comm.size());
  };
  collectively(comm, check, &arguments);
}

} // namespace tessera::detail
