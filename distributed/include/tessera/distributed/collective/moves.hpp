/// @file
/// Collective calls that move values, arrays and objects from ranks to ranks.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/messages/incoming_message.hpp>
#include <tessera/distributed/messages/message_data.hpp>
#include <tessera/distributed/messages/point_to_point.hpp>
#include <tessera/distributed/messages/request.hpp>

#include <span>
#include <type_traits>
#include <utility>

namespace tessera {

/// In place of what is sent, where it lies already in what is received into: MPI's in-place forms.
struct in_place_t {};
inline constexpr in_place_t in_place{};

namespace detail {

/// In place of a root: all ranks have the whole.
inline constexpr int all_ranks = -1;

/// Sizes of the ranks' parts, in elements and in the order of the ranks; none where they are equal.
using part_counts = std::span<const index_t>;

/// Is it done when the call returns, which gives null then?
enum class call_mode { blocking, started };

operation* bcast(const communicator& comm, const message_data& data, int root, call_mode mode);
operation* gather(const communicator& comm, const message_data& mine, const message_data& whole,
                  part_counts counts, int root, call_mode mode);
operation* scatter(const communicator& comm, const message_data& whole, part_counts counts,
                   const message_data& mine, int root, call_mode mode);
operation* alltoall(const communicator& comm, const message_data& from, part_counts from_counts,
                    const message_data& to, part_counts to_counts, call_mode mode);
operation* barrier(const communicator& comm);

void check_root(const communicator& comm, int root, const char* call);

/// What stands for `in_place`.
inline constexpr message_data in_place_data{nullptr, 0, 0, 'V', true, 1, nullptr, nullptr};

template <class A> message_data source_of(const A& data) {
  if constexpr (std::is_same_v<A, in_place_t>)
    return in_place_data;
  else
    return message_data_of(data);
}

} // namespace detail

/// @name Values, arrays and objects from ranks to ranks
///
/// What is moved is what messages move: arrays and views of any strides, ranges of elements, single
/// values, and with <tessera/distributed/objects.hpp> objects. Elements are told apart by their
/// place alone: all ranks give as many of the same type. What is sent and what is received into
/// share no memory, unless `in_place` stands for what is sent. Strided views are packed once.
///
/// Collective: all ranks of the communicator call it, with the same root and sizes. In debug builds
/// and where arguments are checked, all ranks throw the same argument_error where they differ.
/// The forms with an `i` in front return at once, a request; buffers must last until it is done,
/// counts need not. What MPI has no call for (`alltoallv`, more than
/// `transfer_plan::piece_bytes()`) goes by messages on a duplicate of the communicator: the first
/// such call on it waits for all ranks.
///
/// @throws argument_error, on the rank that sees it, for a root that is not there, and where a
/// whole has not the size of its parts. communication_error when MPI fails.
///
///     bcast(world, settings, 0);
///     scatter(world, all, mine, 0);              // equal parts
///     const auto totals = gather(world, total, 0); // a std::vector, on rank 0
/// @{

/// What `root` has, on all ranks: in place, or of a temporary value as the result. Collective.
/// A std::vector or std::string takes the size of the root's, which costs a message more.
template <detail::receive_operand A>
requires detail::message_operand<A>
void bcast(const communicator& comm, A&& data, int root) {
  if constexpr (detail::resizable_elements<std::remove_cvref_t<A>>) {
    index_t count = static_cast<index_t>(data.size());
    bcast(comm, count, root);
    data.resize(static_cast<std::size_t>(count));
  }
  detail::bcast(comm, detail::target_of(data), root, detail::call_mode::blocking);
}
template <detail::lone_element T>
requires(!detail::receive_operand<T>) [[nodiscard]] T
    bcast(const communicator& comm, T&& value, int root) {
  T result = value;
  bcast(comm, result, root);
  return result;
}
template <detail::receive_operand A>
requires detail::message_operand<A> request ibcast(const communicator& comm, A&& data, int root) {
  return request(detail::bcast(comm, detail::target_of(data), root, detail::call_mode::started));
}

/// The parts of all ranks, one after another in their order, in `whole` on `root`, on the other
/// ranks nothing. With `in_place` for `mine`, that of `root` lies there already. Collective.
template <class A, detail::receive_operand B>
void gather(const communicator& comm, const A& mine, B&& whole, int root) {
  detail::check_root(comm, root, "gather");
  detail::gather(comm, detail::source_of(mine), detail::target_of(whole), {}, root,
                 detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request igather(const communicator& comm, A&& mine, B&& whole, int root) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  detail::check_root(comm, root, "igather");
  return request(detail::gather(comm, detail::source_of(mine), detail::target_of(whole), {}, root,
                                detail::call_mode::started));
}
/// The same of parts of different sizes: `counts` elements of each rank. Collective.
template <class A, detail::receive_operand B>
void gatherv(const communicator& comm, const A& mine, B&& whole, std::span<const index_t> counts,
             int root) {
  detail::check_root(comm, root, "gatherv");
  detail::gather(comm, detail::source_of(mine), detail::target_of(whole), counts, root,
                 detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request igatherv(const communicator& comm, A&& mine, B&& whole, std::span<const index_t> counts,
                 int root) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  detail::check_root(comm, root, "igatherv");
  return request(detail::gather(comm, detail::source_of(mine), detail::target_of(whole), counts,
                                root, detail::call_mode::started));
}

/// The parts of all ranks on all ranks. With `in_place` for `mine`, each rank's own lies in its
/// place already. Collective.
template <class A, detail::receive_operand B>
void allgather(const communicator& comm, const A& mine, B&& whole) {
  detail::gather(comm, detail::source_of(mine), detail::target_of(whole), {}, detail::all_ranks,
                 detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request iallgather(const communicator& comm, A&& mine, B&& whole) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::gather(comm, detail::source_of(mine), detail::target_of(whole), {},
                                detail::all_ranks, detail::call_mode::started));
}
template <class A, detail::receive_operand B>
void allgatherv(const communicator& comm, const A& mine, B&& whole,
                std::span<const index_t> counts) {
  detail::gather(comm, detail::source_of(mine), detail::target_of(whole), counts, detail::all_ranks,
                 detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request iallgatherv(const communicator& comm, A&& mine, B&& whole,
                    std::span<const index_t> counts) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::gather(comm, detail::source_of(mine), detail::target_of(whole), counts,
                                detail::all_ranks, detail::call_mode::started));
}

/// Equal parts of what `root` has in `whole`, in the order of the ranks; on the other ranks `whole`
/// is not looked at. Collective.
template <class A, detail::receive_operand B>
void scatter(const communicator& comm, const A& whole, B&& mine, int root) {
  detail::check_root(comm, root, "scatter");
  detail::scatter(comm, detail::message_data_of(whole), {}, detail::target_of(mine), root,
                  detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request iscatter(const communicator& comm, A&& whole, B&& mine, int root) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  detail::check_root(comm, root, "iscatter");
  return request(detail::scatter(comm, detail::message_data_of(whole), {}, detail::target_of(mine),
                                 root, detail::call_mode::started));
}
/// The same of parts of different sizes: `counts` elements for each rank. Collective.
template <class A, detail::receive_operand B>
void scatterv(const communicator& comm, const A& whole, std::span<const index_t> counts, B&& mine,
              int root) {
  detail::check_root(comm, root, "scatterv");
  detail::scatter(comm, detail::message_data_of(whole), counts, detail::target_of(mine), root,
                  detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request iscatterv(const communicator& comm, A&& whole, std::span<const index_t> counts, B&& mine,
                  int root) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  detail::check_root(comm, root, "iscatterv");
  return request(detail::scatter(comm, detail::message_data_of(whole), counts,
                                 detail::target_of(mine), root, detail::call_mode::started));
}

/// A part of every rank's for every rank: rank i's part j becomes rank j's part i. Collective.
template <class A, detail::receive_operand B>
void alltoall(const communicator& comm, const A& from, B&& to) {
  detail::alltoall(comm, detail::source_of(from), {}, detail::target_of(to), {},
                   detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request ialltoall(const communicator& comm, A&& from, B&& to) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::alltoall(comm, detail::source_of(from), {}, detail::target_of(to), {},
                                  detail::call_mode::started));
}
/// The same of parts of different sizes. Where those that come are not known, see `exchange`.
/// Collective.
template <class A, detail::receive_operand B>
void alltoallv(const communicator& comm, const A& from, std::span<const index_t> from_counts,
               B&& to, std::span<const index_t> to_counts) {
  detail::alltoall(comm, detail::message_data_of(from), from_counts, detail::target_of(to),
                   to_counts, detail::call_mode::blocking);
}
template <class A, detail::receive_operand B>
request ialltoallv(const communicator& comm, A&& from, std::span<const index_t> from_counts, B&& to,
                   std::span<const index_t> to_counts) {
  detail::check_stays<A>();
  detail::check_lasts<B>();
  return request(detail::alltoall(comm, detail::message_data_of(from), from_counts,
                                  detail::target_of(to), to_counts, detail::call_mode::started));
}

/// Waits for no one: the request is done when all ranks have called it. Collective.
[[nodiscard]] inline request ibarrier(const communicator& comm) {
  return request(detail::barrier(comm));
}
/// @}

} // namespace tessera
