#include "messages/receiving.hpp"

#include "messages/arrival.hpp"
#include "messages/of_thread.hpp"
#include "messages/overflow.hpp"
#include "messages/sending.hpp"
#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <algorithm>
#include <exception>
#include <string>

namespace tessera::detail {

namespace {

/// Of one thread: those whose envelope has not come yet.
struct open_receives {
  std::vector<receive_operation*> all;
};

} // namespace

void receive_operation::start(const communicator& comm, const message_data& into, int from, int tag,
                              const char* call) {
  begin(comm, call, from, tag);
  into_.set(into);
  has_first_ = false;
  is_counted_ = false;
  const auto post = [&](void* to, index_t count, MPI_Datatype type) {
    check_mpi(MPI_Irecv(to, static_cast<int>(count), type, from, tag, comm.native(), &first_),
              "MPI_Irecv");
  };
  room_ = room_beside(into);
  if (room_ == 0) {
    const mpi_elements elements = mpi_type_of(into.kind, into.itemsize);
    return post(into.data, into.count * elements.each, elements.type);
  }
  if (writes_past_end()) guarded_ = overflow_memory::take();
  if (guarded_.data() == nullptr) staging_ = staging_memory(room_);
  if (guarded_.data() != nullptr)
    post(guarded_.data(), any_length, MPI_BYTE);
  else
    post(staging_.data(), room_, MPI_BYTE);
  if (!goes_plain(into) && into.count * into.itemsize > longest_inline) {
    if (auto* const own = of_thread<open_receives>()) own->all.push_back(this);
    look_after(*this);
    is_open_ = true;
  }
}

void receive_operation::take_in_place(const MPI_Status& state, int code) {
  const message_data& into = into_.get();
  const index_t bytes = bytes_of(state);
  if (code == MPI_ERR_TRUNCATE && writes_past_end())
    throw_overwritten(bytes, into, comm_, state.MPI_SOURCE, call_);
  check_count(into.data, bytes, into, comm_, state.MPI_SOURCE, call_);
  result_ = status_of_contents(state.MPI_SOURCE, state.MPI_TAG, envelope_of(into));
}

/// What follows its envelope has been asked for.
void receive_operation::close() noexcept {
  if (!is_open_) return;
  if (auto* const own = of_thread<open_receives>()) std::erase(own->all, this);
  forget(*this);
  is_open_ = false;
}

void receive_operation::take_first(const MPI_Status& state, int code) {
  has_first_ = true;
  close();
  if (code != MPI_SUCCESS && code != MPI_ERR_TRUNCATE) check_mpi(code, "a receive");
  if (room_ == 0) return take_in_place(state, code);
  const std::byte* const data = guarded_.data() != nullptr ? guarded_.data() : staging_.data();
  const index_t bytes = bytes_of(state);
  if (bytes > room_) guarded_.clear();
  result_ = take_bytes(comm_, into_.get(), {data, room_, bytes}, state, call_, pieces_);
}

bool receive_operation::advance(bool blocking) {
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  if (!has_first_) {
    MPI_Status state;
    int code = MPI_SUCCESS;
    if (!has_ended(first_, blocking, state, code)) return false;
    take_first(state, code);
  }
  if (!pieces_.advance(blocking)) return false;
  pieces_.finish(into_.get());
  if (!is_counted_)
    note_received(comm_, result_.source(), result_.tag(), result_.count() * into_.get().itemsize);
  is_counted_ = true;
  return true;
}

bool receive_operation::take_back() {
  if (has_first_) return false;
  check_mpi(MPI_Cancel(&first_), "MPI_Cancel");
  MPI_Status state;
  const int code = MPI_Wait(&first_, &state);
  int was_cancelled = 0;
  MPI_Test_cancelled(&state, &was_cancelled);
  if (was_cancelled != 0) return true;
  take_first(state, code);
  return false;
}

void receive_operation::give_up() noexcept {
  abandon(&first_, 1);
  pieces_.give_up();
}

void receive_operation::recycle() noexcept {
  close();
  pieces_.clear();
  staging_.clear();
  guarded_ = {};
  leave();
  failure_ = nullptr;
  operation_pool<receive_operation>::put(this);
}

bool has_open_receives() {
  const auto* const own = of_thread<open_receives>();
  return own != nullptr && !own->all.empty();
}

void receive_operation::advance_for_others() noexcept {
  try {
    advance(false);
  } catch (...) {
    failure_ = std::current_exception(); // for who waits for it
  }
}

void advance_open_receives() {
  // Each takes itself off the list when its envelope has come.
  const auto* const own = of_thread<open_receives>();
  const auto open = own != nullptr ? own->all : std::vector<receive_operation*>();
  for (receive_operation* const each : open) each->advance_for_others();
}

operation* start_receive(const communicator& comm, const message_data& into, int from, int tag,
                         const char* call) {
  check_sender(comm, from, tag, call);
  if (from == no_rank) return nullptr;
  if (tag == any_tag && has_open_receives()) return start_arrival(comm, into, from, tag, call);
  buffer_guard guard(into, call, buffer_use::received);
  receive_operation* const op = operation_pool<receive_operation>::take();
  operation_owner owner(op);
  op->hold(std::move(guard));
  op->start(comm, into, from, tag, call);
  return owner.release();
}

status take_from(const overflow_memory& detour, const communicator& comm, const message_data& into,
                 const MPI_Status& state, const char* call) {
  const index_t bytes = bytes_of(state);
  if (is_as_expected(into, detour.data(), bytes)) {
    unpack(detour.data(), into);
    note_received(comm, state.MPI_SOURCE, state.MPI_TAG, into.count * into.itemsize);
    return status_of_expected(state, into);
  }
  const index_t room = room_beside(into);
  if (bytes > room) detour.clear();
  element_pieces none;
  const status result = take_bytes(comm, into, {detour.data(), room, bytes}, state, call, none);
  note_received(comm, state.MPI_SOURCE, state.MPI_TAG, result.count() * into.itemsize);
  return result;
}

namespace {

status receive_in_steps(const communicator& comm, const message_data& into, int from, int tag) {
  const operation_owner op(start_receive(comm, into, from, tag, "recv"));
  wait_for(*op.get());
  return op.get()->result();
}

/// Straight to its place.
status receive_in_place(const communicator& comm, const message_data& into, int from, int tag) {
  const mpi_elements elements = mpi_type_of(into.kind, into.itemsize);
  MPI_Status state;
  const noted_call note(comm, "waits for a message from", from, tag);
  const waiting here(into.count * into.itemsize);
  const int code = MPI_Recv(into.data, static_cast<int>(into.count * elements.each), elements.type,
                            from, tag, comm.native(), &state);
  if (code != MPI_SUCCESS && code != MPI_ERR_TRUNCATE) check_mpi(code, "MPI_Recv");
  check_count(into.data, bytes_of(state), into, comm, state.MPI_SOURCE, "recv");
  note_received(comm, state.MPI_SOURCE, state.MPI_TAG, bytes_of(state));
  return {state.MPI_SOURCE, state.MPI_TAG, into.count, &into.count, into.ndim};
}

/// By way of memory in which a message that is too long does no harm.
status receive_by_detour(const communicator& comm, const message_data& into, int from, int tag,
                         const overflow_memory& detour) {
  MPI_Status state;
  {
    const noted_call note(comm, "waits for a message from", from, tag);
    const waiting here(into.count * into.itemsize);
    check_mpi(MPI_Recv(detour.data(), any_length, MPI_BYTE, from, tag, comm.native(), &state),
              "MPI_Recv");
  }
  return take_from(detour, comm, into, state, "recv");
}

/// What is long is looked at before it is received in place.
status receive_after_a_look(const communicator& comm, const message_data& into, int from, int tag) {
  const index_t bytes = into.count * into.itemsize;
  MPI_Message found = MPI_MESSAGE_NULL;
  MPI_Status state;
  const noted_call note(comm, "waits for a message from", from, tag);
  const waiting here(bytes);
  check_mpi(MPI_Mprobe(from, tag, comm.native(), &found, &state), "MPI_Mprobe");
  if (bytes_of(state) != bytes) {
    arrived_message other(comm, found, state);
    return other.take(into, "recv");
  }
  const mpi_elements elements = mpi_type_of(into.kind, into.itemsize);
  check_mpi(MPI_Mrecv(into.data, static_cast<int>(into.count * elements.each), elements.type,
                      &found, MPI_STATUS_IGNORE),
            "MPI_Mrecv");
  note_received(comm, state.MPI_SOURCE, state.MPI_TAG, bytes);
  return {state.MPI_SOURCE, state.MPI_TAG, into.count, &into.count, into.ndim};
}

bool is_short(const message_data& into) { return into.count * into.itemsize <= longest_detour; }

} // namespace

status receive(const communicator& comm, const message_data& into, int from, int tag) {
  check_sender(comm, from, tag, "recv");
  if (from == no_rank) return {};
  check_not_under_way(into, "recv", buffer_use::received);
  if (looks_after_others()) return receive_in_steps(comm, into, from, tag);
  if (!writes_past_end()) {
    if (room_beside(into) == 0) return receive_in_place(comm, into, from, tag);
    return receive_in_steps(comm, into, from, tag);
  }
  if (is_short(into)) {
    const overflow_memory detour = overflow_memory::take();
    if (detour.data() != nullptr) return receive_by_detour(comm, into, from, tag, detour);
  }
  if (room_beside(into) == 0 && into.itemsize > 1 && !limited_waits::are_on())
    return receive_after_a_look(comm, into, from, tag);
  const operation_owner op(start_arrival(comm, into, from, tag, "recv"));
  wait_for(*op.get());
  return op.get()->result();
}

} // namespace tessera::detail
