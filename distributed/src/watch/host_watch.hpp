// What the hosts of a job tell each other of ranks that wait in vain, in check mode. See
// decision 28.
#pragma once

#include "watch/host_links.hpp"
#include "watch/rank_boards.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace tessera::detail {

/// Where a job spans several hosts, the first rank of each, its leader, speaks for the host, and
/// the leader of rank 0's host decides: it asks all of them, tells who is where, and lets all end.
class host_watch {
public:
  struct verdict {
    std::string message; ///< to be printed; may be empty
    int exit_code = 1;
    bool ends = true; ///< the job
  };

  /// Collective. `deadline` is in ms.
  host_watch(const communicator& comm, rank_boards& boards, std::uint64_t deadline);

  /// Is it the hosts that decide, not each rank? The same on all ranks.
  [[nodiscard]] bool decides() const { return decides_; }
  /// Has this rank's thread to `look`?
  [[nodiscard]] bool leads() const { return links_.exist(); }
  /// By the watching thread, often. `answer` says on the own board where the own rank is.
  std::optional<verdict> look(const std::function<void()>& answer);

private:
  /// What a host says of its ranks.
  struct host_state {
    unsigned flags = 0;
    int exit_code = 0;
    std::uint64_t longest = 0;  ///< that a rank has waited, in ms
    std::uint64_t patience = 0; ///< the longest of its ranks
    bool operator==(const host_state&) const = default;
  };
  enum flag : unsigned { waits = 1, is_still = 2, waits_for_call = 4, is_left = 8, fails = 16 };

  [[nodiscard]] host_state own_state() const;
  static std::string text_of(const host_state& state);
  static host_state state_of(const std::string& text);
  void take(const host_links::message& message, const std::function<void()>& answer);
  void answer_hub(const std::function<void()>& answer);
  [[nodiscard]] bool any_has(unsigned flags) const;
  [[nodiscard]] bool wait_in_vain() const;
  std::optional<verdict> inquire(const std::function<void()>& answer);
  std::vector<rank_state> ask_all(const std::function<void()>& answer);
  std::optional<verdict> verdict_on_silence();
  [[nodiscard]] std::string silent_text() const;
  void be_patient();

  rank_boards& boards_;
  std::uint64_t deadline_;
  bool decides_ = false;
  bool threads_call_mpi_ = false;
  host_links links_;
  std::vector<std::string> names_; // "node3 (ranks 4-7)", by host

  std::vector<host_state> states_;   // by host; only the own one where this is not the hub
  std::vector<std::string> answers_; // to the hub's question; empty before they come
  bool any_stopped_ = false;         // by a debugger, among those that answered
  std::optional<verdict> over_;      // as the hub says
  int silent_looks_ = 0;             // at which a host was silent and ranks waited
};

} // namespace tessera::detail
