#include "messages/sending.hpp"

#include "messages/envelope.hpp"
#include "messages/of_thread.hpp"
#include "ranks/communicator_text.hpp"
#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace tessera::detail {

namespace {

using send_function = int (*)(const void*, int, MPI_Datatype, int, int, MPI_Comm);

send_function function_of(send_mode mode) {
  return mode == send_mode::synchronous ? MPI_Ssend : MPI_Send;
}

const char* name_of(send_mode mode) { return mode == send_mode::synchronous ? "ssend" : "send"; }

MPI_Datatype integer_type(index_t itemsize, bool is_signed) {
  switch (itemsize) {
  case 1: return is_signed ? MPI_INT8_T : MPI_UINT8_T;
  case 2: return is_signed ? MPI_INT16_T : MPI_UINT16_T;
  case 4: return is_signed ? MPI_INT32_T : MPI_UINT32_T;
  case 8: return is_signed ? MPI_INT64_T : MPI_UINT64_T;
  default: return MPI_DATATYPE_NULL;
  }
}

MPI_Datatype floating_type(index_t itemsize) {
  switch (itemsize) {
  case 4: return MPI_FLOAT;
  case 8: return MPI_DOUBLE;
  case sizeof(long double): return MPI_LONG_DOUBLE;
  default: return MPI_DATATYPE_NULL;
  }
}

MPI_Datatype complex_type(index_t itemsize) {
  switch (itemsize) {
  case 8: return MPI_C_FLOAT_COMPLEX;
  case 16: return MPI_C_DOUBLE_COMPLEX;
  case 2 * sizeof(long double): return MPI_C_LONG_DOUBLE_COMPLEX;
  default: return MPI_DATATYPE_NULL;
  }
}

MPI_Datatype number_type(char kind, index_t itemsize) {
  switch (kind) {
  case 'f': return floating_type(itemsize);
  case 'i': return integer_type(itemsize, true);
  case 'u': return integer_type(itemsize, false);
  case 'c': return complex_type(itemsize);
  case 'b': return MPI_C_BOOL;
  default: return MPI_DATATYPE_NULL;
  }
}

void check_peer(const communicator& comm, int peer, const char* call) {
  if (peer >= 0 && peer < comm.size()) return;
  throw argument_error(call_text(comm, call) + ": there is no rank " + std::to_string(peer) + "; " +
                       ranks_text(comm));
}

void check_tag(int tag, const char* call) {
  if (tag >= 0 && tag <= largest_tag()) return;
  throw argument_error(std::string(call) + ": " + std::to_string(tag) +
                       " is no tag; tags are 0 to " + std::to_string(largest_tag()));
}

array_ref array_of(const message_data& data) {
  return {data.data, data.itemsize, data.ndim, data.shape, data.strides};
}

/// The same elements without gaps.
struct packed_array {
  packed_array(const message_data& like, std::byte* data) {
    index_t step = 1;
    for (std::size_t d = like.ndim; d-- > 0; step *= like.shape[d]) strides[d] = step;
    ref = {data, like.itemsize, like.ndim, like.shape, strides};
  }
  index_t strides[max_ndim];
  array_ref ref{};
};

/// A short message to oneself, sent in standard mode when its receive has been posted, is cut off
/// in silence by Open MPI 4.1 where that has too little room.
bool is_synchronous(send_mode mode, const communicator& comm, int to) {
  return mode == send_mode::synchronous || is_self(comm, to);
}

/// A single value may have no name.
bool is_packed_at_once(const message_data& data) { return !data.is_contiguous || data.ndim == 0; }

/// Messages to oneself that nobody has received yet, with copies of their elements.
struct unreceived_messages {
  std::vector<operation_owner> all;
};
void keep_unreceived(operation_owner&& op) {
  if (auto* const own = of_thread<unreceived_messages>()) own->all.push_back(std::move(op));
}

/// In one call, by way of memory of its own.
void send_packed(const communicator& comm, const message_data& data, int to, int tag,
                 send_mode mode) {
  std::byte packed[longest_inline + longest_envelope];
  pack(data, packed);
  mpi_elements elements = mpi_type_of(data.kind, data.itemsize);
  index_t count = data.count * elements.each;
  if (!goes_plain(data)) {
    const index_t bytes = data.count * data.itemsize;
    write_envelope(envelope_of(data), packed + bytes);
    elements.type = MPI_BYTE;
    count = bytes + envelope_bytes(data.ndim);
  }
  note_sent(comm, to, tag, data.count * data.itemsize);
  const noted_call note(comm, "waits to send a message to", to, tag);
  const waiting here(count);
  check_mpi(
      function_of(mode)(packed, static_cast<int>(count), elements.type, to, tag, comm.native()),
      "MPI_Send");
}

/// Returns at once, since nobody else could receive it.
void send_to_oneself(const communicator& comm, const message_data& data, int tag) {
  if (auto* const own = of_thread<unreceived_messages>())
    std::erase_if(own->all, [](const operation_owner& op) { return op.get()->advance(false); });
  send_operation* const op = operation_pool<send_operation>::take();
  operation_owner owner(op);
  op->start_copy(comm, data, tag);
  keep_unreceived(std::move(owner));
}

} // namespace

