#include "messages/arrival.hpp"

#include "messages/sending.hpp"
#include "ranks/communicator_text.hpp"
#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/messages/point_to_point.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <memory>
#include <sched.h>
#include <string>

namespace tessera {

namespace detail {

namespace {

/// The next message, but for elements that belong to a receive of this thread.
bool find(const communicator& comm, int from, int tag, bool blocking, MPI_Message& message,
          MPI_Status& state) {
  const bool watches_strays = tag == any_tag && has_open_receives();
  if (blocking && !watches_strays && !limited_waits::are_on()) {
    const noted_call note(comm, "waits for a message from", from, tag);
    const waiting here;
    check_mpi(MPI_Mprobe(from, tag, comm.native(), &message, &state), "MPI_Mprobe");
    return true;
  }
  const noted_call note(comm, blocking ? "waits for a message from" : nullptr, from, tag);
  const waiting here;
  do {
    if (watches_strays) advance_open_receives();
    int found = 0;
    check_mpi(MPI_Improbe(from, tag, comm.native(), &found, &message, &state), "MPI_Improbe");
    if (found != 0 && (tag != any_tag || state.MPI_TAG <= largest_tag())) return true;
    if (found != 0) keep_stray(message, comm, state);
    limited_waits::check();
  } while (blocking);
  return false;
}

} // namespace

arrived_message* next_arrival(const communicator& comm, int from, int tag, bool blocking) {
  MPI_Message handle = MPI_MESSAGE_NULL;
  MPI_Status state;
  if (!find(comm, from, tag, blocking, handle, state)) return nullptr;
  auto arrived = std::make_unique<arrived_message>(comm, handle, state);
  if (arrived->message_bytes <= longest_inline + longest_envelope) arrived->fetch();
  return arrived.release();
}

void arrived_message::fetch() {
  if (handle == MPI_MESSAGE_NULL) return;
  received = staging_memory(message_bytes);
  check_mpi(MPI_Mrecv(received.data(), static_cast<int>(message_bytes), MPI_BYTE, &handle,
                      MPI_STATUS_IGNORE),
            "MPI_Mrecv");
  has_envelope = read_envelope(received.data(), message_bytes, contents);
}

void arrived_message::fetch_elements() {
  if (!has_envelope || !contents.elements_follow() || has_elements) return;
  received = staging_memory(contents.bytes());
  take_elements({received.data(), contents.bytes(), 1, 'V', true, 1, nullptr, nullptr});
  has_elements = true;
}

index_t arrived_message::bytes() const { return has_envelope ? contents.bytes() : message_bytes; }

void arrived_message::take_elements(const message_data& into) {
  if (!contents.elements_follow() || has_elements) return unpack(received.data(), into);
  element_pieces pieces;
  pieces.start(comm, source, contents, into);
  const waiting here(contents.bytes());
  pieces.advance(true);
  pieces.finish(into);
}

/// What has no envelope and is long goes straight to its place.
void arrived_message::take_plain(const message_data& into, const char* call) {
  if (handle != MPI_MESSAGE_NULL && into.is_contiguous &&
      message_bytes == into.count * into.itemsize) {
    check_mpi(
        MPI_Mrecv(into.data, static_cast<int>(message_bytes), MPI_BYTE, &handle, MPI_STATUS_IGNORE),
        "MPI_Mrecv");
    return;
  }
  fetch();
  if (has_envelope) check_contents(contents, into, comm, source, call);
  check_count(received.data(), message_bytes, into, comm, source, call);
  unpack(received.data(), into);
}

status arrived_message::take(const message_data& into, const char* call) {
  is_used_up = true;
  if (!has_envelope) {
    take_plain(into, call);
    note_received(comm, source, tag, into.count * into.itemsize);
    return status_of_contents(source, tag, envelope_of(into));
  }
  envelope sent = contents;
  if (has_elements) sent.elements_tag = -1; // nothing is left of it
  check_contents(sent, into, comm, source, call);
  take_elements(into);
  note_received(comm, source, tag, contents.bytes());
  return status_of_contents(source, tag, contents);
}

void arrived_message::drop() noexcept {
  try {
    if (is_used_up) return;
    fetch();
    if (has_envelope && !has_elements) drop_elements(comm, source, contents);
  } catch (const error&) { // nobody wants to know
  }
}

void arrival_operation::start(const communicator& comm, int from, int tag, const char* call) {
  begin(comm, call, from, tag);
  has_target_ = false;
  look_after(*this);
}

void arrival_operation::receive_into(const message_data& into) {
  into_.set(into);
  has_target_ = true;
}

bool arrival_operation::advance(bool blocking) {
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  if (arrived_ != nullptr) return true;
  arrived_ = next_arrival(comm_, sender_, tag_, blocking);
  if (arrived_ == nullptr) return false;
  forget(*this);
  if (has_target_) result_ = arrived_->take(into_.get(), call_);
  return true;
}

/// Receives it, since its sender may wait for that.
void arrival_operation::advance_for_others() noexcept {
  try {
    if (!advance(false) || has_target_) return;
    arrived_->fetch();
    arrived_->fetch_elements();
  } catch (...) {
    failure_ = std::current_exception();
  }
}

void arrival_operation::recycle() noexcept {
  forget(*this);
  failure_ = nullptr;
  if (arrived_ != nullptr) {
    arrived_->drop();
    delete release();
  }
  leave();
  operation_pool<arrival_operation>::put(this);
}

operation* start_arrival(const communicator& comm, const message_data& into, int from, int tag,
                         const char* call) {
  buffer_guard guard(into, call, buffer_use::received);
  arrival_operation* const op = operation_pool<arrival_operation>::take();
  op->hold(std::move(guard));
  op->start(comm, from, tag, call);
  op->receive_into(into);
  return op;
}

arrived_message* probe_message(const communicator& comm, int from, int tag, bool blocking) {
  check_sender(comm, from, tag, blocking ? "probe" : "improbe");
  if (from != no_rank) return next_arrival(comm, from, tag, blocking);
  auto nothing = std::make_unique<arrived_message>();
  nothing->comm = comm;
  return nothing.release();
}

operation* start_arrival(const communicator& comm, int from, int tag) {
  check_sender(comm, from, tag, "irecv");
  arrival_operation* const op = operation_pool<arrival_operation>::take();
  op->start(comm, from, tag, "irecv");
  return op;
}

bool has_arrived(operation_owner& owner) {
  if (owner.get() == nullptr) throw argument_error("a message that has been given away");
  return owner.get()->advance(false);
}

arrived_message* arrived_of(operation_owner& owner) {
  if (owner.get() == nullptr) throw argument_error("a message that has been given away");
  wait_for(*owner.get());
  auto* const op = static_cast<arrival_operation*>(owner.release());
  arrived_message* const arrived = op->release();
  op->recycle();
  return arrived;
}

} // namespace detail

incoming_message::~incoming_message() {
  if (arrived_ == nullptr) return;
  arrived_->drop();
  delete arrived_;
}

int incoming_message::source() const { return arrived_->source; }
int incoming_message::tag() const { return arrived_->tag; }
index_t incoming_message::bytes() const { return arrived_->bytes(); }

std::span<const index_t> incoming_message::shape() const {
  if (!arrived_->has_envelope) return {};
  return {arrived_->contents.shape, arrived_->contents.ndim};
}

index_t incoming_message::count_of(index_t itemsize) const {
  if (bytes() % itemsize == 0) return bytes() / itemsize;
  throw argument_error("a message of " + std::to_string(bytes()) + " bytes from rank " +
                       std::to_string(source()) + " does not hold elements of " +
                       std::to_string(itemsize) + " bytes");
}

void incoming_message::shape_for(index_t* shape, std::size_t ndim, index_t itemsize,
                                 char kind) const {
  using namespace detail;
  const arrived_message& sent = *arrived_;
  if (sent.has_envelope && sent.contents.ndim == ndim && ndim != 1) {
    std::copy_n(sent.contents.shape, ndim, shape);
    return;
  }
  if (ndim <= 1 && (!sent.has_envelope || sent.contents.ndim <= 1)) {
    const index_t count = count_of(itemsize);
    if (ndim == 1) *shape = count;
    return;
  }
  const std::string what = sent.has_envelope
                               ? contents_text(sent.contents)
                               : std::to_string(sent.message_bytes) + " bytes without a shape";
  drop_elements(sent.comm, sent.source, sent.contents);
  arrived_->is_used_up = true;
  throw argument_error(call_text(sent.comm, "recv") + ": rank " + std::to_string(source()) +
                       " sent " + what + ", and rank " + std::to_string(sent.comm.rank()) +
                       " asks for " + element_text(kind, itemsize) + " of " + std::to_string(ndim) +
                       " axes");
}

std::span<const std::byte> incoming_message::object() {
  detail::arrived_message& sent = *arrived_;
  sent.fetch();
  sent.is_used_up = true;
  if (sent.has_envelope && sent.contents.kind == detail::object_kind) {
    sent.fetch_elements();
    detail::note_received(sent.comm, source(), tag(), sent.contents.bytes());
    return {sent.received.data(), static_cast<std::size_t>(sent.contents.count())};
  }
  detail::drop_elements(sent.comm, sent.source, sent.contents);
  throw argument_error(detail::call_text(sent.comm, "recv") + ": rank " + std::to_string(source()) +
                       " sent " +
                       (sent.has_envelope ? detail::contents_text(sent.contents)
                                          : std::to_string(sent.message_bytes) + " bytes") +
                       ", and rank " + std::to_string(sent.comm.rank()) + " asks for an object");
}

status incoming_message::receive(const detail::message_data& into) {
  return arrived_->take(into, "recv");
}

} // namespace tessera
