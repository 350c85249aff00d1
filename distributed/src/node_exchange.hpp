// The messages of a transfer plan between ranks of one node, without MPI: who receives copies
// straight from the sender's block, or from where the sender has packed it.
//
//     sender                                  receiver
//     start    pack small strided parts
//              ready = run        --------->  finish   wait for ready
//                                                      copy from block or packed parts
//     finish   wait for done      <---------           done = run
//
// Both counters are on cache lines of their own and count the runs. Packed parts lie in two
// buffers, used in turn: the sender need not wait in finish for who reads only those.
#pragma once

#include "message.hpp"
#include "node_memory.hpp"

#include <array>

namespace tessera::detail {

class node_exchange {
public:
  node_exchange() = default;
  node_exchange(const node_exchange&) = delete;
  node_exchange& operator=(const node_exchange&) = delete;
  ~node_exchange();

  /// Takes over the messages between ranks of this node, and marks them, as far as sharing is the
  /// faster way. Collective over `comm`.
  void connect(const communicator& comm, const std::vector<array_slot>& arrays,
               std::vector<message>& sends, std::vector<message>& receives);
  [[nodiscard]] bool is_used() const { return !outgoing_.empty() || !incoming_.empty(); }
  /// Bytes of the buffers for packed parts.
  [[nodiscard]] index_t buffer_bytes() const { return staging_bytes_; }

  /// Packs, and says that this rank's blocks can be read.
  void start();
  /// Waits for the blocks of all senders and copies from them.
  void receive();
  /// The same for one of them, where their order matters.
  void receive_from(int peer);
  /// Waits until nobody reads this rank's blocks any more.
  void finish();

private:
  struct outgoing {
    message* what = nullptr;
    int node_rank = 0;
    std::vector<bool> is_direct; // each part: read from the block, or packed
    bool reads_block = false;    // any is direct
    std::vector<part_copy> packed;
    const std::uint64_t* done = nullptr; // counts the runs that the receiver has read
    std::uint64_t done_before = 0;       // what it said before the first run
  };
  struct incoming {
    message* what = nullptr;
    int node_rank = 0;
    const std::uint64_t* ready = nullptr; // counts the runs that the sender has started
    std::uint64_t ready_before = 0;
    const std::uint64_t* places = nullptr; // of the sender's arrays
    const std::byte* staging = nullptr;    // the first of two buffers
    index_t staging_step = 0;              // from one to the other
    shared_counter done;                   // this rank's
    std::uint64_t done_before = 0;
    struct part {
      part_copy from;
      bool is_direct;
    };
    std::vector<part> parts; // in their order, which matters where they are combined
    bool reads_block = false;
    bool is_taken = true;
  };
  /// A message that goes through MPI after all, since the array of this run is not shared.
  struct posted {
    buffer packed;
    std::vector<MPI_Request> requests;
  };
  /// Where a receiver counts, and from which number on.
  using answer = std::array<std::int64_t, 2>;

  void choose_messages(std::vector<message>& sends, std::vector<message>& receives);
  [[nodiscard]] std::vector<int> node_ranks_of(const std::vector<message>& messages) const;
  [[nodiscard]] std::vector<std::int64_t> offer(const outgoing& out) const;
  void accept(incoming& in, const std::int64_t* words);
  void exchange_offers();
  void settle(const std::vector<std::vector<std::int64_t>>& offers,
              const std::vector<answer>& answers);

  [[nodiscard]] std::byte* buffer_of_run() const;
  void pack();
  void publish_places();
  static bool is_in_place(const message& m, const std::uint64_t* places);
  void post(const message& m);
  void receive_posted(const message& m) const;
  void copy_from(const incoming& in) const;
  bool take(incoming& in);
  bool take_all();
  static bool is_read(const outgoing& out, std::uint64_t run);
  [[nodiscard]] bool blocks_are_read() const;
  template <class Done> void wait_until(const Done& done);

  node_memory* node_ = nullptr;
  communicator comm_;
  const std::vector<array_slot>* arrays_ = nullptr;
  bool combines_ = false;
  std::vector<outgoing> outgoing_;
  std::vector<incoming> incoming_;
  std::uint64_t run_ = 0;
  shared_counter ready_;
  std::uint64_t ready_before_ = 0;
  std::uint64_t* places_ = nullptr;       // beside the counter, or before the packed parts
  std::vector<const std::byte*> located_; // the addresses whose places these are
  bool all_in_place_ = true;
  shared_piece staging_;
  index_t staging_bytes_ = 0;
  index_t staging_first_ = 0; // behind the places
  index_t staging_step_ = 0;
  std::vector<posted> posted_;
};

} // namespace tessera::detail
