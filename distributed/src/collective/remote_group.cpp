#include <tessera/distributed/collective/remote_group.hpp>

#include "ranks/communicator_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <span>
#include <string>

namespace tessera::detail {

namespace {

/// Strings go as their sizes and their bytes.
std::span<const std::byte> all_bytes(const byte_strings& strings) {
  return {strings.bytes.data(), strings.bytes.size()};
}

void send_strings(const communicator& to_remote, const byte_strings& strings, int to) {
  send(to_remote, strings.sizes, to);
  send(to_remote, all_bytes(strings), to);
}

byte_strings receive_strings(const communicator& from_remote, int from) {
  byte_strings strings;
  strings.sizes = recv<std::vector<index_t>>(from_remote, from, 0);
  incoming_message bytes = probe(from_remote, from, 0);
  strings.bytes.resize(static_cast<std::size_t>(bytes.bytes()));
  bytes.recv(std::span<std::byte>(strings.bytes.data(), strings.bytes.size()));
  return strings;
}

/// Those of the first rank on all.
void share_strings(const communicator& comm, byte_strings& strings) {
  bcast(comm, strings.sizes, 0);
  index_t bytes = static_cast<index_t>(strings.bytes.size());
  bcast(comm, bytes, 0);
  strings.bytes.resize(static_cast<std::size_t>(bytes));
  auto all = std::span<std::byte>(strings.bytes.data(), strings.bytes.size());
  bcast(comm, message_data_of(all), 0, call_mode::blocking);
}

[[noreturn]] void throw_no_root(const intercommunicator& between, int root, const char* call,
                                const char* where, int size) {
  throw argument_error(call_text(between.remote_ranks(), call) + ": there is no rank " +
                       std::to_string(root) + " among the " + std::to_string(size) + " of " +
                       where);
}

} // namespace

void check_local_root(const intercommunicator& between, int root, const char* call) {
  check_usable(between);
  if (root < 0 || root >= between.local_size())
    throw_no_root(between, root, call, "this group", between.local_size());
}

void check_remote_root(const intercommunicator& between, int root, const char* call) {
  check_usable(between);
  if (root < 0 || root >= between.remote_size())
    throw_no_root(between, root, call, "the remote group", between.remote_size());
}

void on_first_rank(const intercommunicator& between, void (*f)(void* context), void* context) {
  collectively(between.local(), [&] {
    if (between.local_rank() == 0) f(context);
  });
}

byte_strings exchange_strings(const intercommunicator& between, const byte_strings& mine) {
  check_usable(between);
  const communicator& remote = between.remote_ranks_for_collectives();
  const byte_strings ours = gather_strings(between.local(), mine, 0);
  byte_strings theirs;
  on_first_rank(between, [&] {
    request sizes = isend(remote, ours.sizes, 0);
    const auto bytes = all_bytes(ours);
    request contents = isend(remote, bytes, 0);
    theirs = receive_strings(remote, 0);
    sizes.wait();
    contents.wait();
  });
  share_strings(between.local(), theirs);
  return theirs;
}

void gather_strings_to(const intercommunicator& between, const byte_strings& mine, int root) {
  const byte_strings ours = gather_strings(between.local(), mine, 0);
  if (between.local_rank() == 0) send_strings(between.remote_ranks_for_collectives(), ours, root);
}

byte_strings gather_strings_from(const intercommunicator& between, int root) {
  if (between.local_rank() != root) return {};
  return receive_strings(between.remote_ranks_for_collectives(), 0);
}

} // namespace tessera::detail
