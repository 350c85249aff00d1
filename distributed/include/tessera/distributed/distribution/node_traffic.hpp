/// @file
/// How many bytes travel inside nodes and between them.
#pragma once

#include <tessera/distributed/distribution.hpp>
#include <tessera/distributed/distribution/halo.hpp>

#include <vector>

namespace tessera {

/// Bytes by how far they travel, of all ranks together. A value.
struct node_traffic {
  index_t own = 0;     ///< from a rank to itself
  index_t inside = 0;  ///< between ranks of one node
  index_t between = 0; ///< between ranks of different nodes
  friend constexpr bool operator==(const node_traffic&, const node_traffic&) = default;
};

namespace detail {

/// How many ranks a distribution is over: the product of its parts.
int ranks_of_grid(std::size_t ndim, const axis_distribution* axes);

/// Elements that a rank of one distribution and one of another have in common.
struct rank_overlap {
  int from;
  int to;
  index_t size;
};
/// By the first, then by the second rank.
bool comes_before(const rank_overlap& a, const rank_overlap& b);
/// Sorts them so; those of the same two ranks become one.
void add_up(std::vector<rank_overlap>& list);
/// All that are not empty. Both have the same shape.
std::vector<rank_overlap> overlaps_of(std::size_t ndim, const axis_distribution* from,
                                      const axis_distribution* to);

/// @throws shape_error for different shapes; `call` is whose arguments they are.
void check_same_shape(std::size_t ndim, const axis_distribution* from, const axis_distribution* to,
                      const char* call);

/// Widths of a halo along one axis.
struct halo_reach {
  index_t lower;
  index_t upper;
  bool periodic;
};
node_traffic halo_traffic(std::size_t ndim, const axis_distribution* axes, const halo_reach* reach,
                          index_t itemsize, const std::vector<int>& nodes);
node_traffic copy_traffic(std::size_t ndim, const axis_distribution* from,
                          const axis_distribution* to, index_t itemsize,
                          const std::vector<int>& nodes, const std::vector<int>& ranks);

} // namespace detail

/// What an exchange of halos of these widths sends, edges and corners, too: bytes of elements of
/// the array, each of `itemsize` bytes; cells beyond the ends of an axis are none. `nodes` has the
/// node of each rank, as `nodes_of(u.comm())`. Local, without data: some nanoseconds for each rank
/// and neighbour.
/// @throws argument_error when an axis is cyclic, or the nodes of too few ranks are given.
///
///     // 2 x 4 ranks, rows of four on a node:
///     const distribution<2> d({400, 400}, {2, 4});
///     const node_traffic t = halo_traffic(d, halo<2>(1), 8, {0, 0, 0, 0, 1, 1, 1, 1});
///     // t.between is 2 * (400 + 6) * 8: the row on either side, and six corners
template <std::size_t N>
[[nodiscard]] node_traffic halo_traffic(const distribution<N>& blocks, const halo<N>& width,
                                        index_t itemsize, const std::vector<int>& nodes) {
  std::array<detail::halo_reach, N> reach;
  for (std::size_t d = 0; d < N; ++d)
    reach[d] = {width.lower[d], width.upper[d], width.periodic[d]};
  return detail::halo_traffic(N, blocks.axes().data(), reach.data(), itemsize, nodes);
}

/// What a copy of an array sends from one distribution to another of the same shape. `nodes` has
/// the node of each rank of the array that is copied from. The other one is on the same ranks, of
/// which `ranks[k]` is the one that is rank k there; in the same order when it is empty. Local.
/// @throws shape_error naming both shapes when they differ, argument_error when too few nodes or
/// ranks are given.
///
///     const distribution<2> from({400, 400}, {2, 4}), to({400, 400}, {4, 2});
///     const std::vector<int> nodes(8, 0);
///     copy_traffic(from, to, 8, nodes).inside;                                // 960000
///     copy_traffic(from, to, 8, nodes, least_traffic_ranks(from, to)).inside; // 640000
template <std::size_t N>
[[nodiscard]] node_traffic copy_traffic(const distribution<N>& from, const distribution<N>& to,
                                        index_t itemsize, const std::vector<int>& nodes,
                                        const std::vector<int>& ranks = {}) {
  return detail::copy_traffic(N, from.axes().data(), to.axes().data(), itemsize, nodes, ranks);
}

} // namespace tessera
