/// @file
/// Groups: ordered sets of ranks, without messages.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <vector>

#include <mpi.h>

namespace tessera {

/// Ranks from `first` to `last`, which is one of them if the steps meet it, as in
/// MPI_Group_range_incl; none where `last` lies on the other side of `first`.
struct rank_range {
  int first;
  int last;
  int step = 1; ///< not 0; less than 0 goes down
};

/// An ordered set of processes, numbered from 0: whom a communicator has, or is to have. A value:
/// copies are equal, and share MPI's group, which is freed with the last of them, or left to MPI
/// where that has ended. It holds MPI's group, not ranks of the world, so that processes which are
/// not in the world (spawned ones, say) can be in it.
///
/// Members are local: they send no messages. Those that are given ranks throw argument_error, which
/// names the rank, for one that is not there or is given twice; all throw communication_error when
/// MPI fails.
///
///     const group all = world.group();
///     const communicator ocean = world.create(all.include({0, 1, 2}));
///     const communicator even = world.create(all.include_ranges({{0, all.size() - 1, 2}}));
class group {
public:
  /// No ranks.
  group() = default;
  /// Takes over a group of MPI, which is freed with the last copy. @throws argument_error for
  /// MPI_GROUP_NULL.
  explicit group(MPI_Group owned);
  group(const group& other) noexcept;
  group(group&& other) noexcept;
  group& operator=(group other) noexcept;
  ~group();

  /// How many ranks there are. @throws communication_error when MPI fails.
  [[nodiscard]] int size() const;
  /// Number of this process among them; `no_rank` where it is not one of them.
  /// @throws communication_error when MPI fails.
  [[nodiscard]] int rank() const;
  /// MPI's handle, which must not be freed.
  [[nodiscard]] MPI_Group native() const { return handle_; }

  /// Those of these ranks, in this order.
  /// @throws argument_error for ranks that are not there or are given twice.
  [[nodiscard]] group include(const std::vector<int>& ranks) const;
  /// All but these ranks, in the order in which they are.
  /// @throws argument_error for ranks that are not there or are given twice.
  [[nodiscard]] group exclude(const std::vector<int>& ranks) const;
  /// Those in the ranges, one range after the other.
  /// @throws argument_error for a step of 0, and for ranks that are not there or are given twice.
  [[nodiscard]] group include_ranges(const std::vector<rank_range>& ranges) const;
  /// All but those in the ranges.
  /// @throws argument_error for a step of 0, and for ranks that are not there or are given twice.
  [[nodiscard]] group exclude_ranges(const std::vector<rank_range>& ranges) const;

  /// The numbers that these ranks have in another group; `no_rank` for those that are not in it.
  /// For `no_rank`, that again. @throws argument_error for ranks that are not there.
  [[nodiscard]] std::vector<int> translate(const std::vector<int>& ranks, const group& other) const;
  /// The same of one rank.
  [[nodiscard]] int translate(int rank, const group& other) const;

  /// Have both the same ranks in the same order?
  friend bool operator==(const group& a, const group& b);

private:
  struct user_count;

  MPI_Group handle_ = MPI_GROUP_EMPTY;
  user_count* users_ = nullptr; // of a handle that is owned
};

/// @name Sets of ranks
/// Local. @throws communication_error when MPI fails.
///
///     const group others = set_difference(world.group(), ocean.group());
/// @{

/// Those of `a` in their order, then those of `b` that are not in `a`.
[[nodiscard]] group set_union(const group& a, const group& b);
/// Those of `a` that are in `b`, too, in the order of `a`.
[[nodiscard]] group set_intersection(const group& a, const group& b);
/// Those of `a` that are not in `b`, in the order of `a`.
[[nodiscard]] group set_difference(const group& a, const group& b);
/// @}

} // namespace tessera
