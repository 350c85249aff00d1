// Sending and receiving at once.
#include "messages/envelope.hpp"
#include "messages/overflow.hpp"
#include "messages/receiving.hpp"
#include "messages/sending.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <string>

namespace tessera {

namespace detail {

namespace {

/// Without a shape, elements lie one after another.
struct array_of_message {
  explicit array_of_message(const message_data& data)
      : ref{data.data, data.itemsize, 1, &data.count, &step} {
    if (data.shape != nullptr)
      ref = {data.data, data.itemsize, data.ndim, data.shape, data.strides};
  }
  index_t step = 1;
  array_ref ref;
};

void check_apart(const message_data& sent, const message_data& into) {
  const array_of_message a(sent);
  const array_of_message b(into);
  if (!share_memory(a.ref, b.ref)) return;
  throw argument_error("sendrecv: what is sent, " + contents_text(sent) +
                       ", and what is received into, " + contents_text(into) +
                       ", share memory; receive into another array");
}

bool is_direct(const message_data& data) { return goes_plain(data) && data.is_contiguous; }

/// Both sides as they lie in memory, or what is received by way of other memory.
status in_one_call(const communicator& comm, const message_data& data, int to,
                   const message_data& into, int from, int send_tag, int receive_tag,
                   std::byte* detour) {
  const mpi_elements sent = mpi_type_of(data.kind, data.itemsize);
  mpi_elements received = mpi_type_of(into.kind, into.itemsize);
  index_t count = into.count * received.each;
  if (detour != nullptr) {
    received.type = MPI_BYTE;
    count = into.count * into.itemsize + longest_envelope;
  }
  MPI_Status state;
  {
    const waiting here((data.count + into.count) * data.itemsize);
    const int code =
        MPI_Sendrecv(data.data, static_cast<int>(data.count * sent.each), sent.type, to, send_tag,
                     detour != nullptr ? detour : into.data, static_cast<int>(count), received.type,
                     from, receive_tag, comm.native(), &state);
    if (code != MPI_SUCCESS && code != MPI_ERR_TRUNCATE) check_mpi(code, "MPI_Sendrecv");
  }
  if (from == no_rank) return {};
  if (detour != nullptr) return take_detour(comm, into, detour, state, "sendrecv");
  check_count(into.data, bytes_of(state), into, comm, state.MPI_SOURCE, "sendrecv");
  return {state.MPI_SOURCE, state.MPI_TAG, into.count, &into.count, into.ndim};
}

} // namespace

status send_and_receive(const communicator& comm, const message_data& data, int to,
                        const message_data& into, int from, int send_tag, int receive_tag) {
  check_receiver(comm, to, send_tag, "sendrecv");
  check_sender(comm, from, receive_tag, "sendrecv");
  check_apart(data, into);
  const bool takes_strays = receive_tag == any_tag && has_open_receives();
  std::byte* const detour = detour_for(into);
  const bool receives_at_once = detour != nullptr || (is_direct(into) && !writes_past_end());
  // To itself, a rank sends in a mode that shows when a message is cut off.
  if (is_direct(data) && receives_at_once && !takes_strays && to != comm.rank())
    return in_one_call(comm, data, to, into, from, send_tag, receive_tag, detour);
  request receiving(start_receive(comm, into, from, receive_tag, "sendrecv"));
  request sending(start_send(comm, data, to, send_tag, send_mode::standard));
  const status received = receiving.wait();
  sending.wait();
  return received;
}

} // namespace detail

int max_tag() { return detail::largest_tag(); }

} // namespace tessera
