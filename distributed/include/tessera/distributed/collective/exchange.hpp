/// @file
/// Parts for other ranks, whose sizes these do not know.
#pragma once

#include <tessera/distributed/collective/values.hpp>

#include <map>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

/// How many elements each rank has for this one.
std::vector<index_t> exchanged_counts(const communicator& comm,
                                      const std::vector<message_data>& for_ranks);
/// Moves a part to each rank and one from each.
void exchange_parts(const communicator& comm, const std::vector<message_data>& for_ranks,
                    const std::vector<message_data>& from_ranks);
/// Sends to the ranks that are named, and calls `take` for each message from those that name this
/// one, which must receive it.
void exchange_sparse(const communicator& comm,
                     const std::vector<std::pair<int, message_data>>& for_ranks,
                     void (*take)(incoming_message& message, void* context), void* context);

template <element T>
std::vector<std::vector<T>> exchange_all(const communicator& comm,
                                         const std::vector<std::vector<T>>& for_ranks) {
  std::vector<message_data> sent;
  for (const std::vector<T>& part : for_ranks) sent.push_back(message_data_of(part));
  const std::vector<index_t> counts = exchanged_counts(comm, sent);
  std::vector<std::vector<T>> received(counts.size());
  std::vector<message_data> into;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    received[r].resize(static_cast<std::size_t>(counts[r]));
    into.push_back(message_data_of(received[r]));
  }
  exchange_parts(comm, sent, into);
  return received;
}
template <element T>
std::map<int, std::vector<T>> exchange_all(const communicator& comm,
                                           const std::map<int, std::vector<T>>& for_ranks) {
  std::vector<std::pair<int, message_data>> sent;
  sent.reserve(for_ranks.size());
  for (const auto& [rank, part] : for_ranks) sent.emplace_back(rank, message_data_of(part));
  using parts_by_rank = std::map<int, std::vector<T>>;
  parts_by_rank received;
  const auto take = [](incoming_message& message, void* parts) {
    const int from = message.source();
    (*static_cast<parts_by_rank*>(parts))[from] = message.template recv<std::vector<T>>();
  };
  exchange_sparse(comm, sent, take, &received);
  return received;
}

/// A communicator and parts. std::exchange is found, too, since parts are of std; it takes
/// anything, in the same form, so that this condition decides.
template <class Communicator, class Parts>
concept is_exchange = std::is_same_v<std::remove_const_t<Communicator>, communicator> &&
    requires(const communicator& comm, const std::remove_cvref_t<Parts>& parts) {
  exchange_all(comm, parts);
};

} // namespace detail

/// @name Exchange
///
/// What particle codes need: a vector of elements for each rank in, a vector from each rank out;
/// how much comes finds itself. Elements are trivially copyable. Collective.
///
/// With a std::vector for every rank, the sizes are exchanged first: one Alltoall of 8 bytes per
/// rank, and a message to each rank for which there is something. With a std::map of those ranks
/// for which there is something, each rank sends to these alone, and learns that nothing more comes
/// by a barrier that is not waited for (Hoefler, Siebert and Lumsdaine, "Scalable communication
/// protocols for dynamic sparse data exchange", 2010): no work and no memory for ranks to which one
/// does not talk.
///
/// @throws argument_error unless there is a part for each rank, or where a rank is not there.
/// communication_error when MPI fails.
///
///     std::vector<std::vector<particle>> leaving(world.size());
///     for (const particle& p : mine) leaving[owner_of(p)].push_back(p);
///     const auto arrived = exchange(world, leaving);   // arrived[r]: what rank r sent here
/// @{
template <class Communicator, class Parts>
requires detail::is_exchange<Communicator, Parts>
[[nodiscard]] auto exchange(Communicator& comm, Parts&& for_ranks) {
  return detail::exchange_all(comm, for_ranks);
}
template <class Parts>
requires detail::is_exchange<communicator, Parts>
[[nodiscard]] auto exchange(communicator&& comm, Parts&& for_ranks) {
  return detail::exchange_all(comm, for_ranks);
}
/// @}

} // namespace tessera
