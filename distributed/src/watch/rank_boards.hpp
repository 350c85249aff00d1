// What the ranks of a node tell each other while `run` lasts in check mode. See decision 25.
#pragma once

#include "watch/stall_report.hpp"

#include <tessera/distributed/communicator.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <sys/types.h>

namespace tessera::detail {

/// In memory that the ranks of a node share; written by the thread that watches its rank.
struct rank_board {
  std::atomic<rank_state::doing> what = rank_state::doing::computes;
  std::atomic<int> peer = -1;
  std::atomic<std::uint64_t> stalled = 0; ///< how long it has waited, in ms, beyond what data takes
  std::atomic<std::uint64_t> patience = 0; ///< how long it may wait, in ms
  std::atomic<int> asked = 0;              ///< to tell where it is
  std::atomic<int> answered = 0;
  std::atomic<int> over = 0;       ///< the job ends: this rank is to go
  std::atomic<int> reporter = -1;  ///< on the first board: who tells
  std::atomic<int> left_alone = 0; ///< others wait for ranks that have left: 1 + the exit code
  pid_t process = 0;
  std::array<char, 480> text{}; ///< the answer
  std::array<char, 160> note{};
  std::array<char, 640> calls{}; ///< a line for each
};

/// The boards of all ranks of this node. None where the ranks cannot share memory, or do not check.
class rank_boards {
public:
  /// Collective over all ranks of the job.
  explicit rank_boards(const communicator& comm);
  rank_boards(const rank_boards&) = delete;
  rank_boards& operator=(const rank_boards&) = delete;
  /// Collective, unless MPI has ended.
  ~rank_boards();

  [[nodiscard]] bool exist() const { return !boards_.empty(); }
  [[nodiscard]] rank_board& mine() const { return *boards_[static_cast<std::size_t>(own_)]; }
  [[nodiscard]] const std::vector<rank_board*>& all() const { return boards_; }
  /// Of this node, in the job.
  [[nodiscard]] const std::vector<int>& ranks() const { return ranks_; }
  /// Is the own one the first of the node?
  [[nodiscard]] bool leads() const { return own_ == 0; }
  /// Are they those of the whole job?
  [[nodiscard]] bool are_complete() const {
    return static_cast<int>(boards_.size()) == world_size_;
  }

  /// Makes the caller the one that reports, unless another is.
  bool claim();
  void unclaim();
  [[nodiscard]] bool is_claimed() const { return boards_.front()->reporter >= 0; }
  /// Asks all ranks where they are, and waits a moment for the answers; by rank of the job. The
  /// thread that answers for this rank gives what does so; another one, nothing.
  [[nodiscard]] std::vector<rank_state> ask(const std::function<void()>& answer) const;
  /// Is one of the node's processes stopped, by a debugger or by hand?
  [[nodiscard]] bool is_any_stopped() const;
  /// Lets all ranks of the node end.
  void end_all() const;

private:
  communicator node_;
  MPI_Win window_ = MPI_WIN_NULL;
  std::vector<rank_board*> boards_; // by rank of the node
  std::vector<int> ranks_;          // of the job
  int own_ = 0;
  int world_size_ = 0;
};

} // namespace tessera::detail
