/// @file
/// The transfer engine: the one place where elements of arrays travel between ranks.
#pragma once

#include <tessera/core/copies/strided_copy.hpp>
#include <tessera/distributed/communicator.hpp>

namespace tessera {

class transfer;

/// What one rank sends, receives and copies, found beforehand. Running it only packs, posts and
/// unpacks: it allocates nothing, but for messages that are so long that they go in pieces. At most
/// one message goes from any rank to any other (several pieces where it is long), whatever the
/// number of arrays whose elements are in it. A plan does not know the addresses of the arrays, so
/// it serves all arrays of the same layout; it runs once at a time. Members other than `start`,
/// `start_all`, `run` and `limit_memory`, which are collective, are local.
///
///     transfer_plan plan(world, sizeof(double)); // the first element of mine to the next rank
///     plan.send((me + 1) % ranks, {0, {1}, {1}});
///     plan.receive((me + ranks - 1) % ranks, {0, {1}, {1}});
///     plan.run(mine.data(), theirs.data());
class transfer_plan {
public:
  transfer_plan() = default;
  /// An empty plan without arrays.
  explicit transfer_plan(const communicator& comm);
  /// An empty plan for one array, of elements of `itemsize` bytes.
  transfer_plan(const communicator& comm, index_t itemsize) : transfer_plan(comm) {
    add_array(itemsize);
  }
  transfer_plan(transfer_plan&& other) noexcept;
  transfer_plan& operator=(transfer_plan&& other) noexcept;
  transfer_plan(const transfer_plan&) = delete;
  transfer_plan& operator=(const transfer_plan&) = delete;
  ~transfer_plan();

  /// Adds a source and a target array, of elements of `itemsize` bytes, and returns its number.
  /// Where `combine` is given, what arrives is combined with the elements of the target, each of
  /// which takes what the ranks send in their order, and what one rank sends in the order in which
  /// its regions were added: the same at every run.
  std::size_t add_array(index_t itemsize, const detail::combiner& combine = {});
  /// Adds a region of a source array to the message to `peer`. The peer must add one of the same
  /// shape to what it receives from here, in the same order.
  void send(int peer, const detail::region& from, std::size_t array = 0);
  /// Adds a region of a target array to the message from `peer`.
  void receive(int peer, const detail::region& to, std::size_t array = 0);
  /// Copies within this rank.
  void copy(const detail::region& to, const detail::region& from, std::size_t array = 0);
  /// Lets senders and receivers cut the same elements, in the same order, into different regions.
  /// Such elements travel as messages, also within a node. All ranks must say so.
  void cut_differently();

  /// Buffers of no rank take more than so many bytes: messages that are longer than their part of
  /// it go in pieces. Collective; before, and between runs.
  /// @throws argument_error on all ranks when that leaves some message less than a cache line.
  void limit_memory(index_t max_bytes);

  [[nodiscard]] explicit operator bool() const { return state_ != nullptr; }
  /// Messages that this rank sends and receives in one run.
  [[nodiscard]] index_t messages() const;
  /// Bytes that this rank sends to others in one run.
  [[nodiscard]] index_t bytes() const;
  /// Bytes of the buffers that a run needs beside the arrays.
  [[nodiscard]] index_t peak_memory() const;
  /// Was it started, and not finished yet?
  [[nodiscard]] bool is_running() const;

  /// Starts: posts the receives, packs and sends, copies what stays here. Until `finish`, nothing
  /// may write what is sent or touch what is received. Collective; the first time, the ranks agree
  /// that all have room for their buffers.
  /// @throws argument_error when the last run has not been finished, memory_error on all ranks.
  [[nodiscard]] transfer start(const void* from, void* to) const;
  /// The same for several arrays, whose addresses are given in the order of their numbers.
  /// Collective.
  [[nodiscard]] transfer start_all(const void* const* from, void* const* to) const;
  /// Waits until nobody reads any more what was sent in runs that ended with `arrive`.
  void await_readers() const;
  /// Starts and finishes. Collective. As `start`, it throws.
  void run(const void* from, void* to) const;

  /// Largest size of one message; longer ones are sent in pieces. 1 GiB unless set; all ranks
  /// must set the same.
  static index_t piece_bytes();
  /// Sets it for plans that are made from now on.
  /// @throws argument_error unless it is 1 to 2 GiB - 1.
  static void set_piece_bytes(index_t bytes);

private:
  friend class transfer;
  struct state;
  state* state_ = nullptr;
};

/// A transfer that was started. Move-only; its destructor waits. All ranks that started must
/// finish: `finish` and `arrive` are collective, all other members are local.
class [[nodiscard]] transfer {
public:
  transfer() = default;
  transfer(transfer&& other) noexcept
      : state_(other.state_), then_(other.then_), context_(other.context_) {
    other.state_ = nullptr;
    other.then_ = nullptr;
  }
  transfer& operator=(transfer&& other) noexcept;
  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;
  ~transfer() {
    if (state_ != nullptr || then_ != nullptr) end();
  }

  /// Waits for the messages and unpacks them as they arrive. A second call does nothing.
  void finish();
  /// The first part of `finish`, for those who write no element that was sent before they have
  /// called `await_readers` of the plan: others may still read it.
  void arrive();
  /// Are there messages to wait for?
  [[nodiscard]] bool is_under_way() const;
  /// What to do when all has arrived.
  void then(void (*action)(void*), void* context) {
    then_ = action;
    context_ = context;
  }

private:
  friend class transfer_plan;
  explicit transfer(transfer_plan::state* state) : state_(state) {}
  void end() noexcept;
  transfer_plan::state* state_ = nullptr;
  void (*then_)(void*) = nullptr;
  void* context_ = nullptr;
};

} // namespace tessera
