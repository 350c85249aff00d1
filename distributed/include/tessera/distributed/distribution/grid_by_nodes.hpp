/// @file
/// Process grids whose ranks are placed by the nodes that they are on.
#pragma once

#include <tessera/distributed/distribution/nodes.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <utility>
#include <vector>

namespace tessera {

namespace detail {

/// Fills the zeros of `dims` and returns which rank stands at each place of the grid.
/// @throws argument_error when there is no way.
std::vector<int> choose_grid_by_nodes(const std::vector<int>& nodes, std::size_t ndim, int* dims,
                                      const index_t* shape);
/// The same on all ranks of a communicator; asks it for its nodes where none are given. Collective.
std::vector<int> choose_grid_by_nodes(const communicator& comm, const std::vector<int>& nodes,
                                      std::size_t ndim, int* dims, const index_t* shape);
/// How such a grid was asked for: also where all dims were given, as the order depends on nodes.
grid_request request_by_nodes(std::size_t ndim, const int* dims, const index_t* shape);
/// @throws argument_error unless dims and order are those of a grid of such ranks. Collective.
void check_grid_in_order(const communicator& comm, std::size_t ndim, const int* dims,
                         const std::vector<int>& ranks);

} // namespace detail

/// All ranks of a communicator as a grid for an array of `shape` that sends least between nodes,
/// then inside them: each node is a brick of the grid, and of all ways to choose dims and bricks,
/// that with the least surface between nodes is taken, and of these the one with the least surface
/// between ranks. Zeros in `dims` are chosen. Where nodes have different numbers of ranks, the
/// dims are those of least surface, filled node by node.
///
/// The grid's communicator has its ranks in another order than `comm`, unless they are in that
/// order already: `grid.comm().rank()` is this rank's place, and arrays there go together with
/// arrays on the same grid; `copy_between` copies to and from others. Collective.
///
/// `nodes` has the node of each rank; when it is empty, the communicator is asked: `nodes_of`.
/// @throws argument_error, on all ranks, when the product of the dims is not the number of ranks,
/// when the nodes of more or fewer ranks are given, and where ranks give different arguments.
///
///     // 16 ranks, four on each node: 4 x 4, each node 2 x 2 of them
///     const auto grid = grid_by_nodes<2>(world, {}, {4096, 4096});
///     global_array<double, 2> u(grid, {4096, 4096}, halo<2>(1));
///     halo_traffic(u.distribution(), halo<2>(1), 8, nodes_of(grid.comm())).between; // bytes
template <std::size_t N>
[[nodiscard]] process_grid<N> grid_by_nodes(const communicator& comm, const grid_dims<N>& dims,
                                            const shape_t<N>& shape,
                                            const std::vector<int>& nodes = {}) {
  grid_dims<N> chosen = dims;
  const std::vector<int> ranks =
      detail::choose_grid_by_nodes(comm, nodes, N, chosen.data(), shape.data());
  return process_grid<N>::sharing(detail::reordered(comm, ranks), chosen,
                                  detail::request_by_nodes(N, dims.data(), shape.data()));
}

/// Ranks of a communicator as a grid in a given order: `ranks[k]` is rank k of the grid's
/// communicator, which has the ranks that are not named behind them, in their order. As with
/// `process_grid::on_first_ranks`, the dims may multiply to fewer than there are. Collective.
/// @throws argument_error, on all ranks, when there are not so many ranks, for ranks that do not
/// exist or are named twice, and where ranks give different arguments.
///
///     const auto grid = grid_in_order<2>(world, {2, 2}, {0, 2, 1, 3}); // columns first
template <std::size_t N>
[[nodiscard]] process_grid<N> grid_in_order(const communicator& comm, const grid_dims<N>& dims,
                                            const std::vector<int>& ranks) {
  detail::check_grid_in_order(comm, N, dims.data(), ranks);
  return process_grid<N>::sharing(detail::reordered(comm, ranks), dims);
}

} // namespace tessera
