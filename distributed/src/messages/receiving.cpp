#include "messages/receiving.hpp"

#include "messages/arrival.hpp"
#include "messages/overflow.hpp"
#include "messages/sending.hpp"
#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/waiting.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <algorithm>
#include <exception>
#include <string>

namespace tessera::detail {

namespace {

struct stray_message {
  MPI_Message message;
  MPI_Comm comm;
  int source;
  int tag;
};

struct thread_state {
  std::vector<receive_operation*> open;
  std::vector<stray_message> strays; // in the order in which they came
};
thread_state& own_state() {
  thread_local thread_state state;
  return state;
}

/// The stray that a receive of this would have got.
MPI_Message take_stray(MPI_Comm comm, int source, int tag) {
  auto& strays = own_state().strays;
  for (auto at = strays.begin(); at != strays.end(); ++at) {
    if (at->comm != comm || at->source != source || at->tag != tag) continue;
    const MPI_Message found = at->message;
    strays.erase(at);
    return found;
  }
  return MPI_MESSAGE_NULL;
}

MPI_Request post_piece(std::byte* to, index_t bytes, const communicator& comm, int source,
                       int tag) {
  MPI_Request posted = MPI_REQUEST_NULL;
  const int count = static_cast<int>(bytes);
  MPI_Message stray = take_stray(comm.native(), source, tag);
  if (stray != MPI_MESSAGE_NULL)
    check_mpi(MPI_Imrecv(to, count, MPI_BYTE, &stray, &posted), "MPI_Imrecv");
  else
    check_mpi(MPI_Irecv(to, count, MPI_BYTE, source, tag, comm.native(), &posted), "MPI_Irecv");
  return posted;
}

std::string bytes_text(index_t bytes, index_t itemsize) {
  std::string text = std::to_string(bytes) + " bytes";
  if (bytes % itemsize != 0) return text;
  return std::to_string(bytes / itemsize) + " such elements (" + text + ")";
}

[[noreturn]] void throw_mismatch(const std::string& sent, const message_data& into,
                                 const communicator& comm, int source, const char* call) {
  throw argument_error(std::string(call) + ": rank " + std::to_string(source) + " sent " + sent +
                       ", and rank " + std::to_string(comm.rank()) + " receives into " +
                       contents_text(into));
}

[[noreturn]] void throw_without_shape(index_t bytes, const message_data& into,
                                      const communicator& comm, int source, const char* call) {
  throw_mismatch(bytes_text(bytes, into.itemsize) + " without a shape (as ravel of an array has)",
                 into, comm, source, call);
}

/// What came was longer than its place, and MPI has written all of it.
[[noreturn]] void throw_overwritten(index_t bytes, const message_data& into,
                                    const communicator& comm, int source, const char* call) {
  throw communication_error(
      std::string(call) + ": rank " + std::to_string(source) + " sent " +
      bytes_text(bytes, into.itemsize) + ", and rank " + std::to_string(comm.rank()) +
      " receives into " + contents_text(into) +
      "; MPI has overwritten what lies behind that, so the program should end. recv looks first, "
      "and so does all with TESSERA_CHECK=1");
}

bool has_same_shape(const envelope& sent, const envelope& into) {
  // A single value is an array of one.
  if (sent.ndim <= 1 && into.ndim <= 1) return sent.count() == into.count();
  return sent.ndim == into.ndim && std::equal(sent.shape, sent.shape + sent.ndim, into.shape);
}

} // namespace

void receive_target::set(const message_data& data) {
  data_ = data;
  if (data.shape == nullptr) return;
  std::copy_n(data.shape, data.ndim, shape_);
  std::copy_n(data.strides, data.ndim, strides_);
  data_.shape = shape_;
  data_.strides = strides_;
}

void element_pieces::start(const communicator& comm, int source, const envelope& about,
                           const message_data& into) {
  std::byte* to = into.data;
  if (!into.is_contiguous) {
    staging_ = staging_memory(about.bytes());
    to = staging_.data();
  }
  const index_t piece = transfer_plan::piece_bytes();
  for (index_t at = 0; at < about.bytes(); at += piece)
    requests_.push_back(
        post_piece(to + at, std::min(piece, about.bytes() - at), comm, source, about.elements_tag));
}

bool element_pieces::advance(bool blocking) {
  for (; ended_ < requests_.size(); ++ended_) {
    MPI_Status state;
    int code = MPI_SUCCESS;
    if (!has_ended(requests_[ended_], blocking, state, code)) return false;
    check_mpi(code, "a receive of elements");
  }
  return true;
}

void element_pieces::finish(const message_data& into) {
  if (staging_.data() != nullptr) unpack(staging_.data(), into);
  clear();
}

void element_pieces::give_up() noexcept { abandon(requests_.data(), requests_.size()); }

void element_pieces::clear() {
  requests_.clear();
  ended_ = 0;
  staging_ = {};
}

void drop_elements(const communicator& comm, int source, const envelope& about) {
  if (!about.elements_follow()) return;
  const index_t piece = transfer_plan::piece_bytes();
  const staging_memory nowhere(std::min(piece, about.bytes()));
  for (index_t at = 0; at < about.bytes(); at += piece) {
    MPI_Request posted = post_piece(nowhere.data(), std::min(piece, about.bytes() - at), comm,
                                    source, about.elements_tag);
    check_mpi(MPI_Wait(&posted, MPI_STATUS_IGNORE), "MPI_Wait");
  }
}

void check_contents(const envelope& sent, const message_data& into, const communicator& comm,
                    int source, const char* call) {
  const bool same_type = sent.kind == into.kind && sent.itemsize == into.itemsize;
  if (same_type && has_same_shape(sent, envelope_of(into))) return;
  drop_elements(comm, source, sent);
  throw_mismatch(contents_text(sent), into, comm, source, call);
}

void check_count(const std::byte* message, index_t bytes, const message_data& into,
                 const communicator& comm, int source, const char* call) {
  const index_t room = into.count * into.itemsize;
  if (bytes == room && into.itemsize > 1) return; // an envelope makes it odd
  envelope sent;
  if (message != nullptr && bytes <= room && read_envelope(message, bytes, sent)) {
    drop_elements(comm, source, sent);
    throw_mismatch(contents_text(sent), into, comm, source, call);
  }
  if (bytes == room) return;
  throw_mismatch(bytes_text(bytes, into.itemsize), into, comm, source, call);
}

status status_of_contents(int source, int tag, const envelope& sent) {
  return {source, tag, sent.count(), sent.shape, sent.ndim};
}

index_t bytes_of(const MPI_Status& state) {
  MPI_Count bytes = 0;
  check_mpi(MPI_Get_elements_x(&state, MPI_BYTE, &bytes), "MPI_Get_elements_x");
  return bytes;
}

index_t room_beside(const message_data& into) {
  const index_t bytes = into.count * into.itemsize;
  if (!goes_plain(into)) return std::min(bytes, longest_inline) + longest_envelope;
  if (!into.is_contiguous) return bytes + longest_envelope;
  return bytes <= longest_detour && writes_past_end() ? bytes + longest_envelope : 0;
}

void receive_operation::start(const communicator& comm, const message_data& into, int from, int tag,
                              const char* call) {
  begin(comm, call);
  into_.set(into);
  has_first_ = false;
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
    own_state().open.push_back(this);
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
  std::erase(own_state().open, this);
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
  staging_ = {};
  guarded_ = {};
  comm_ = {};
  failure_ = nullptr;
  operation_pool<receive_operation>::put(this);
}

bool has_open_receives() { return !own_state().open.empty(); }

void receive_operation::advance_for_others() noexcept {
  try {
    advance(false);
  } catch (...) {
    failure_ = std::current_exception(); // for who waits for it
  }
}

void advance_open_receives() {
  // Each takes itself off the list when its envelope has come.
  const std::vector<receive_operation*> open = own_state().open;
  for (receive_operation* const each : open) each->advance_for_others();
}

void keep_stray(MPI_Message stray, const communicator& comm, const MPI_Status& state) {
  own_state().strays.push_back({stray, comm.native(), state.MPI_SOURCE, state.MPI_TAG});
}

operation* start_receive(const communicator& comm, const message_data& into, int from, int tag,
                         const char* call) {
  check_sender(comm, from, tag, call);
  if (from == no_rank) return nullptr;
  if (tag == any_tag && has_open_receives()) return start_arrival(comm, into, from, tag, call);
  receive_operation* const op = operation_pool<receive_operation>::take();
  operation_owner owner(op);
  op->start(comm, into, from, tag, call);
  return owner.release();
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
  const waiting here(into.count * into.itemsize);
  const int code = MPI_Recv(into.data, static_cast<int>(into.count * elements.each), elements.type,
                            from, tag, comm.native(), &state);
  if (code != MPI_SUCCESS && code != MPI_ERR_TRUNCATE) check_mpi(code, "MPI_Recv");
  check_count(into.data, bytes_of(state), into, comm, state.MPI_SOURCE, "recv");
  return {state.MPI_SOURCE, state.MPI_TAG, into.count, &into.count, into.ndim};
}

/// By way of memory in which a message that is too long does no harm.
status receive_by_detour(const communicator& comm, const message_data& into, int from, int tag,
                         const overflow_memory& detour) {
  const index_t room = room_beside(into);
  MPI_Status state;
  {
    const waiting here(into.count * into.itemsize);
    check_mpi(MPI_Recv(detour.data(), any_length, MPI_BYTE, from, tag, comm.native(), &state),
              "MPI_Recv");
  }
  const index_t bytes = bytes_of(state);
  if (bytes == into.count * into.itemsize && into.itemsize > 1 && goes_plain(into)) {
    unpack(detour.data(), into); // an envelope would make it longer
    return {state.MPI_SOURCE, state.MPI_TAG, into.count,
            into.shape != nullptr ? into.shape : &into.count, into.ndim};
  }
  if (bytes > room) detour.clear();
  element_pieces none;
  return take_bytes(comm, into, {detour.data(), room, bytes}, state, "recv", none);
}

/// What is long is looked at before it is received in place.
status receive_after_a_look(const communicator& comm, const message_data& into, int from, int tag) {
  const index_t bytes = into.count * into.itemsize;
  MPI_Message found = MPI_MESSAGE_NULL;
  MPI_Status state;
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
  return {state.MPI_SOURCE, state.MPI_TAG, into.count, &into.count, into.ndim};
}

bool is_short(const message_data& into) { return into.count * into.itemsize <= longest_detour; }

} // namespace

status take_bytes(const communicator& comm, const message_data& into, const received_bytes& message,
                  const MPI_Status& state, const char* call, element_pieces& pieces) {
  const int source = state.MPI_SOURCE;
  envelope sent;
  if (message.bytes <= message.room && read_envelope(message.data, message.bytes, sent)) {
    check_contents(sent, into, comm, source, call);
    if (sent.elements_follow())
      pieces.start(comm, source, sent, into);
    else
      unpack(message.data, into);
    return status_of_contents(source, state.MPI_TAG, sent);
  }
  if (!goes_plain(into)) throw_without_shape(message.bytes, into, comm, source, call);
  check_count(message.data, message.bytes, into, comm, source, call);
  unpack(message.data, into);
  return status_of_contents(source, state.MPI_TAG, envelope_of(into));
}

status receive(const communicator& comm, const message_data& into, int from, int tag) {
  check_sender(comm, from, tag, "recv");
  if (from == no_rank) return {};
  if (looks_after_others() || (tag == any_tag && has_open_receives()))
    return receive_in_steps(comm, into, from, tag);
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
