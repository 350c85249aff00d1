/// @file
/// Two groups of ranks that exchange messages: codes that are coupled.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/group.hpp>

#include <string>

namespace tessera {

/// Two disjoint groups of ranks, each of which knows the other one by its numbers: an ocean and an
/// atmosphere, a simulation and what looks at it. It is no communicator: ranks that messages are
/// sent to and received from are those of the remote group.
///
/// What coupled codes need of it:
/// - fields from rank to rank, of other numbers and decompositions on both sides: all messages
///   (`send`, `recv`, `sendrecv`, `probe` and their forms in the background) take it in place of a
///   communicator;
/// - who has what there: `allgather` gives what each rank of the remote group says;
/// - settings and clocks: `bcast_to` and `bcast_from`; what is known there, on one rank here:
///   `gather_to` and `gather_from`; see <tessera/distributed/collective/remote_group.hpp>;
/// - steps that begin together: `barrier`;
/// - all else, as sums over both codes: `merge` makes a communicator of all ranks.
///
/// Copies refer to the same one. Members that do not say that they are collective are local;
/// collective ones are called by the ranks of both groups, and throw communication_error for one
/// that was made without arguments. So do all when MPI fails.
///
///     const communicator mine = world.split(is_ocean ? 0 : 1);
///     const intercommunicator coupling(mine, 0, world, is_ocean ? first_of_atmosphere : 0);
///     sendrecv(coupling, sea_temperature, partner, wind, partner);
class intercommunicator {
public:
  /// Refers to nothing.
  intercommunicator() = default;
  /// Of the ranks of `local` and those of another communicator, whose ranks call it as well. The
  /// leaders, one rank of each, find each other through a communicator that both are in: this
  /// group's is rank `local_leader` of `local`, the other's is rank `remote_leader` of `bridge`.
  /// What bridge and remote leader are matters on the leader alone. Both sides give the same tag,
  /// another one than messages between the leaders have meanwhile. Collective over both groups.
  /// @throws argument_error, on all ranks of `local`, for leaders that are not there, and for a tag
  /// less than 0; communication_error where a rank is in both groups, and when MPI fails.
  intercommunicator(const communicator& local, int local_leader, const communicator& bridge,
                    int remote_leader, int tag = 0);

  /// Number of this process in its group.
  [[nodiscard]] int local_rank() const { return local_.rank(); }
  /// How many ranks this process's group has.
  [[nodiscard]] int local_size() const { return local_.size(); }
  /// How many ranks the other group has.
  [[nodiscard]] int remote_size() const { return messages_.size(); }
  /// The ranks of this process's group in a communicator of their own, which is that of collective
  /// calls between the groups.
  [[nodiscard]] const communicator& local() const { return local_; }
  /// The ranks of this process's group.
  [[nodiscard]] group local_group() const { return local_.group(); }
  /// The ranks of the other group. @throws communication_error when MPI fails.
  [[nodiscard]] group remote_group() const;
  /// Was it made without arguments, or moved from?
  [[nodiscard]] bool is_null() const { return messages_.is_null(); }
  /// MPI's handle, which must not be freed.
  [[nodiscard]] MPI_Comm native() const { return messages_.native(); }

  /// Waits until all ranks of the other group have called it. Collective.
  /// @throws communication_error for one that was made without arguments, and when MPI fails.
  void barrier() const;
  /// A communicator of all ranks: first those of the group that says false, then those of the one
  /// that says true; if both say the same, MPI chooses an order. Collective.
  /// @throws argument_error, on all ranks of a group, whose ranks differ.
  [[nodiscard]] communicator merge(bool high = false) const;

  /// As `communicator::set_name`. Local.
  void set_name(const std::string& name) const { messages_.set_name(name); }
  /// As `communicator::name`. Local.
  [[nodiscard]] std::string name() const { return messages_.name(); }

  /// For messages: a communicator whose peers are the remote ranks.
  [[nodiscard]] const communicator& remote_ranks() const { return messages_; }
  /// Another one for collective calls, whose messages do not meet those.
  [[nodiscard]] const communicator& remote_ranks_for_collectives() const { return collectives_; }

private:
  static communicator between_groups(MPI_Comm owned);

  communicator local_;
  communicator messages_;
  communicator collectives_;
};

namespace detail {

/// Those whom messages go to and come from: the ranks of a communicator, or the remote ones of an
/// intercommunicator. It lives no longer than the call.
class peers {
public:
  peers(const communicator& comm) noexcept : comm_(&comm) {} // NOLINT: what users give
  peers(const intercommunicator& between) noexcept           // NOLINT: likewise
      : comm_(&between.remote_ranks()) {}
  operator const communicator&() const noexcept { return *comm_; } // NOLINT: what is called on

private:
  const communicator* comm_;
};

/// Throws communication_error for an intercommunicator that was made without arguments.
void check_usable(const intercommunicator& between);

} // namespace detail

} // namespace tessera
