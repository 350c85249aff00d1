// Sending and receiving at once.
#include "messages/envelope.hpp"
#include "messages/overflow.hpp"
#include "messages/receiving.hpp"
#include "messages/sending.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <string>

namespace tessera {

namespace detail {

namespace {

bool is_direct(const message_data& data) { return goes_plain(data) && data.is_contiguous; }

/// Both sides as they lie in memory, or what is received by way of other memory.
status in_one_call(const communicator& comm, const message_data& data, int to,
                   const message_data& into, int from, int send_tag, int receive_tag,
                   const overflow_memory& detour) {
  const mpi_elements sent = mpi_type_of(data.kind, data.itemsize);
  mpi_elements received = mpi_type_of(into.kind, into.itemsize);
  index_t count = into.count * received.each;
  if (detour.data() != nullptr) {
    received.type = MPI_BYTE;
    count = any_length;
  }
  MPI_Status state;
  {
    if (to != no_rank) note_sent(comm, to, send_tag, data.count * data.itemsize);
    const noted_call note(comm, "waits for a message from", from, receive_tag);
    const waiting here((data.count + into.count) * data.itemsize);
    const int code =
        MPI_Sendrecv(data.data, static_cast<int>(data.count * sent.each), sent.type, to, send_tag,
                     detour.data() != nullptr ? detour.data() : into.data, static_cast<int>(count),
                     received.type, from, receive_tag, comm.native(), &state);
    if (code != MPI_SUCCESS && code != MPI_ERR_TRUNCATE) check_mpi(code, "MPI_Sendrecv");
  }
  if (from == no_rank) return {};
  if (detour.data() != nullptr) return take_from(detour, comm, into, state, "sendrecv");
  const index_t bytes = bytes_of(state);
  check_count(into.data, bytes, into, comm, state.MPI_SOURCE, "sendrecv");
  note_received(comm, state.MPI_SOURCE, state.MPI_TAG, bytes);
  return {state.MPI_SOURCE, state.MPI_TAG, into.count, &into.count, into.ndim};
}

} // namespace

status send_and_receive(const communicator& comm, const message_data& data, int to,
                        const message_data& into, int from, int send_tag, int receive_tag) {
  check_receiver(comm, to, send_tag, "sendrecv");
  check_sender(comm, from, receive_tag, "sendrecv");
  check_apart(data, into, "sendrecv", "receive into another array");
  const bool is_short = into.count * into.itemsize <= longest_detour;
  overflow_memory detour;
  if (writes_past_end() && is_short) detour = overflow_memory::take();
  const bool receives_at_once = detour.data() != nullptr || (is_direct(into) && !writes_past_end());
  // To itself, a rank sends in a mode that shows when a message is cut off.
  if (is_direct(data) && receives_at_once && !looks_after_others() && !is_self(comm, to))
    return in_one_call(comm, data, to, into, from, send_tag, receive_tag, detour);
  request sending(start_send(comm, data, to, send_tag, send_mode::standard));
  const status received = receive(comm, into, from, receive_tag);
  sending.wait();
  return received;
}

} // namespace detail

int max_tag() { return detail::largest_tag(); }

} // namespace tessera
