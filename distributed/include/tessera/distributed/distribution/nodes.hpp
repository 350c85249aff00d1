/// @file
/// Which ranks share a node.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <vector>

namespace tessera {

/// The node of each rank of a communicator. Nodes are numbered from 0 in the order of their first
/// ranks; ranks that can share memory are on one. Collective.
/// @throws communication_error for a communicator of no ranks.
///
///     const std::vector<int> nodes = nodes_of(world); // {0, 0, 1, 1}: two nodes of two ranks each
[[nodiscard]] std::vector<int> nodes_of(const communicator& comm);

namespace detail {

/// The ranks of each node, ascending; nodes in the order of their first ranks.
std::vector<std::vector<int>> ranks_by_node(const std::vector<int>& nodes);
/// @throws argument_error unless there is a node for each of so many ranks; `call` is whose
/// argument it is.
void check_nodes(const std::vector<int>& nodes, int ranks, const char* call);

/// The same ranks in another order in a communicator of its own: those given first, the others
/// behind them in their order. All ranks give the same. Collective.
communicator reordered(const communicator& comm, const std::vector<int>& first);
/// @throws argument_error for ranks that are not among so many, or are there twice.
void check_order(const std::vector<int>& first, int ranks);

} // namespace detail

} // namespace tessera
