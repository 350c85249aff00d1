/// @file
/// Collective calls between two groups of ranks.
#pragma once

#include <tessera/distributed/collective/values.hpp>
#include <tessera/distributed/ranks/intercommunicator.hpp>

#include <type_traits>
#include <vector>

namespace tessera {

namespace detail {

/// Throws argument_error, on all ranks of this group, for a root that is not there.
void check_local_root(const intercommunicator& between, int root, const char* call);
void check_remote_root(const intercommunicator& between, int root, const char* call);
/// Throws on all ranks of this group what `f` throws on its first rank. Collective over the group.
void on_first_rank(const intercommunicator& between, void (*f)(void* context), void* context);
template <class F> void on_first_rank(const intercommunicator& between, F&& f) {
  on_first_rank(
      between, [](void* context) { (*static_cast<std::remove_reference_t<F>*>(context))(); }, &f);
}

/// One string of each rank of the remote group, on all ranks of this one, for one of each of these.
byte_strings exchange_strings(const intercommunicator& between, const byte_strings& mine);
/// The strings of a group on rank `root` of the other one.
void gather_strings_to(const intercommunicator& between, const byte_strings& mine, int root);
byte_strings gather_strings_from(const intercommunicator& between, int root);

template <value_of_rank T> byte_strings strings_of(const T& mine) {
  byte_strings strings;
  strings.add(mine);
  return strings;
}

} // namespace detail

/// @name Collective calls between two groups
///
/// What is known in one group comes to the other one: of an `intercommunicator`. The two groups
/// call what belongs together: `bcast_to` in one, `bcast_from` in the other; `gather_to` and
/// `gather_from`; or both `allgather`. What is moved is what messages and collective calls of
/// values move. It goes by one message from group to group, and by collective calls within each.
///
/// Collective: all ranks of both groups call them, each group with one root. They never meet the
/// messages between the groups, nor those of the communicators that these were made of.
///
/// @throws argument_error, on all ranks of a group, for a root that is not there, and where what
/// comes does not fit what it is received into; communication_error when MPI fails, and for an
/// intercommunicator without groups.
///
///     if (is_ocean) bcast_to(coupling, time_step, 0);     // rank 0 of the ocean
///     else bcast_from(coupling, time_step, 0);            // on all ranks of the atmosphere
///     const auto blocks = allgather(coupling, my_block);  // of each rank of the other code
/// @{

/// What rank `root` of this group has goes to all ranks of the other one. Waits as `send` does, on
/// the root alone. Collective.
template <class A> void bcast_to(const intercommunicator& between, const A& data, int root) {
  detail::check_local_root(between, root, "bcast_to");
  if (between.local_rank() == root) send(between.remote_ranks_for_collectives(), data, 0);
}
/// What rank `root` of the other group has, in place: arrays of the same shape, values, objects. A
/// std::vector or std::string gets the size of what comes. Collective.
template <detail::receive_operand A>
void bcast_from(const intercommunicator& between, A&& into, int root) {
  detail::check_remote_root(between, root, "bcast_from");
  using type = std::remove_cvref_t<A>;
  detail::on_first_rank(between, [&] {
    if constexpr (detail::resizable_elements<type>)
      into = recv<type>(between.remote_ranks_for_collectives(), root, 0);
    else
      recv(between.remote_ranks_for_collectives(), into, root, 0);
  });
  bcast(between.local(), into, 0);
}

/// The values of all ranks of the other group, in their order, on all ranks of this one; those of
/// this one go to the other. Where they are of another type than `mine`, it is said:
/// `allgather<double>(coupling, 5)`. Collective.
template <class T = void, detail::value_of_rank U>
[[nodiscard]] auto allgather(const intercommunicator& between, const U& mine) {
  using value_type = std::conditional_t<std::is_void_v<T>, U, T>;
  return detail::exchange_strings(between, detail::strings_of(mine)).template values<value_type>();
}

/// What each rank of this group has goes to rank `root` of the other one. Collective.
template <detail::value_of_rank T>
void gather_to(const intercommunicator& between, const T& mine, int root) {
  detail::check_remote_root(between, root, "gather_to");
  detail::gather_strings_to(between, detail::strings_of(mine), root);
}
/// The values of all ranks of the other group, in their order, on rank `root` of this one; nothing
/// on the others. Collective.
template <class T>
[[nodiscard]] std::vector<T> gather_from(const intercommunicator& between, int root) {
  detail::check_local_root(between, root, "gather_from");
  return detail::gather_strings_from(between, root).template values<T>();
}
/// @}

} // namespace tessera
