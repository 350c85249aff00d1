/// @file
/// A communicator: a group of ranks that exchange messages.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <iosfwd>

#include <mpi.h>

namespace tessera {

class group;

/// In place of a colour: a rank that gets no communicator.
inline constexpr int no_color = MPI_UNDEFINED;

/// A communicator of MPI. Copies refer to the same one, which is freed with the last of them (by
/// MPI_Comm_free, which is collective).
///
/// One that was wrapped around a foreign handle is never freed nor changed in any way: it keeps its
/// error handler, so an error of MPI in a collective call on it goes where its owner wants (MPI's
/// default ends the program). Communicators that are made here return errors, which are thrown.
/// So does the world when `run` has started MPI.
///
/// Members that do not say that they are collective are local. Members that call MPI throw
/// communication_error when it fails, collective ones also for a communicator of no ranks.
///
///     communicator half = world.split(world.rank() % 2);
///     const double sum = allreduce_sum(half, mine);
class communicator {
public:
  /// Refers to no communicator.
  communicator() = default;
  /// Refers to a handle that its owner frees, later than this object is used.
  explicit communicator(MPI_Comm borrowed);
  communicator(const communicator& other) noexcept;
  communicator(communicator&& other) noexcept;
  communicator& operator=(communicator other) noexcept;
  ~communicator();

  /// All ranks of the program.
  [[nodiscard]] static communicator world();

  /// Number of this process among the ranks, from 0.
  [[nodiscard]] int rank() const { return rank_; }
  /// How many ranks there are.
  [[nodiscard]] int size() const { return size_; }
  /// MPI's handle, which must not be freed.
  [[nodiscard]] MPI_Comm native() const { return handle_; }
  /// Is it no communicator: made without arguments, moved from, or what `split` and `create` give
  /// to ranks that are left out? Collective calls refuse it.
  [[nodiscard]] bool is_null() const { return handle_ == MPI_COMM_NULL; }
  /// Is it freed with its last copy, not by another owner?
  [[nodiscard]] bool is_owned() const { return users_ != nullptr; }

  /// Waits until all ranks have called it. Collective.
  void barrier() const;
  /// The same ranks in a communicator of its own, whose messages meet no others; it keeps a name
  /// that was given. Collective.
  [[nodiscard]] communicator duplicate() const;
  /// Ranks of the same colour together, ordered by key, then by rank; ranks of `no_color` get none.
  /// Collective.
  [[nodiscard]] communicator split(int color, int key = 0) const;
  /// Those ranks that can share memory with this one: the ranks of its node, in the same order.
  /// Collective.
  [[nodiscard]] communicator split_by_node() const;
  /// The ranks of a group, numbered as there; ranks that are not in it get none. All ranks of this
  /// communicator call it, with one group, or each with the one of several disjoint groups that it
  /// is in. Needs <tessera/distributed/ranks/group.hpp>. Collective.
  /// @throws argument_error, on all ranks, for a group with others than this communicator's ranks,
  /// and where ranks of a group gave different ones.
  ///
  ///     const communicator ocean = world.create(world.group().include({0, 1, 2}));
  ///     if (!ocean.is_null()) simulate(ocean);
  [[nodiscard]] communicator create(const tessera::group& members) const;
  /// The same, called by the ranks of the group alone: collective over these. Calls at the same
  /// time, of several threads, have different tags.
  /// @throws argument_error where this rank is not in the group, for a group with others than this
  /// communicator's ranks, and for a tag less than 0.
  [[nodiscard]] communicator create_group(const tessera::group& members, int tag = 0) const;
  /// Its ranks, in their order; none of no communicator.
  [[nodiscard]] tessera::group group() const;

  /// Gives it a name, which errors show that speak of its ranks. All copies have it, and duplicates
  /// that are made later, as those of process grids. Local, and of this rank alone.
  /// @throws argument_error for more than 63 characters (MPI_MAX_OBJECT_NAME, less one), and for a
  /// communicator of no ranks.
  void set_name(const std::string& name) const;
  /// The name that it was given here or by its owner; of those without, what MPI calls it, which
  /// may be nothing.
  [[nodiscard]] std::string name() const;

  /// Have both the same ranks in the same order?
  [[nodiscard]] bool same_ranks(const communicator& other) const;

private:
  friend class intercommunicator; // has one whose peers are the ranks of another group
  struct user_count;
  communicator(MPI_Comm handle, bool owned);

  MPI_Comm handle_ = MPI_COMM_NULL;
  user_count* users_ = nullptr; // counted only where the handle is owned
  int rank_ = 0;
  int size_ = 0;
};

namespace detail {

/// Throws communication_error when an MPI call failed; `call` is its name.
void check_mpi(int code, const char* call);

/// Throws communication_error when this thread must not call MPI.
void check_thread();
/// Throws it, too, for a communicator of no ranks, of which MPI would say MPI_ERR_COMM or end the
/// program.
void check_usable(const communicator& comm);

} // namespace detail

} // namespace tessera
