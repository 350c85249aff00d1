#include "ranks/communicator_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/distribution/nodes.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <map>

namespace tessera {

std::vector<int> nodes_of(const communicator& comm) {
  const communicator node = comm.split_by_node();
  int first = comm.rank();
  broadcast(node, &first, 1, 0);
  const std::vector<int> firsts = allgather(comm, first);
  std::map<int, int> numbers; // ascending, as the nodes shall be
  for (const int rank : firsts) numbers.emplace(rank, 0);
  int count = 0;
  for (auto& number : numbers) number.second = count++;
  std::vector<int> nodes;
  nodes.reserve(firsts.size());
  for (const int rank : firsts) nodes.push_back(numbers[rank]);
  return nodes;
}

namespace detail {

std::vector<std::vector<int>> ranks_by_node(const std::vector<int>& nodes) {
  std::map<int, std::size_t> places;
  std::vector<std::vector<int>> result;
  for (std::size_t rank = 0; rank < nodes.size(); ++rank) {
    const auto [at, is_new] = places.emplace(nodes[rank], result.size());
    if (is_new) result.emplace_back();
    result[at->second].push_back(static_cast<int>(rank));
  }
  return result;
}

void check_nodes(const std::vector<int>& nodes, int ranks, const char* call) {
  if (nodes.size() == static_cast<std::size_t>(ranks)) return;
  throw argument_error(fmt::format("{}: the nodes of {} ranks were given, there are {}: give the "
                                   "node of each rank, as nodes_of does",
                                   call, nodes.size(), ranks));
}

void check_order(const std::vector<int>& first, int ranks) {
  std::vector<bool> is_there(static_cast<std::size_t>(ranks), false);
  for (const int rank : first) {
    if (rank < 0 || rank >= ranks)
      throw argument_error(fmt::format("an order of ranks names rank {} of {}", rank, ranks));
    if (is_there[static_cast<std::size_t>(rank)])
      throw argument_error(fmt::format("an order of ranks names rank {} twice", rank));
    is_there[static_cast<std::size_t>(rank)] = true;
  }
}

communicator reordered(const communicator& comm, const std::vector<int>& first) {
  int place = 0;
  if (std::all_of(first.begin(), first.end(), [&](int rank) { return rank == place++; }))
    return comm.duplicate(); // which shares what is known of the nodes
  const auto found = std::find(first.begin(), first.end(), comm.rank());
  // Ranks with one key stay in their order.
  communicator result = comm.split(0, static_cast<int>(found - first.begin()));
  if (const std::string known_as = given_name(comm); !known_as.empty()) result.set_name(known_as);
  return result;
}

} // namespace detail

} // namespace tessera
