/// @file
/// Collective calls in which each rank exchanges parts with a few others alone.
#pragma once

#include <tessera/distributed/collective/moves.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <array>
#include <span>
#include <vector>

namespace tessera {

/// Whom each rank of a communicator sends to and receives from, in an order: its neighbours in a
/// process grid, or the edges of any graph. It needs no topology of MPI's: making one costs
/// collective calls, its counts are int, and Open MPI 4.1 mixes up the two directions of a periodic
/// axis of one or two ranks in some calls.
///
/// Messages of neighbours go by a duplicate of the communicator, which the first call on it makes.
///
/// Members are local.
///
///     const neighbour_graph near(grid, {true, false});          // periodic along the first axis
///     const neighbour_graph ring(world, {left}, {right});       // from the left, to the right
class neighbour_graph {
public:
  /// The neighbours in a grid, which are sources and destinations alike, in MPI's order: for each
  /// axis the rank before this one, then the rank behind it; `no_rank` beyond the ends, unless the
  /// axis is periodic. What is sent to the rank behind comes there as from the rank before, also
  /// where both are the same rank, or this one. Local.
  template <std::size_t N>
  neighbour_graph(const process_grid<N>& grid, // NOLINT: a grid says who is near
                  const std::array<bool, N>& periodic = std::array<bool, N>{})
      : comm_(grid.comm()), is_grid_(true) {
    const auto ranks = grid.neighbours(periodic);
    sources_.assign(ranks.begin(), ranks.end());
    destinations_ = sources_;
  }
  /// Given ranks, any of which may be `no_rank`. Each rank names as a source, as many times, those
  /// that name it as a destination: the first part that a rank sends to another is the first one
  /// that this receives from it. Collective.
  /// @throws argument_error, on all ranks, for ranks that are not there, and, where arguments are
  /// checked, for edges that only one side names.
  neighbour_graph(const communicator& comm, std::vector<int> sources,
                  std::vector<int> destinations);

  [[nodiscard]] const communicator& comm() const { return comm_; }
  /// From whom this rank receives.
  [[nodiscard]] const std::vector<int>& sources() const { return sources_; }
  /// To whom this rank sends.
  [[nodiscard]] const std::vector<int>& destinations() const { return destinations_; }

  /// Is the k-th part to a rank its part from the opposite direction?
  [[nodiscard]] bool is_grid() const { return is_grid_; }

private:
  communicator comm_;
  std::vector<int> sources_;
  std::vector<int> destinations_;
  bool is_grid_ = false;
};

namespace detail {

operation* neighbour_allgather(const neighbour_graph& near, const message_data& mine,
                               const message_data& whole, part_counts counts, call_mode mode);
operation* neighbour_alltoall(const neighbour_graph& near, const message_data& from,
                              part_counts from_counts, const message_data& to,
                              part_counts to_counts, call_mode mode);

} // namespace detail

/// @name Collective calls of neighbours
///
/// Each rank exchanges parts with its neighbours alone: those of a process grid (not periodic; else
/// name a `neighbour_graph`), or of any graph. Parts lie one after another in the order of
/// the sources or destinations: row k of an array belongs to the k-th of them. Parts of `no_rank`
/// stay as they are. Arrays, views of any strides, ranges of elements; what is sent and what is
/// received into share no memory.
///
/// Collective: all ranks of the communicator call it. Each waits for its neighbours alone. The
/// forms with an `i` in front return at once, a request; buffers must last until it is done. Costs
/// a message to each neighbour.
///
/// @throws argument_error, on the rank that sees it, where a whole has not the size of its parts,
/// and where a part that comes has another size, naming both ranks. communication_error when MPI
/// fails.
///
///     ndarray<double, 2> theirs({4, n});               // above, below, left, right
///     neighbour_allgather(grid, mine, theirs);         // the same to all neighbours
///     neighbour_alltoall(grid, edges, halos);          // row k to and from neighbour k
/// @{

/// What each source has, as `mine` here, one after another in `whole`. Collective.
template <class A, detail::receive_operand B>
void neighbour_allgather(const neighbour_graph& near, const A& mine, B&& whole) {
  detail::neighbour_allgather(near, detail::message_data_of(mine), detail::target_of(whole), {},
                              detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request ineighbour_allgather(const neighbour_graph& near, A&& mine, B&& whole) {
  detail::check_lasts<A>();
  detail::check_lasts<B>();
  return request(detail::neighbour_allgather(near, detail::message_data_of(mine),
                                             detail::target_of(whole), {},
                                             detail::call_mode::started));
}
/// The same of parts of different sizes: `counts` elements of each source. Collective.
template <class A, detail::receive_operand B>
void neighbour_allgatherv(const neighbour_graph& near, const A& mine, B&& whole,
                          std::span<const index_t> counts) {
  detail::neighbour_allgather(near, detail::message_data_of(mine), detail::target_of(whole), counts,
                              detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request ineighbour_allgatherv(const neighbour_graph& near, A&& mine, B&& whole,
                              std::span<const index_t> counts) {
  detail::check_lasts<A>();
  detail::check_lasts<B>();
  return request(detail::neighbour_allgather(near, detail::message_data_of(mine),
                                             detail::target_of(whole), counts,
                                             detail::call_mode::started));
}

/// Part k of `from` to the k-th destination; part k of `to` from the k-th source. Collective.
template <class A, detail::receive_operand B>
void neighbour_alltoall(const neighbour_graph& near, const A& from, B&& to) {
  detail::neighbour_alltoall(near, detail::message_data_of(from), {}, detail::target_of(to), {},
                             detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request ineighbour_alltoall(const neighbour_graph& near, A&& from, B&& to) {
  detail::check_lasts<A>();
  detail::check_lasts<B>();
  return request(detail::neighbour_alltoall(near, detail::message_data_of(from), {},
                                            detail::target_of(to), {}, detail::call_mode::started));
}
/// The same of parts of different sizes. Collective.
template <class A, detail::receive_operand B>
void neighbour_alltoallv(const neighbour_graph& near, const A& from,
                         std::span<const index_t> from_counts, B&& to,
                         std::span<const index_t> to_counts) {
  detail::neighbour_alltoall(near, detail::message_data_of(from), from_counts,
                             detail::target_of(to), to_counts, detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request ineighbour_alltoallv(const neighbour_graph& near, A&& from,
                             std::span<const index_t> from_counts, B&& to,
                             std::span<const index_t> to_counts) {
  detail::check_lasts<A>();
  detail::check_lasts<B>();
  return request(detail::neighbour_alltoall(near, detail::message_data_of(from), from_counts,
                                            detail::target_of(to), to_counts,
                                            detail::call_mode::started));
}
/// @}

} // namespace tessera
