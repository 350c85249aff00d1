// How a transfer plan runs: what it packs, posts and unpacks.
#include "transfer/transfer_state.hpp"

#include "ranks/waits.hpp"

#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <tessera/core/timer.hpp>

#include <exception>

namespace tessera {

using detail::array_slot;
using detail::check_mpi;
using detail::local_copy;
using detail::message;
using detail::part_copy;

void transfer_plan::state::post(const message& m, bool sending) {
  const array_slot& array = arrays[m.parts[0].array];
  // MPI only reads what it sends.
  std::byte* const base = sending ? const_cast<std::byte*>(array.from) : array.to;
  std::byte* at = m.direct() ? base + m.direct_offset : memory.data() + m.buffer_offset;
  if (m.type != MPI_BYTE) return post(at, 1, m.type, m, 0, sending);
  const index_t most = largest_of(m);
  index_t left = m.bytes;
  for (std::size_t k = 0; k < m.requests; ++k) {
    const int n = static_cast<int>(left < most ? left : most);
    post(at, n, MPI_BYTE, m, k, sending);
    at += n;
    left -= n;
  }
}

void transfer_plan::state::post(std::byte* at, int count, MPI_Datatype type, const message& m,
                                std::size_t piece_number, bool sending) {
  MPI_Request* const request = &requests[m.first_request + piece_number];
  if (sending)
    check_mpi(MPI_Isend(at, count, type, m.peer, detail::plan_tag, comm.native(), request),
              "MPI_Isend");
  else
    check_mpi(MPI_Irecv(at, count, type, m.peer, detail::plan_tag, comm.native(), request),
              "MPI_Irecv");
}

void transfer_plan::state::pack_and_send(const message& m) {
  for (const part_copy& c : m.copies)
    c.copy.run(memory.data() + m.buffer_offset + c.at, arrays[c.array].from);
  post(m, true);
}

void transfer_plan::state::unpack(message& m) {
  detail::note_arrival(comm, m);
  const detail::timed_work here;
  for (const part_copy& c : m.copies)
    c.copy.run(arrays[c.array].to, memory.data() + m.buffer_offset + c.at);
}

/// Counts what this run sends and receives, whichever way it goes.
void transfer_plan::state::note_run() {
  for (const message& m : sends)
    detail::record_sent(comm, m.peer, detail::plan_channel, m.bytes,
                        static_cast<index_t>(pieces_of(m)));
  for (message& m : receives)
    m.awaited = detail::record_expected(comm, m.peer, m.bytes, static_cast<index_t>(pieces_of(m)));
}

void transfer_plan::state::copy_locally() {
  for (const local_copy& c : locals) {
    c.copy.run(arrays[c.array].to, arrays[c.array].from);
    if (streams.is_used()) streams.advance();
  }
}

void transfer_plan::state::start() {
  reached = stage::running;
  const timer clock;
  exceptions = std::uncaught_exceptions();
  if (detail::profile_is_recorded()) note_run();
  if (node.is_used()) node.start();
  if (!requests.empty()) {
    for (const message& m : receives)
      if (m.goes_at_once()) post(m, false);
    for (const message& m : sends)
      if (m.goes_at_once()) pack_and_send(m);
  }
  if (streams.is_used()) streams.start(comm, arrays, memory.data() + buffer_bytes);
  if (!in_order) copy_locally();
  seconds = clock.elapsed();
}

void detail::note_arrival(const communicator& comm, message& m) {
  if (m.awaited != 0) record_arrived(comm, m.peer, m.bytes, m.awaited);
  m.awaited = 0;
}

bool transfer_plan::state::has_arrived(const message& m) const {
  for (std::size_t k = 0; k < m.requests; ++k)
    if (requests[m.first_request + k] != MPI_REQUEST_NULL) return false;
  return true;
}

/// Unpacks each message when the last of its pieces has arrived.
void transfer_plan::state::unpack_as_they_arrive() {
  for (std::size_t left = receive_requests; left > 0; --left) {
    const auto arrived = static_cast<std::size_t>(
        detail::wait_for_any(requests.data(), receive_requests, message_bytes));
    for (message& m : receives) {
      if (!m.goes_at_once() || arrived < m.first_request || arrived >= m.first_request + m.requests)
        continue;
      if (has_arrived(m)) unpack(m);
      break;
    }
  }
}

/// Takes what the ranks sent in their order, this one's own in its place.
void transfer_plan::state::combine_in_order() {
  bool own_is_done = false;
  for (message& m : receives) {
    if (m.peer > comm.rank() && !own_is_done) {
      copy_locally();
      own_is_done = true;
    }
    if (m.is_shared) {
      node.receive_from(m.peer);
      continue;
    }
    detail::wait_for_all(&requests[m.first_request], m.requests, m.bytes);
    unpack(m);
  }
  if (!own_is_done) copy_locally();
}

void transfer_plan::state::finish() {
  arrive();
  await_readers();
}

/// Leaves no request behind when it throws.
void transfer_plan::state::arrive() {
  reached = stage::allocated;
  try {
    const timer clock;
    receive_all();
    seconds += clock.elapsed();
  } catch (...) {
    give_up();
    throw;
  }
}

/// What was sent and received in vain cannot be told from what a later run would send.
void transfer_plan::state::give_up() {
  reached = stage::given_up;
  if (node.is_used()) node.give_up();
  streams.give_up();
  detail::abandon(requests.data(), requests.size());
}

void transfer_plan::state::receive_all() {
  if (node.is_used() && !in_order) node.receive();
  if (in_order)
    combine_in_order();
  else if (unpacks)
    unpack_as_they_arrive();
  if (streams.is_used()) streams.receive();
  detail::wait_for_all(requests.data(), requests.size(), message_bytes);
  for (message& m : receives) detail::note_arrival(comm, m);
  if (node.is_used()) node.end();
}

} // namespace tessera
