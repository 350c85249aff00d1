// What a transfer plan knows and needs while it runs. How it runs lies in transfer_run.cpp.
#pragma once

#include "transfer/message_streams.hpp"
#include "transfer/node_exchange.hpp"
#include "transfer/transfer_way.hpp"

#include <tessera/core/memory.hpp>
#include <tessera/distributed/ranks/memory_account.hpp>
#include <tessera/distributed/transfer/transfer.hpp>

#include <limits>
#include <vector>

namespace tessera {

struct transfer_plan::state {
  static constexpr index_t unlimited = std::numeric_limits<index_t>::max();

  communicator comm;
  std::vector<detail::array_slot> arrays;
  std::vector<detail::message> sends;
  std::vector<detail::message> receives;
  std::vector<detail::local_copy> locals;

  bool in_order = false;    // what arrives is combined
  bool same_regions = true; // on both sides of every message

  /// What has become of it; each step includes those before.
  enum class stage {
    described, // regions are being added
    prepared,  // messages are in order, and cut into pieces
    laid_out,  // each has its place in a buffer that is still to be had
    allocated, // runs when it is started
    running,
    given_up // an error ended its last run: never runs again
  };
  stage reached = stage::described;

  int exceptions = 0; // that unwound the stack when this was started
  index_t piece = 0;  // largest size of a message when this was prepared
  detail::piece_size piece_of_long;
  index_t most_of_message = unlimited; // bytes of its buffer
  detail::wished_way wish;
  detail::transfer_way way = detail::transfer_way::usual;
  detail::way_trial trial;
  int runs = 0;       // of the trial
  double seconds = 0; // of the last run in start and arrive
  index_t buffer_bytes = 0;
  bool unpacks = false;            // some messages arrive in a buffer
  std::vector<MPI_Datatype> types; // of messages that MPI packs
  buffer memory;
  detail::accounted_memory account;  // of that
  std::vector<MPI_Request> requests; // of the receives, then of the sends
  std::size_t receive_requests = 0;
  index_t message_bytes = 0;       // sent and received through MPI
  detail::node_exchange node;      // has the messages marked as shared
  detail::message_streams streams; // has those marked as streamed, if they are not shared

  state() = default;
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state();

  [[nodiscard]] bool is_running() const { return reached == stage::running; }

  /// Becomes the same plan, before its first run; the other one is not to be used any more.
  void describe_as(state& other);
  /// What each message may take of so many bytes, and the least with which it can go.
  [[nodiscard]] index_t part_of_each_message(index_t bytes) const;
  [[nodiscard]] index_t least_part() const;
  void prepare();
  /// Collective: a rank that has no room must not leave its peers waiting for it.
  void allocate();
  void adapt();
  void start();
  void finish();
  /// The first part of `finish`: others may still read what is sent.
  void arrive();
  /// Ends a run without its messages.
  void give_up();
  void await_readers() {
    if (node.is_used()) node.await_readers();
  }

  [[nodiscard]] index_t peak_memory() const;
  [[nodiscard]] std::size_t pieces_of(const detail::message& m) const;

private:
  [[nodiscard]] bool is_long(const detail::message& m) const;
  [[nodiscard]] bool can_be_type(const detail::message& m, bool sending) const;
  [[nodiscard]] bool goes_as_type(const detail::message& m, bool sending,
                                  detail::transfer_way by) const;
  [[nodiscard]] index_t largest_of(const detail::message& m) const;
  [[nodiscard]] bool is_limited() const { return most_of_message != unlimited; }
  [[nodiscard]] std::array<bool, detail::transfer_ways> other_ways() const;
  void free_types();
  void lay_out();
  void take_memory();
  [[nodiscard]] bool is_direct(const detail::message& m, bool sending) const;
  [[nodiscard]] index_t estimated_buffer(const detail::message& m, bool sending) const;
  void layout(std::vector<detail::message>& messages, bool sending);
  void post(const detail::message& m, bool sending);
  void post(std::byte* at, int count, MPI_Datatype type, const detail::message& m,
            std::size_t piece_number, bool sending);
  void note_run();
  void pack_and_send(const detail::message& m);
  void unpack(detail::message& m);
  void copy_locally();
  [[nodiscard]] bool has_arrived(const detail::message& m) const;
  void unpack_as_they_arrive();
  void receive_all();
  void combine_in_order();
};

} // namespace tessera
