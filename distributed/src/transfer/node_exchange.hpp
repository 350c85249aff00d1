// The messages of a transfer plan between ranks of one node, without MPI: who receives copies
// straight from the sender's block, or from where the sender has packed it.
//
//     sender                                  receiver
//     start    pack small strided parts
//              ready = step       --------->  receive  wait for ready
//                                                      copy from block or packed parts
//     finish   wait for done      <---------           done = run
//
// Both counters are on cache lines of their own. Packed parts lie in two buffers, used in turn: the
// sender need not wait in finish for who reads only those.
//
// Many packed rows are cut into slices, packed step by step: what has come of the others' is
// unpacked between the steps, as long as the cells it goes to, which lie beside those that were
// packed, are in cache.
// Its parts lie in node_exchange.cpp, node_connect.cpp and node_offers.cpp.
#pragma once

#include "memory/node_memory.hpp"
#include "transfer/message.hpp"
#include "transfer/under_way.hpp"

#include <tessera/distributed/memory/block_storage.hpp>

#include <array>

namespace tessera::detail {

class node_exchange final : under_way {
public:
  node_exchange() = default;
  node_exchange(const node_exchange&) = delete;
  node_exchange& operator=(const node_exchange&) = delete;
  ~node_exchange();

  /// Takes over the messages between ranks of this node, and marks them, as far as sharing is the
  /// faster way and none takes more of the buffer than that. Collective over `comm`.
  void connect(const communicator& comm, const std::vector<array_slot>& arrays,
               std::vector<message>& sends, std::vector<message>& receives,
               index_t most_of_message);
  [[nodiscard]] bool is_used() const { return !outgoing_.empty() || !incoming_.empty(); }
  /// Bytes of the buffers for packed parts.
  [[nodiscard]] index_t buffer_bytes() const { return staging_bytes_; }

  /// Packs, and says that this rank's blocks can be read.
  void start();
  /// Waits for the blocks of all senders and copies from them.
  void receive();
  /// The same for one of them, where their order matters.
  void receive_from(int peer);
  /// Ends the run, all of which was received. Others may still read this rank's blocks.
  void end();
  /// Ends a run that was not received.
  void give_up();
  /// Waits until nobody reads them any more.
  void await_readers();

private:
  /// A part of a message, or a slice of one: what is copied in one step.
  struct piece {
    part_copy copy; // between the array and the packed part, or between two arrays
    bool is_direct = false;
    std::uint64_t step = 0;
  };
  struct outgoing {
    message* what = nullptr;
    int node_rank = 0;
    bool reads_block = false;    // is any part read from the block?
    std::vector<bool> is_direct; // each part
    index_t place = 0;           // of what is packed in the buffer
    std::vector<piece> packed;
    const std::uint64_t* done = nullptr; // counts the runs that the receiver has read
    std::uint64_t done_before = 0;       // what it said before the first run
  };
  struct incoming {
    message* what = nullptr;
    int node_rank = 0;
    const std::uint64_t* ready = nullptr; // counts the steps that the sender has packed
    std::uint64_t ready_before = 0;
    std::uint64_t steps = 1;               // of one of the sender's runs
    const std::uint64_t* places = nullptr; // of the sender's arrays
    const std::byte* staging = nullptr; // what is packed for this rank, in the first of two buffers
    index_t staging_step = 0;           // from one to the other
    index_t packed_bytes = 0;
    shared_counter done; // this rank's
    std::uint64_t done_before = 0;
    std::vector<piece> pieces; // in their order, which matters where they are combined
    bool reads_block = false;
    std::size_t taken = 0; // pieces of this run
    bool is_taken = true;
  };
  /// A message that goes through MPI after all, since the array of this run is not shared.
  struct posted {
    buffer packed;
    std::vector<MPI_Request> requests;
  };
  struct location {
    const std::byte* address = nullptr;
    bool is_shared = false;
  };
  /// Where a receiver counts, and from which number on.
  using answer = std::array<std::int64_t, 2>;

  void take_what_came() override;

  // Connecting.
  void choose_messages(std::vector<message>& sends, std::vector<message>& receives);
  bool plan_packing(outgoing& out);
  [[nodiscard]] std::vector<region> slices_of(const message_part& part) const;
  [[nodiscard]] std::vector<int> node_ranks_of(const std::vector<message>& messages) const;
  bool take_memory();
  void forget_messages(std::vector<message>& sends);
  [[nodiscard]] std::vector<std::int64_t> offer(const outgoing& out) const;
  void accept(incoming& in, const std::int64_t* words);
  void accept_packed(incoming& in, const message_part& part) const;
  void exchange_offers();
  void settle(const std::vector<std::vector<std::int64_t>>& offers,
              const std::vector<answer>& answers);

  // Running.
  [[nodiscard]] std::byte* buffer_of(std::uint64_t run) const;
  void await_buffer();
  void pack(std::uint64_t step);
  void fetch_next_buffer() const;
  void publish_places();
  static bool is_in_place(const message& m, const std::uint64_t* places);
  void post(const message& m);
  void receive_posted(const message& m) const;
  [[nodiscard]] const std::byte* packed_by(const incoming& in) const;
  void copy_from(const incoming& in, const piece& p) const;
  bool take(incoming& in);
  bool take_all();
  static bool is_read(const outgoing& out, std::uint64_t run);
  [[nodiscard]] bool blocks_are_read() const;
  template <class Done> void wait_until(const Done& done);

  node_memory* node_ = nullptr;
  communicator comm_;
  const std::vector<array_slot>* arrays_ = nullptr;
  index_t most_of_message_ = 0; // bytes of the buffers for what is packed of it
  bool combines_ = false;
  int looks_ = 0;     // before others may run
  index_t bytes_ = 0; // of the messages that go this way
  std::vector<outgoing> outgoing_;
  std::vector<incoming> incoming_;
  std::uint64_t run_ = 0;
  std::uint64_t steps_ = 1; // of each run
  bool packs_ = false;
  bool has_readers_ = false; // maybe, of the last run
  shared_counter ready_;
  std::uint64_t ready_before_ = 0;
  std::uint64_t* places_ = nullptr; // beside the counter, or before the packed parts
  std::vector<location> located_;   // what was said of each array
  bool all_in_place_ = true;
  shared_piece staging_;
  index_t staging_bytes_ = 0;
  index_t staging_first_ = 0; // behind the places
  index_t staging_step_ = 0;
  std::vector<posted> posted_;
};

} // namespace tessera::detail
