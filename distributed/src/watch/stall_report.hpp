// What is said of ranks that wait for others in vain.
#pragma once

#include <string>
#include <vector>

namespace tessera::detail {

/// What one rank does, as far as it could be asked.
struct rank_state {
  enum class doing {
    computes,
    waits_for_all,
    waits_for_message,
    waits,
    has_left,
    has_failed,
    unknown
  };
  doing what = doing::unknown;
  int peer = -1;                  ///< whose message it waits for; -1: any rank's
  std::string text;               ///< "sum at heat.cpp:41"
  std::string note;               ///< "waits for a message from rank 1, tag 5"
  std::vector<std::string> calls; ///< of the user's functions, the innermost first
};

/// "ranks 0-2, 5: sum at heat.cpp:41; rank 3: update_halo at heat.cpp:57", and what is wrong with
/// it.
std::string stall_report(const std::vector<rank_state>& ranks, double seconds);

/// How many deadlines a rank may be late that is in the same call as the others.
constexpr unsigned most_late = 60;

/// Does somebody compute, but in the call in which the others wait? Files take their time.
bool are_late_only(const std::vector<rank_state>& ranks);

/// The ranks of a circle in which each waits for a message of the next; empty where there is none.
std::vector<int> circle_of_waits(const std::vector<rank_state>& ranks);

} // namespace tessera::detail
