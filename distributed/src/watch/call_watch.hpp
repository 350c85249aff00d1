// A thread that watches whether its rank waits in vain, in check mode. See decision 25.
#pragma once

#include "stack/other_thread.hpp"
#include "watch/departures.hpp"
#include "watch/host_watch.hpp"
#include "watch/rank_boards.hpp"

#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

namespace tessera::detail {

/// Watches the calling thread in check mode, where the ranks of a node share memory; else nothing.
/// Where the job spans several hosts, their first ranks look at all ranks together.
/// When a collective call waits longer than TESSERA_CHECK_SECONDS, or all ranks wait that long and
/// nothing moves, one rank says who is where, and the job ends.
class call_watch {
public:
  /// Collective. After `departure_watch` of the same run.
  call_watch(const char* program_name, const communicator& comm);
  call_watch(const call_watch&) = delete;
  call_watch& operator=(const call_watch&) = delete;
  /// Collective, unless MPI has ended.
  ~call_watch();

  /// This rank leaves; `how` says it: "returned 0". One that failed tells so itself, soon.
  void leave(const std::string& how, bool has_failed);
  /// Before MPI ends where this object does not.
  void stop();
  /// Others wait for ranks that have left: tells who is where and ends the job. Returns where
  /// nobody watches.
  void report_departure(int exit_code);
  /// What ranks found out themselves: one of them says it, all that did call this. Ends the job.
  [[noreturn]] void report(const std::string& message, bool is_mine_to_say);

  /// While another object watches the same thread. Local.
  void pause();
  /// After that. By the thread that is watched.
  void resume();
  /// Have all ranks of this node left?
  [[nodiscard]] bool have_all_left() const;

private:
  struct sight {
    std::uint64_t turns = 0; // of the record and of the note
    rank_state::doing what = rank_state::doing::computes;
    int peer = -1;
  };

  void work();
  void look();
  [[nodiscard]] sight look_at_rank() const;
  void note_stall(const sight& now);
  void answer();
  [[nodiscard]] std::string note_text() const;
  [[nodiscard]] bool waits_in_vain() const;
  void tell_if_so();
  void look_at_hosts();
  /// `longest` is at least how long somebody has waited, in ms.
  [[noreturn]] void tell(const std::vector<rank_state>& ranks, std::uint64_t longest,
                         int exit_code);
  [[noreturn]] void end_all(int exit_code) const;
  [[noreturn]] void end(int exit_code) const;

  const char* name_;
  std::uint64_t deadline_; // ms
  rank_boards boards_;
  host_watch hosts_;
  std::optional<stack_of_thread> stack_; // of the watched thread, while it is watched
  wait_record own_waits_;                // where `departure_watch` has none
  call_note note_;
  bool threads_call_mpi_ = false; // others may send what this one waits for
  wait_record* record_ = nullptr;
  call_note* outer_note_ = nullptr;
  std::array<char, 120> how_left_{};
  std::atomic<rank_state::doing> left_ = rank_state::doing::computes;

  // Of the watching thread.
  sight last_;
  std::chrono::steady_clock::time_point last_look_;
  std::uint64_t stalled_ = 0;
  std::atomic<bool> stops_ = false;
  std::thread thread_;
};

} // namespace tessera::detail
