#include <tessera/distributed/ranks/intercommunicator.hpp>

#include "ranks/communicator_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

namespace tessera {

using detail::check_mpi;

namespace {

void check_leader(int leader, const communicator& comm, const char* which) {
  if (leader >= 0 && leader < comm.size()) return;
  throw argument_error(fmt::format("intercommunicator: there is no rank {} for the {} leader; {}",
                                   leader, which, detail::ranks_text(comm)));
}

void check_leaders(const communicator& local, int local_leader, const communicator& bridge,
                   int remote_leader, int tag) {
  check_leader(local_leader, local, "local");
  if (tag < 0)
    throw argument_error(fmt::format("intercommunicator: {} is no tag; tags are 0, 1, ...", tag));
  if (local.rank() != local_leader) return;
  if (bridge.is_null())
    throw argument_error("intercommunicator: the leader gave a bridge of no ranks: it must be a "
                         "communicator that both leaders are in");
  check_leader(remote_leader, bridge, "remote");
  if (remote_leader == bridge.rank())
    throw argument_error(fmt::format("intercommunicator: rank {} of the bridge is the leader of "
                                     "both groups",
                                     remote_leader));
}

} // namespace

/// Its size is that of the remote group, since messages are told by it which ranks there are.
communicator intercommunicator::between_groups(MPI_Comm owned) {
  communicator result(owned, true);
  check_mpi(MPI_Comm_remote_size(owned, &result.size_), "MPI_Comm_remote_size");
  return result;
}

intercommunicator::intercommunicator(const communicator& local, int local_leader,
                                     const communicator& bridge, int remote_leader, int tag) {
  detail::check_usable(local);
  collectively(local, [&] { check_leaders(local, local_leader, bridge, remote_leader, tag); });
  local_ = local.duplicate(); // returns errors, which a borrowed one need not
  const detail::waiting here;
  MPI_Comm made = MPI_COMM_NULL;
  check_mpi(MPI_Intercomm_create(local_.native(), local_leader, bridge.native(), remote_leader, tag,
                                 &made),
            "MPI_Intercomm_create");
  messages_ = between_groups(made);
  check_mpi(MPI_Comm_dup(messages_.native(), &made), "MPI_Comm_dup");
  collectives_ = between_groups(made);
}

group intercommunicator::remote_group() const {
  if (is_null()) return {};
  MPI_Group handle = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_remote_group(native(), &handle), "MPI_Comm_remote_group");
  return group(handle);
}

void intercommunicator::barrier() const {
  detail::check_usable(*this);
  const detail::waiting here;
  check_mpi(MPI_Barrier(collectives_.native()), "MPI_Barrier");
}

communicator intercommunicator::merge(bool high) const {
  detail::check_usable(*this);
  detail::agree(local_, "the high of merge", high ? "true" : "false");
  MPI_Comm made = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Intercomm_merge(collectives_.native(), high ? 1 : 0, &made), "MPI_Intercomm_merge");
  return {made, true};
}

namespace detail {

void check_usable(const intercommunicator& between) {
  check_thread();
  if (between.is_null())
    throw communication_error(
        "a collective call on an intercommunicator that was made without arguments, or moved from");
}

} // namespace detail

} // namespace tessera
