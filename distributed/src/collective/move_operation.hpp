// One collective call that moves parts: what it packs, posts and unpacks.
#pragma once

#include "collective/rank_operations.hpp"
#include "messages/operation.hpp"
#include "messages/receiving.hpp"
#include "messages/staging_memory.hpp"
#include "ranks/started_agreement.hpp"

#include <tessera/distributed/collective/moves.hpp>

#include <exception>
#include <utility>
#include <vector>

namespace tessera::detail {

/// MPI's form of sizes and places, in its elements.
struct int_parts {
  const int* counts;
  const int* offsets;
};

/// Where the part of a rank lies, in bytes.
struct byte_part {
  int rank;
  index_t offset;
  index_t bytes;
};

class move_operation final : public operation {
public:
  bool advance(bool blocking) override;
  void give_up() noexcept override;
  void recycle() noexcept override;

  void start(const communicator& comm, const char* call) { begin(comm, call); }

  /// Compares the call with those of the other ranks, while it is under way.
  void agree(const char* call, const std::string& operands) {
    agreement_.start(comm_, call, operands);
  }

  /// The elements of an array one after another: in place, or packed.
  const std::byte* source(const message_data& data);
  /// A copy of them.
  const std::byte* copy_of(const message_data& data);
  /// Keeps an operation until the end.
  void keep(operation_handle&& op) { op_ = std::move(op); }
  [[nodiscard]] MPI_Op handle() const { return op_.get(); }
  /// Where elements arrive one after another; they are unpacked at the end, if need be.
  std::byte* set_target(const message_data& data);
  /// What lies in the target goes with it.
  void pack_target();
  [[nodiscard]] std::byte* target() const { return target_; }
  MPI_Request* next_request();
  /// Waits for a message as well, which is about to be started, and owns it.
  void add(operation* message) { messages_.emplace_back(message); }
  int_parts parts(part_counts counts, int each);
  /// Moves parts by messages of at most a piece, those to itself by a copy.
  void post(const std::byte* from, const std::vector<byte_part>& sends, std::byte* to,
            const std::vector<byte_part>& receives);
  void unpack_target();

private:
  bool advance_messages(bool blocking);
  bool agrees(bool blocking);

  started_agreement agreement_;
  std::vector<MPI_Request> requests_;
  std::size_t ended_ = 0;
  std::vector<operation_owner> messages_;
  std::size_t ended_messages_ = 0;
  std::exception_ptr failure_; // of the first message that has failed
  std::vector<int> numbers_[4];
  std::size_t used_numbers_ = 0;
  staging_memory packed_source_;
  staging_memory packed_target_;
  operation_handle op_;
  receive_target into_;
  std::byte* target_ = nullptr;
  bool unpacks_ = false;
};

/// Does a call move so much that the counts of MPI may not do?
bool needs_pieces(index_t bytes);

} // namespace tessera::detail
