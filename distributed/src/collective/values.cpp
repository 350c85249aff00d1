#include <tessera/distributed/collective/values.hpp>

#include "messages/envelope.hpp"
#include "ranks/communicator_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/ranks/agreed.hpp>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <string>

namespace tessera::detail {

namespace {

index_t sum_of(const std::vector<index_t>& sizes) {
  return std::reduce(sizes.begin(), sizes.end(), index_t{0});
}

message_data data_of(const byte_strings& strings) {
  return {strings.bytes.data(), sum_of(strings.sizes), 1, 'V', true, 1, nullptr, nullptr};
}

/// Room for strings of these sizes.
byte_strings room_for(std::vector<index_t> sizes) {
  byte_strings strings;
  strings.bytes.resize(static_cast<std::size_t>(sum_of(sizes)));
  strings.sizes = std::move(sizes);
  return strings;
}

void check_one_each(const communicator& comm, const byte_strings& strings, const char* call) {
  if (static_cast<int>(strings.sizes.size()) == comm.size()) return;
  throw argument_error(call_text(comm, call) + ": " + std::to_string(strings.sizes.size()) +
                       " values for " + std::to_string(comm.size()) + " ranks, one of each");
}

} // namespace

void byte_strings::copy_value(std::span<const std::byte> from, void* to, std::size_t bytes) {
  if (from.size() != bytes)
    throw argument_error("a value of " + std::to_string(from.size()) + " bytes where " +
                         std::to_string(bytes) + " are asked for: ranks disagree about its type");
  if (bytes > 0) std::memcpy(to, from.data(), bytes);
}

byte_strings gather_strings(const communicator& comm, const byte_strings& mine, int root) {
  check_usable(comm);
  std::vector<index_t> sizes = allgather(comm, mine.sizes[0]);
  const bool has_all = root == all_ranks || root == comm.rank();
  byte_strings whole = room_for(has_all ? sizes : std::vector<index_t>());
  gather(comm, data_of(mine), data_of(whole), sizes, root, call_mode::blocking);
  return whole;
}

byte_strings scatter_strings(const communicator& comm, const byte_strings& whole, int root) {
  check_usable(comm);
  if (comm.rank() == root) check_one_each(comm, whole, "scatter");
  std::vector<index_t> sizes = whole.sizes;
  sizes.resize(static_cast<std::size_t>(comm.size()));
  broadcast(comm, sizes.data(), comm.size(), root);
  byte_strings mine = room_for({sizes[static_cast<std::size_t>(comm.rank())]});
  scatter(comm, data_of(whole), sizes, data_of(mine), root, call_mode::blocking);
  return mine;
}

byte_strings exchange_strings(const communicator& comm, const byte_strings& for_ranks) {
  check_usable(comm);
  check_one_each(comm, for_ranks, "alltoall");
  std::vector<index_t> sizes(for_ranks.sizes.size());
  alltoall(comm, message_data_of(for_ranks.sizes), {}, message_data_of(sizes), {},
           call_mode::blocking);
  byte_strings from_ranks = room_for(sizes);
  alltoall(comm, data_of(for_ranks), for_ranks.sizes, data_of(from_ranks), sizes,
           call_mode::blocking);
  return from_ranks;
}

void bcast_string(const communicator& comm, byte_strings& string, int root) {
  index_t size = string.sizes.empty() ? 0 : string.sizes[0];
  broadcast(comm, &size, 1, root);
  if (comm.rank() != root) string = room_for({size});
  bcast(comm, data_of(string), root, call_mode::blocking);
}

void joined_shape(const communicator& comm, index_t* shape, std::size_t ndim,
                  std::vector<index_t>& counts) {
  check_usable(comm);
  const std::vector<index_t> mine(shape, shape + ndim);
  std::vector<index_t> shapes(ndim * static_cast<std::size_t>(comm.size()));
  gather(comm, message_data_of(mine), message_data_of(shapes), {}, all_ranks, call_mode::blocking);
  shape[0] = 0;
  for (std::size_t rank = 0; rank < static_cast<std::size_t>(comm.size()); ++rank) {
    const index_t* const own = shapes.data() + rank * ndim;
    if (!std::equal(own + 1, own + ndim, shapes.data() + 1))
      throw shape_error(call_text(comm, "gather") + ": arrays of shape " +
                        tuple_text(shapes.data(), ndim) + " on rank 0 and " +
                        tuple_text(own, ndim) + " on rank " + std::to_string(rank) +
                        " differ in more than their first axis");
    shape[0] += own[0];
    counts.push_back(std::accumulate(own, own + ndim, index_t{1}, std::multiplies<>()));
  }
}

} // namespace tessera::detail
