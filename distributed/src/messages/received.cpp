#include "messages/received.hpp"

#include "messages/of_thread.hpp"
#include "messages/overflow.hpp"
#include "messages/sending.hpp"
#include "ranks/communicator_text.hpp"
#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace tessera::detail {

namespace {

/// Elements that a probe for any tag has found before their receive was posted.
struct stray_message {
  MPI_Message message;
  MPI_Comm comm;
  int source;
  int tag;
};

/// Of one thread, in the order in which they came.
struct stray_messages {
  std::vector<stray_message> all;
};

/// The stray that a receive of this would have got.
MPI_Message take_stray(MPI_Comm comm, int source, int tag) {
  auto* const own = of_thread<stray_messages>();
  if (own == nullptr) return MPI_MESSAGE_NULL;
  auto& strays = own->all;
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
  throw argument_error(call_text(comm, call) + ": rank " + std::to_string(source) + " sent " +
                       sent + ", and rank " + std::to_string(comm.rank()) + " receives into " +
                       contents_text(into));
}

[[noreturn]] void throw_without_shape(index_t bytes, const message_data& into,
                                      const communicator& comm, int source, const char* call) {
  throw_mismatch(bytes_text(bytes, into.itemsize) + " without a shape (as ravel of an array has)",
                 into, comm, source, call);
}

bool has_same_shape(const envelope& sent, const envelope& into) {
  // A single value is an array of one.
  if (sent.ndim <= 1 && into.ndim <= 1) return sent.count() == into.count();
  return sent.ndim == into.ndim && std::equal(sent.shape, sent.shape + sent.ndim, into.shape);
}

} // namespace

void throw_overwritten(index_t bytes, const message_data& into, const communicator& comm,
                       int source, const char* call) {
  throw communication_error(
      call_text(comm, call) + ": rank " + std::to_string(source) + " sent " +
      bytes_text(bytes, into.itemsize) + ", and rank " + std::to_string(comm.rank()) +
      " receives into " + contents_text(into) +
      "; MPI has overwritten what lies behind that, so the program should end. recv looks first, "
      "and so does all with TESSERA_CHECK=1");
}

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
  int few = 0;
  check_mpi(MPI_Get_count(&state, MPI_BYTE, &few), "MPI_Get_count");
  if (few != MPI_UNDEFINED) return few;
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

void keep_stray(MPI_Message stray, const communicator& comm, const MPI_Status& state) {
  if (auto* const own = of_thread<stray_messages>())
    own->all.push_back({stray, comm.native(), state.MPI_SOURCE, state.MPI_TAG});
}

bool is_as_expected(const message_data& into, const std::byte* message, index_t bytes) {
  const index_t own = into.count * into.itemsize;
  if (goes_plain(into)) return bytes == own && into.itemsize > 1; // an envelope makes it odd
  const index_t end = envelope_bytes(into.ndim);
  if (own > longest_inline || bytes != own + end) return false;
  std::byte expected[longest_envelope];
  write_envelope(envelope_of(into), expected);
  return std::memcmp(message + own, expected, static_cast<std::size_t>(end)) == 0;
}

status take_bytes(const communicator& comm, const message_data& into, const received_bytes& message,
                  const MPI_Status& state, const char* call, element_pieces& pieces) {
  const int source = state.MPI_SOURCE;
  if (is_as_expected(into, message.data, message.bytes)) {
    unpack(message.data, into);
    return status_of_expected(state, into);
  }
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

} // namespace tessera::detail
