#include "ranks/communicator_text.hpp"

#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/foreign_error.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <limits>
#include <string>
#include <utility>

namespace tessera::detail {

void throw_together(const communicator& comm, const std::exception* failure,
                    const given_arguments* given) {
  const bool failed = failure != nullptr;
  if (comm.size() == 1) {
    if (!failed) return;
    const error told = as_error(*failure);
    throw_error(told.kind(), told.what());
  }
  check_usable(comm);
  if (checks_arguments())
    agree(comm, "what follows a step that may fail", given != nullptr ? given->what : "");
  // The lowest rank that failed; whether all did; and the least and the greatest fingerprint.
  constexpr std::uint64_t none = std::numeric_limits<std::uint32_t>::max();
  std::uint64_t lowest[4] = {failed ? static_cast<std::uint64_t>(comm.rank()) : none,
                             failed ? 1U : 0U, 0, 0};
  if (given != nullptr) lowest[2] = given->hash;
  if (given != nullptr) lowest[3] = ~given->hash;
  const waiting here;
  note_collective();
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, lowest, given != nullptr ? 4 : 2, MPI_UINT64_T, MPI_MIN,
                          comm.native()),
            "MPI_Allreduce");
  if (lowest[0] == none) {
    if (given != nullptr && lowest[2] != ~lowest[3]) throw_disagreement(comm, *given);
    return;
  }
  const auto first = static_cast<int>(lowest[0]);
  const bool mine = comm.rank() == first;
  std::string told;
  if (mine) {
    const error what = as_error(*failure);
    const bool all_failed = lowest[1] == 1;
    const std::string where =
        all_failed ? "" : fmt::format("rank {}{}: ", first, named_text(comm, " of "));
    told = static_cast<char>(what.kind()) + where + what.what();
  }
  told = broadcast_text(comm, std::move(told), first);
  throw_error(static_cast<error_kind>(told[0]), told.substr(1));
}

} // namespace tessera::detail
