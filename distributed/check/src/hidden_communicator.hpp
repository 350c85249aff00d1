// A duplicate of each communicator of the program's, by which its ranks compare their calls.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <vector>

namespace tessera::detail {

/// Hangs on the communicator that it is a duplicate of.
struct hidden_communicator {
  communicator comm;            ///< none where that is between two groups
  std::vector<int> world_ranks; ///< of its ranks, or of those of the remote group
  int rank = 0;
  [[nodiscard]] bool compares() const { return !comm.is_null() && comm.size() > 1; }
  /// -1 for any.
  [[nodiscard]] int in_world(int peer) const {
    const auto place = static_cast<std::size_t>(peer);
    return peer >= 0 && place < world_ranks.size() ? world_ranks[place] : -1;
  }
};

/// Made by the first collective call on a communicator: collective then. Null for no communicator.
const hidden_communicator* hidden_of(MPI_Comm comm);
/// Ranks of the world for those of a communicator. Local.
int rank_of_world(MPI_Comm comm, int peer);
/// Before the communicator is freed. Collective.
void free_hidden(MPI_Comm comm);

} // namespace tessera::detail