mpi_elements mpi_type_of(char kind, index_t itemsize) {
  const MPI_Datatype type = number_type(kind, itemsize);
  if (type == MPI_DATATYPE_NULL) return {MPI_BYTE, static_cast<int>(itemsize)};
  return {type, 1};
}

bool is_self(const communicator& comm, int peer) {
  return peer == comm.rank() && !is_between_groups(comm);
}

void look_at_receiver(const communicator& comm, int to, int tag, const char* call) {
  check_usable(comm);
  if (to != no_rank) check_peer(comm, to, call);
  check_tag(tag, call);
}

void look_at_sender(const communicator& comm, int from, int tag, const char* call) {
  check_usable(comm);
  if (from != no_rank && from != any_source) check_peer(comm, from, call);
  if (tag != any_tag) check_tag(tag, call);
}

std::string peer_text(const char* preposition, int peer, int tag) {
  std::string text;
  if (peer >= 0) text += std::string(" ") + preposition + " rank " + std::to_string(peer);
  if (tag >= 0) text += " with tag " + std::to_string(tag);
  return text;
}

void pack(const message_data& from, std::byte* to) {
  if (from.count == 0) return;
  if (from.is_contiguous) {
    std::memcpy(to, from.data, static_cast<std::size_t>(from.count * from.itemsize));
    return;
  }
  const packed_array packed(from, to);
  copy_elements(packed.ref, array_of(from));
}

void unpack(const std::byte* from, const message_data& to) {
  if (to.count == 0) return;
  if (to.is_contiguous) {
    std::memcpy(to.data, from, static_cast<std::size_t>(to.count * to.itemsize));
    return;
  }
  const packed_array packed(to, const_cast<std::byte*>(from)); // only read
  copy_elements(array_of(to), packed.ref);
}

void send_operation::post(const void* from, index_t count, MPI_Datatype type, int to, int tag,
                          send_mode mode) {
  const auto function = is_synchronous(mode, comm_, to) ? MPI_Issend : MPI_Isend;
  requests_.push_back(MPI_REQUEST_NULL);
  check_mpi(
      function(from, static_cast<int>(count), type, to, tag, comm_.native(), &requests_.back()),
      mode == send_mode::synchronous ? "MPI_Issend" : "MPI_Isend");
}

void send_operation::post_pieces(const std::byte* from, index_t bytes, int to, int tag) {
  const index_t piece = transfer_plan::piece_bytes();
  for (index_t at = 0; at < bytes; at += piece)
    post(from + at, std::min(piece, bytes - at), MPI_BYTE, to, tag, send_mode::standard);
}

void send_operation::start(const communicator& comm, const message_data& data, int to, int tag,
                           send_mode mode) {
  begin(comm, mode == send_mode::synchronous ? "issend" : "isend");
  result_ = status(comm.rank(), tag, data.count);
  const index_t bytes = data.count * data.itemsize;
  note_sent(comm, to, tag, bytes);
  if (goes_plain(data)) {
    const mpi_elements elements = mpi_type_of(data.kind, data.itemsize);
    const std::byte* from = data.data;
    if (is_packed_at_once(data)) {
      packed_ = staging_memory(bytes);
      pack(data, packed_.data());
      from = packed_.data();
    }
    post(from, data.count * elements.each, elements.type, to, tag, mode);
    return;
  }
  envelope about = envelope_of(data);
  const index_t end = envelope_bytes(data.ndim);
  if (bytes <= longest_inline) {
    packed_ = staging_memory(bytes + end);
    pack(data, packed_.data());
    write_envelope(about, packed_.data() + bytes);
    post(packed_.data(), bytes + end, MPI_BYTE, to, tag, mode);
    return;
  }
  about.elements_tag = next_elements_tag();
  envelope_ = staging_memory(end);
  write_envelope(about, envelope_.data());
  post(envelope_.data(), end, MPI_BYTE, to, tag, mode);
  const std::byte* from = data.data;
  if (is_packed_at_once(data)) {
    packed_ = staging_memory(bytes);
    pack(data, packed_.data());
    from = packed_.data();
  }
  post_pieces(from, bytes, to, about.elements_tag);
}

