#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>

#include <limits>
#include <string>

namespace tessera::detail {

namespace {

error_kind kind_of(const std::exception& failure) {
  const auto* known = dynamic_cast<const error*>(&failure);
  return known != nullptr ? known->kind() : error_kind::other;
}

} // namespace

void throw_together(const communicator& comm, const std::exception* failure) {
  const bool failed = failure != nullptr;
  if (comm.size() == 1) {
    if (failed) throw_error(kind_of(*failure), failure->what());
    return;
  }
  // The lowest rank that failed, and whether all did.
  int lowest[2] = {failed ? comm.rank() : std::numeric_limits<int>::max(), failed ? 1 : 0};
  allreduce(comm, lowest, 2, MPI_INT, MPI_MIN);
  if (lowest[0] == std::numeric_limits<int>::max()) return;
  const bool mine = comm.rank() == lowest[0];
  int kind = mine ? static_cast<int>(kind_of(*failure)) : 0;
  broadcast(comm, &kind, 1, lowest[0]);
  const std::string message = broadcast(comm, mine ? failure->what() : std::string(), lowest[0]);
  const std::string where = lowest[1] == 1 ? "" : "rank " + std::to_string(lowest[0]) + ": ";
  throw_error(static_cast<error_kind>(kind), where + message);
}

} // namespace tessera::detail
