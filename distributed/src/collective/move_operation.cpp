#include "collective/move_operation.hpp"

#include "collective/private_messages.hpp"
#include "messages/envelope.hpp"
#include "messages/sending.hpp"
#include "ranks/waits.hpp"

#include <tessera/distributed/transfer/transfer.hpp>

#include <algorithm>
#include <cstring>

namespace tessera::detail {

bool needs_pieces(index_t bytes) { return bytes > transfer_plan::piece_bytes(); }

const std::byte* move_operation::source(const message_data& data) {
  if (data.is_contiguous) return data.data;
  packed_source_ = staging_memory(data.count * data.itemsize);
  pack(data, packed_source_.data());
  return packed_source_.data();
}

const std::byte* move_operation::copy_of(const message_data& data) {
  packed_source_ = staging_memory(data.count * data.itemsize);
  pack(data, packed_source_.data());
  return packed_source_.data();
}

std::byte* move_operation::set_target(const message_data& data) {
  target_ = data.data;
  unpacks_ = !data.is_contiguous;
  if (unpacks_) {
    into_.set(data);
    packed_target_ = staging_memory(data.count * data.itemsize);
    target_ = packed_target_.data();
  }
  return target_;
}

void move_operation::pack_target() {
  if (unpacks_) pack(into_.get(), target_);
}

MPI_Request* move_operation::next_request() {
  requests_.push_back(MPI_REQUEST_NULL);
  return &requests_.back();
}

int_parts move_operation::parts(part_counts counts, int each) {
  std::vector<int>& sizes = numbers_[used_numbers_++];
  std::vector<int>& offsets = numbers_[used_numbers_++];
  int sum = 0;
  for (const index_t n : counts) {
    sizes.push_back(static_cast<int>(n) * each);
    offsets.push_back(sum);
    sum += sizes.back();
  }
  return {sizes.data(), offsets.data()};
}

void move_operation::post(const std::byte* from, const std::vector<byte_part>& sends, std::byte* to,
                          const std::vector<byte_part>& receives) {
  const index_t piece = transfer_plan::piece_bytes();
  const MPI_Comm comm = private_communicator(comm_).native();
  const auto in_pieces = [&](const byte_part& part, auto&& post_piece) {
    if (part.rank == comm_.rank()) return;
    for (index_t at = 0; at < part.bytes; at += piece)
      post_piece(part.offset + at, static_cast<int>(std::min(piece, part.bytes - at)));
  };
  for (const byte_part& part : receives)
    in_pieces(part, [&](index_t at, int bytes) {
      check_mpi(MPI_Irecv(to + at, bytes, MPI_BYTE, part.rank, parts_tag, comm, next_request()),
                "MPI_Irecv");
    });
  for (const byte_part& part : sends)
    in_pieces(part, [&](index_t at, int bytes) {
      check_mpi(MPI_Isend(from + at, bytes, MPI_BYTE, part.rank, parts_tag, comm, next_request()),
                "MPI_Isend");
    });
  for (const byte_part& sent : sends)
    for (const byte_part& received : receives)
      if (sent.rank == comm_.rank() && received.rank == sent.rank && sent.bytes > 0)
        std::memmove(to + received.offset, from + sent.offset,
                     static_cast<std::size_t>(sent.bytes));
}

bool move_operation::advance(bool blocking) {
  if (!agrees(blocking)) return false;
  for (; ended_ < requests_.size(); ++ended_) {
    MPI_Status state;
    int code = MPI_SUCCESS;
    if (!has_ended(requests_[ended_], blocking, state, code)) return false;
    check_mpi(code, call_);
  }
  if (!advance_messages(blocking)) return false;
  unpack_target();
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  return true;
}

/// One that fails does not keep the others from their ends.
bool move_operation::advance_messages(bool blocking) {
  for (; ended_messages_ < messages_.size(); ++ended_messages_) {
    try {
      if (!messages_[ended_messages_].get()->advance(blocking)) return false;
    } catch (...) {
      if (failure_ == nullptr) failure_ = std::current_exception();
    }
  }
  return true;
}

/// What does not agree is not waited for.
bool move_operation::agrees(bool blocking) {
  try {
    return agreement_.advance(blocking);
  } catch (...) {
    give_up();
    throw;
  }
}

void move_operation::unpack_target() {
  if (unpacks_) unpack(target_, into_.get());
  unpacks_ = false;
}

void move_operation::give_up() noexcept {
  agreement_.give_up();
  abandon(requests_.data(), requests_.size());
  for (; ended_messages_ < messages_.size(); ++ended_messages_)
    messages_[ended_messages_].get()->give_up();
}

void move_operation::recycle() noexcept {
  requests_.clear();
  ended_ = 0;
  for (operation_owner& message : messages_) message.release()->recycle();
  messages_.clear();
  ended_messages_ = 0;
  failure_ = nullptr;
  for (std::vector<int>& numbers : numbers_) numbers.clear();
  used_numbers_ = 0;
  packed_source_ = {};
  packed_target_ = {};
  op_ = {};
  target_ = nullptr;
  unpacks_ = false;
  leave();
  operation_pool<move_operation>::put(this);
}

} // namespace tessera::detail