void send_operation::start_copy(const communicator& comm, const message_data& data, int tag) {
  copy_ = staging_memory(data.count * data.itemsize);
  pack(data, copy_.data());
  message_data copied = data;
  copied.data = copy_.data();
  index_t strides[max_ndim];
  for (std::size_t d = data.ndim; data.shape != nullptr && d-- > 0;)
    strides[d] = d + 1 == data.ndim ? 1 : strides[d + 1] * data.shape[d + 1];
  copied.strides = data.shape != nullptr ? strides : nullptr;
  copied.is_contiguous = true;
  start(comm, copied, comm.rank(), tag, send_mode::standard);
}

/// Short objects with their envelope behind them; long ones as long arrays of bytes.
void send_operation::start(const communicator& comm, object_bytes&& object, int to, int tag,
                           send_mode mode) {
  begin(comm, mode == send_mode::synchronous ? "issend" : "isend");
  const auto bytes = static_cast<index_t>(object.size());
  result_ = status(comm.rank(), tag, bytes);
  note_sent(comm, to, tag, bytes);
  envelope about{object_kind, 1, 1, {bytes}, -1};
  std::byte end[longest_envelope];
  const index_t end_bytes = envelope_bytes(1);
  if (bytes <= longest_inline) {
    write_envelope(about, end);
    object.append(end, static_cast<std::size_t>(end_bytes));
    packed_ = staging_memory(object.release());
    return post(packed_.data(), bytes + end_bytes, MPI_BYTE, to, tag, mode);
  }
  about.elements_tag = next_elements_tag();
  envelope_ = staging_memory(end_bytes);
  write_envelope(about, envelope_.data());
  packed_ = staging_memory(object.release());
  post(envelope_.data(), end_bytes, MPI_BYTE, to, tag, mode);
  post_pieces(packed_.data(), bytes, to, about.elements_tag);
}

bool send_operation::advance(bool blocking) {
  for (; ended_ < requests_.size(); ++ended_) {
    MPI_Status state;
    int code = MPI_SUCCESS;
    if (!has_ended(requests_[ended_], blocking, state, code)) return false;
    check_mpi(code, call_);
  }
  guard_.check_unchanged();
  return true;
}

void send_operation::give_up() noexcept { abandon(requests_.data(), requests_.size()); }

void send_operation::recycle() noexcept {
  requests_.clear();
  ended_ = 0;
  packed_.clear();
  envelope_.clear();
  copy_.clear();
  leave();
  operation_pool<send_operation>::put(this);
}

operation* start_send(const communicator& comm, const message_data& data, int to, int tag,
                      send_mode mode) {
  const char* const call = mode == send_mode::synchronous ? "issend" : "isend";
  check_receiver(comm, to, tag, call);
  if (to == no_rank) return nullptr;
  buffer_guard guard;
  if (!is_packed_at_once(data)) guard = buffer_guard(data, call, buffer_use::sent);
  send_operation* const op = operation_pool<send_operation>::take();
  operation_owner owner(op);
  op->hold(std::move(guard));
  op->start(comm, data, to, tag, mode);
  return owner.release();
}

void send(const communicator& comm, const message_data& data, int to, int tag, send_mode mode) {
  check_receiver(comm, to, tag, name_of(mode));
  if (to == no_rank) return;
  check_not_under_way(data, name_of(mode), buffer_use::sent);
  if (is_self(comm, to) && mode == send_mode::standard) return send_to_oneself(comm, data, tag);
  const bool as_it_lies = goes_plain(data) && data.is_contiguous;
  const bool is_short = data.count * data.itemsize <= longest_inline;
  if (looks_after_others() || (!as_it_lies && !is_short)) {
    const operation_owner op(start_send(comm, data, to, tag, mode));
    return wait_for(*op.get());
  }
  if (!as_it_lies) return send_packed(comm, data, to, tag, mode);
  const mpi_elements elements = mpi_type_of(data.kind, data.itemsize);
  note_sent(comm, to, tag, data.count * data.itemsize);
  const noted_call note(comm, "waits to send a message to", to, tag);
  const waiting here(data.count * data.itemsize);
  check_mpi(function_of(mode)(data.data, static_cast<int>(data.count * elements.each),
                              elements.type, to, tag, comm.native()),
            "MPI_Send");
}

operation* start_object_send(const communicator& comm, object_bytes&& object, int to, int tag,
                             send_mode mode) {
  check_receiver(comm, to, tag, mode == send_mode::synchronous ? "issend" : "isend");
  if (to == no_rank) return nullptr;
  send_operation* const op = operation_pool<send_operation>::take();
  operation_owner owner(op);
  op->start(comm, std::move(object), to, tag, mode);
  return owner.release();
}

void send_object(const communicator& comm, object_bytes&& object, int to, int tag, send_mode mode) {
  check_receiver(comm, to, tag, name_of(mode));
  if (to == no_rank) return;
  operation_owner op(start_object_send(comm, std::move(object), to, tag, mode));
  if (is_self(comm, to) && mode == send_mode::standard)
    keep_unreceived(std::move(op));
  else
    wait_for(*op.get());
}

} // namespace tessera::detail
