#include <tessera/distributed/collective/exchange.hpp>

#include "collective/move_operation.hpp"
#include "collective/private_messages.hpp"
#include "messages/arrival.hpp"
#include "messages/envelope.hpp"
#include "messages/sending.hpp"
#include "ranks/communicator_text.hpp"
#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <cstdint>
#include <string>

namespace tessera::detail {

std::vector<index_t> exchanged_counts(const communicator& comm,
                                      const std::vector<message_data>& for_ranks) {
  check_usable(comm);
  if (static_cast<int>(for_ranks.size()) != comm.size())
    throw argument_error(call_text(comm, "exchange") + ": " + std::to_string(for_ranks.size()) +
                         " parts for " + std::to_string(comm.size()) + " ranks, one for each");
  std::vector<index_t> sent;
  sent.reserve(for_ranks.size());
  for (const message_data& part : for_ranks) sent.push_back(part.count);
  std::vector<index_t> received(sent.size());
  alltoall(comm, message_data_of(sent), {}, message_data_of(received), {}, call_mode::blocking);
  return received;
}

void exchange_parts(const communicator& comm, const std::vector<message_data>& for_ranks,
                    const std::vector<message_data>& from_ranks) {
  move_operation* const op = operation_pool<move_operation>::take();
  const operation_owner owner(op);
  op->start(comm, "exchange");
  // Places are told from the first byte of memory.
  const auto parts_of = [](const std::vector<message_data>& data) {
    std::vector<byte_part> parts;
    for (const message_data& each : data)
      if (each.count > 0)
        parts.push_back({static_cast<int>(&each - data.data()),
                         static_cast<index_t>(reinterpret_cast<std::intptr_t>(each.data)),
                         each.count * each.itemsize});
    return parts;
  };
  const std::vector<byte_part> sent = parts_of(for_ranks);
  const std::vector<byte_part> received = parts_of(from_ranks);
  for (const byte_part& part : sent)
    if (part.rank != comm.rank()) note_sent(comm, part.rank, exchange_channel, part.bytes);
  const waiting here;
  op->post(nullptr, sent, nullptr, received);
  op->advance(true);
  for (const byte_part& part : received)
    if (part.rank != comm.rank()) note_received(comm, part.rank, exchange_channel, part.bytes);
}

namespace {

/// One after another as they come, until all have been received everywhere.
class sparse_exchange {
public:
  explicit sparse_exchange(const communicator& comm)
      : comm_(private_communicator(comm)), tag_(next_exchange_tag(comm)) {}

  void send(int rank, const message_data& part) {
    send_operation* const op = operation_pool<send_operation>::take();
    sending_.add(request(op));
    op->start(comm_, part, rank, tag_, send_mode::synchronous);
  }
  template <class Take> void receive(Take&& take) {
    const waiting here;
    while (!is_over()) {
      if (arrived_message* const arrived = next_arrival(comm_, any_source, tag_, false)) {
        incoming_message message(arrived);
        take(message);
      }
      limited_waits::check();
    }
  }

private:
  bool is_over() {
    if (is_all_received_) return others_.test();
    if (!sending_.test_all()) return false;
    is_all_received_ = true;
    others_ = request(barrier(comm_));
    return others_.test();
  }

  const communicator& comm_;
  int tag_;
  request_set sending_;
  bool is_all_received_ = false;
  request others_;
};

} // namespace

void exchange_sparse(const communicator& comm,
                     const std::vector<std::pair<int, message_data>>& for_ranks,
                     void (*take)(incoming_message& message, void* context), void* context) {
  check_usable(comm);
  for (const auto& [rank, part] : for_ranks) {
    if (rank >= 0 && rank < comm.size()) continue;
    throw argument_error(call_text(comm, "exchange") + ": there is no rank " +
                         std::to_string(rank) + " among the " + std::to_string(comm.size()) +
                         " of the communicator");
  }
  sparse_exchange parts(comm);
  for (const auto& [rank, part] : for_ranks) parts.send(rank, part);
  parts.receive([&](incoming_message& message) { take(message, context); });
}

} // namespace tessera::detail
