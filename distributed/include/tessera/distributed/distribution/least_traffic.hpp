/// @file
/// Which rank should have which part of an array's new distribution.
#pragma once

#include <tessera/distributed/distribution/grid_by_nodes.hpp>
#include <tessera/distributed/distribution/node_traffic.hpp>

#include <vector>

namespace tessera {

namespace detail {

/// Up to so many ranks the best assignment is found; beyond, a greedy one.
inline constexpr int most_ranks_assigned_exactly = 512;

std::vector<int> least_traffic_ranks(std::size_t ndim, const axis_distribution* from,
                                     const axis_distribution* to, const std::vector<int>& nodes,
                                     int exactly_up_to = most_ranks_assigned_exactly);
/// Throws, on all ranks, what the arguments give cause for. Collective.
void check_least_traffic(const communicator& comm, std::size_t ndim, const axis_distribution* from,
                         const axis_distribution* to, const std::vector<int>& nodes);

} // namespace detail

/// Which rank of an array should have each part of another distribution so that a copy to it sends
/// least: `ranks[k]` is the rank of `from` that is to be rank k of `to`. An element that travels
/// between nodes counts as eight that travel inside one; those that stay count nothing. `nodes`
/// has the node of each rank of the array; when it is empty, all are on one.
///
/// An assignment problem, as COSTA solves it (Kabic, Pintarelli, Kozhevnikov, VandeVondele:
/// COSTA, 2021): the best up to 512 ranks, in the time n^3 of the Hungarian method; beyond, pairs
/// with most in common first, which keeps half as much as the best one, or more, on one node. All
/// ranks that call it find the same. Local.
/// @throws shape_error naming both shapes when they differ, argument_error when the nodes of too
/// few ranks are given.
///
///     const distribution<2> from({400, 400}, {2, 4}), to({400, 400}, {4, 2});
///     const std::vector<int> ranks = least_traffic_ranks(from, to); // 8 of 16 parts stay, not 4
template <std::size_t N>
[[nodiscard]] std::vector<int> least_traffic_ranks(const distribution<N>& from,
                                                   const distribution<N>& to,
                                                   const std::vector<int>& nodes = {}) {
  return detail::least_traffic_ranks(N, from.axes().data(), to.axes().data(), nodes);
}

/// The grid for a fresh array of distribution `to` to which an array of distribution `from` on
/// `comm` is to be copied with the least traffic: `least_traffic_ranks` as a grid. `nodes` as for
/// `grid_by_nodes`. Collective.
/// @throws shape_error naming both shapes when they differ, argument_error for more parts than
/// ranks, when the nodes of more or fewer ranks are given, and where ranks give different
/// arguments; on all ranks.
///
///     const distribution<2> wanted(u.shape(), {4, 2});
///     global_array<double, 2> v(least_traffic_grid(u.comm(), u.distribution(), wanted), wanted);
///     copy_between(u.comm(), u, v);
template <std::size_t N>
[[nodiscard]] process_grid<N>
least_traffic_grid(const communicator& comm, const distribution<N>& from, const distribution<N>& to,
                   const std::vector<int>& nodes = {}) {
  detail::check_least_traffic(comm, N, from.axes().data(), to.axes().data(), nodes);
  return grid_in_order<N>(comm, to.dims(),
                          least_traffic_ranks(from, to, nodes.empty() ? nodes_of(comm) : nodes));
}

} // namespace tessera
