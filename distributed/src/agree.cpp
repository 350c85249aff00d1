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
  constexpr int none = std::numeric_limits<int>::max();
  std::int64_t lowest[2] = {failed ? comm.rank() : none, failed ? 1 : 0};
  allreduce(comm, lowest, 2, MPI_MIN);
  if (lowest[0] == none) return;
  const int first = static_cast<int>(lowest[0]);
  const bool mine = comm.rank() == first;
  int kind = mine ? static_cast<int>(kind_of(*failure)) : 0;
  broadcast(comm, &kind, 1, first);
  const std::string message = broadcast(comm, mine ? failure->what() : std::string(), first);
  const std::string where = lowest[1] == 1 ? "" : "rank " + std::to_string(first) + ": ";
  throw_error(static_cast<error_kind>(kind), where + message);
}

} // namespace tessera::detail
