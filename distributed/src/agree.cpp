#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/foreign_error.hpp>

#include <limits>
#include <string>

namespace tessera::detail {

void throw_together(const communicator& comm, const std::exception* failure) {
  const bool failed = failure != nullptr;
  if (comm.size() == 1) {
    if (!failed) return;
    const error told = as_error(*failure);
    throw_error(told.kind(), told.what());
  }
  // The lowest rank that failed, and whether all did.
  constexpr int none = std::numeric_limits<int>::max();
  std::int64_t lowest[2] = {failed ? comm.rank() : none, failed ? 1 : 0};
  allreduce(comm, lowest, 2, MPI_MIN);
  if (lowest[0] == none) return;
  const int first = static_cast<int>(lowest[0]);
  const bool mine = comm.rank() == first;
  const error told = failed ? as_error(*failure) : error(error_kind::other, "");
  int kind = static_cast<int>(told.kind());
  broadcast(comm, &kind, 1, first);
  const std::string message = broadcast(comm, mine ? told.what() : std::string(), first);
  const std::string where = lowest[1] == 1 ? "" : "rank " + std::to_string(first) + ": ";
  throw_error(static_cast<error_kind>(kind), where + message);
}

} // namespace tessera::detail
