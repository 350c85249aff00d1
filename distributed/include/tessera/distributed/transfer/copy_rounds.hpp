/// @file
/// Copies that go in rounds, so that their buffers stay small.
#pragma once

#include <tessera/distributed/transfer/transfer.hpp>

#include <vector>

namespace tessera::detail {

/// What one rank sends, receives and copies, noted down before it is made a plan.
class recorded_copy {
public:
  void send(int peer, const region& from) { add(sends_, peer, from); }
  void receive(int peer, const region& to) { add(receives_, peer, to); }
  void copy(const region& to, const region& from) { locals_.push_back({to, from}); }

  [[nodiscard]] index_t messages() const;
  /// Elements of the longest message.
  [[nodiscard]] index_t longest() const;
  /// What is done in one round, in which `items` elements of every message go.
  [[nodiscard]] transfer_plan round(const communicator& comm, index_t itemsize, index_t k,
                                    index_t items) const;

private:
  struct message {
    int peer;
    index_t items;
    std::vector<region> regions;
  };
  struct local {
    region to;
    region from;
  };
  static void add(std::vector<message>& all, int peer, const region& where);

  std::vector<message> sends_;
  std::vector<message> receives_;
  std::vector<local> locals_;
};

/// A copy as a plan, or as several that run one after another.
class copy_rounds {
public:
  copy_rounds() = default;
  copy_rounds(const communicator& comm, index_t itemsize, recorded_copy recorded);

  /// Buffers of no rank take more than this. Collective: the ranks agree on the rounds.
  /// @throws argument_error on all ranks when that leaves some message less than a cache line.
  void limit_memory(index_t max_bytes);
  [[nodiscard]] index_t messages() const { return messages_; }
  [[nodiscard]] index_t bytes() const { return bytes_; }
  [[nodiscard]] index_t peak_memory() const { return peak_memory_; }
  /// Runs all rounds but the last, and starts that one. Collective. Only a copy that goes in one
  /// round allocates nothing from the second time on.
  [[nodiscard]] transfer start(const void* from, void* to) const;

private:
  void count();

  communicator comm_;
  index_t itemsize_ = 1;
  recorded_copy recorded_;
  index_t items_ = 0; // of each message in a round
  index_t rounds_ = 1;
  transfer_plan last_;
  index_t messages_ = 0;
  index_t bytes_ = 0;
  index_t peak_memory_ = 0;
};

} // namespace tessera::detail
