#include "transfer/message_streams.hpp"

#include "ranks/waits.hpp"
#include "transfer/message_type.hpp"

#include <tessera/distributed/memory/block_storage.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <sched.h>
#include <utility>

namespace tessera::detail {

index_t piece_size::buffer_bytes() const { return slots * in_lines(bytes); }

void message_streams::add(message& m, bool sending, packing how, const piece_size& size) {
  for (index_t k = 0; k < size.slots; ++k) {
    slots_.push_back({streams_.size(), buffer_bytes_});
    if (how == packing::ours) buffer_bytes_ += in_lines(size.bytes);
  }
  requests_.resize(slots_.size(), MPI_REQUEST_NULL);
  message_bytes_ += m.bytes;
  streams_.push_back({&m, sending, how, size.bytes});
}

void message_streams::post(std::size_t number, const stream& s) {
  const message& piece = slots_[number].piece;
  const array_slot& array = (*arrays_)[piece.parts[0].array];
  // MPI only reads what it sends.
  std::byte* const base = s.sending ? const_cast<std::byte*>(array.from) : array.to;
  std::byte* const at = s.how == packing::ours
                            ? buffer_ + slots_[number].buffer_offset
                            : base + piece.parts[0].where.offset * array.itemsize;
  const bool as_type = s.how == packing::of_mpi;
  MPI_Datatype type = as_type ? type_of(piece.parts[0].where, array.itemsize) : MPI_BYTE;
  const int count = as_type ? 1 : static_cast<int>(piece.bytes);
  MPI_Request* const request = &requests_[number];
  if (s.sending)
    check_mpi(MPI_Isend(at, count, type, piece.peer, piece.tag, comm_.native(), request),
              "MPI_Isend");
  else
    check_mpi(MPI_Irecv(at, count, type, piece.peer, piece.tag, comm_.native(), request),
              "MPI_Irecv");
  if (as_type) MPI_Type_free(&type); // when the request has ended
}

/// What a slot holds next, if anything is left.
void message_streams::begin_next(std::size_t number) {
  stream& s = streams_[slots_[number].stream];
  if (s.next.part == s.what->parts.size()) return;
  message& piece = slots_[number].piece;
  piece = next_piece(*s.what, *arrays_, s.piece_bytes, s.next);
  if (s.how == packing::ours) add_copies(piece, *arrays_, s.sending);
  if (s.sending)
    for (const part_copy& c : piece.copies)
      c.copy.run(buffer_ + slots_[number].buffer_offset + c.at, (*arrays_)[c.array].from);
  post(number, s);
  ++s.under_way;
}

/// What a slot held was sent, or has come.
void message_streams::end(std::size_t number) {
  const slot& ended = slots_[number];
  stream& s = streams_[ended.stream];
  --s.under_way;
  const timed_work here;
  if (!s.sending)
    for (const part_copy& c : ended.piece.copies)
      c.copy.run((*arrays_)[c.array].to, buffer_ + ended.buffer_offset + c.at);
  begin_next(number);
  if (!s.sending && s.under_way == 0) note_arrival(comm_, *s.what);
}

void message_streams::start(const communicator& comm, const std::vector<array_slot>& arrays,
                            std::byte* buffer) {
  comm_ = comm;
  arrays_ = &arrays;
  buffer_ = buffer;
  for (stream& s : streams_) s.next = {};
  link();
  // What is received is posted first.
  for (const bool sending : {false, true})
    for (std::size_t k = 0; k < slots_.size(); ++k)
      if (streams_[slots_[k].stream].sending == sending) {
        begin_next(k);
        if (sending) advance();
      }
}

void message_streams::advance() {
  const int count = static_cast<int>(requests_.size());
  while (true) {
    int which = MPI_UNDEFINED;
    int found = 0;
    check_mpi(MPI_Testany(count, requests_.data(), &which, &found, MPI_STATUS_IGNORE),
              "MPI_Testany");
    if (found == 0 || which == MPI_UNDEFINED) return;
    end(static_cast<std::size_t>(which));
  }
}

/// The slot of a piece that has ended, or MPI_UNDEFINED.
int message_streams::wait_for_some() {
  if (is_alone()) return wait_for_any(requests_.data(), requests_.size(), message_bytes_);
  const waiting here(message_bytes_);
  while (true) {
    int which = MPI_UNDEFINED;
    int found = 0;
    check_mpi(MPI_Testany(static_cast<int>(requests_.size()), requests_.data(), &which, &found,
                          MPI_STATUS_IGNORE),
              "MPI_Testany");
    if (found != 0) return which;
    limited_waits::check();
    advance_others();
    sched_yield();
  }
}

void message_streams::receive() {
  check_owner();
  for (int which = wait_for_some(); which != MPI_UNDEFINED; which = wait_for_some())
    end(static_cast<std::size_t>(which));
  unlink();
}

void message_streams::clear() {
  unlink();
  streams_.clear();
  slots_.clear();
  requests_.clear();
  buffer_bytes_ = message_bytes_ = 0;
}

void message_streams::give_up() {
  unlink();
  abandon(requests_.data(), requests_.size());
}

} // namespace tessera::detail
