// Long messages of a transfer plan in pieces: each is packed while those before it are sent, and
// unpacked while the next ones come. So buffers are small, stay in cache and cost no fresh pages,
// and a message is on its way soon after its first elements were read.
//
//     sender      pack 0 | pack 1 | pack 2 | ...
//     MPI                | send 0 | send 1 | send 2 | ...
//     receiver                    | unpack 0 | unpack 1 | ...
//
// Both sides cut a message alike. Of each, a few pieces are under way at once, each in a slot: a
// request, and room in the buffer where the piece needs it.
#pragma once

#include "transfer/message_pieces.hpp"
#include "transfer/under_way.hpp"

#include <vector>

namespace tessera::detail {

/// How a message is cut, and how many pieces are under way at once.
struct piece_size {
  index_t bytes = 0;
  index_t slots = 0;
  /// What the slots of a message take that is packed.
  [[nodiscard]] index_t buffer_bytes() const;
};

class message_streams final : under_way {
public:
  /// How the pieces lie on one side.
  enum class packing { none, ours, of_mpi };
  /// Takes over one of the plan's messages, which lives as long as this.
  void add(message& m, bool sending, packing how, const piece_size& size);
  [[nodiscard]] bool is_used() const { return !streams_.empty(); }
  /// What all slots take.
  [[nodiscard]] index_t buffer_bytes() const { return buffer_bytes_; }

  /// Packs and posts what the slots hold. The buffer has buffer_bytes().
  void start(const communicator& comm, const std::vector<array_slot>& arrays, std::byte* buffer);
  /// Goes on with what has ended meanwhile, without waiting.
  void advance();
  /// Goes on until all was sent and received.
  void receive();
  /// Ends a run that was not received.
  void give_up();
  void clear();

private:
  struct stream {
    message* what;
    bool sending;
    packing how;
    index_t piece_bytes;
    piece_end next = {}; // to be packed, or received
    std::size_t under_way = 0;
  };
  struct slot {
    std::size_t stream;
    index_t buffer_offset;
    message piece = {};
  };

  void take_what_came() override { advance(); }
  int wait_for_some();
  void begin_next(std::size_t number);
  void end(std::size_t number);
  void post(std::size_t number, const stream& s);

  std::vector<stream> streams_;
  std::vector<slot> slots_;
  std::vector<MPI_Request> requests_; // of each slot
  index_t buffer_bytes_ = 0;
  index_t message_bytes_ = 0;
  communicator comm_; // of this run, as the arrays and the buffer
  const std::vector<array_slot>* arrays_ = nullptr;
  std::byte* buffer_ = nullptr;
};

} // namespace tessera::detail
