#include "job/stall_report.hpp"

#include "ranks/rank_groups.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

using doing = rank_state::doing;

bool any_is(const std::vector<rank_state>& ranks, doing what) {
  return std::any_of(ranks.begin(), ranks.end(),
                     [what](const rank_state& rank) { return rank.what == what; });
}

/// The same texts are one group.
std::string listed_states(const std::vector<rank_state>& ranks) {
  std::vector<std::string> texts;
  texts.reserve(ranks.size());
  for (const rank_state& rank : ranks) texts.push_back(rank.text);
  return text_of_groups(groups_of(texts));
}

/// Does every rank wait at the same place?
bool is_same_call(const std::vector<rank_state>& ranks) {
  return std::all_of(ranks.begin(), ranks.end(), [&](const rank_state& rank) {
    return rank.what == doing::waits_for_all && rank.text == ranks[0].text;
  });
}

std::string advice(const std::vector<rank_state>& ranks) {
  if (const std::vector<int> circle = circle_of_waits(ranks); !circle.empty()) {
    std::string path;
    for (const int rank : circle) path += fmt::format("{} for ", rank);
    return fmt::format(
        "a circle of ranks that wait for each other: {}{}; let one of them send first, or use "
        "sendrecv",
        path, circle.front());
  }
  if (is_same_call(ranks))
    return "they make the call on different communicators; all ranks of a communicator must make "
           "the "
           "same calls on it";
  if (!any_is(ranks, doing::waits_for_all)) return "no message that they wait for is on its way";
  if (any_is(ranks, doing::waits_for_message))
    return "all ranks must make the same collective calls, and every message must be sent before";
  if (any_is(ranks, doing::computes) && !any_is(ranks, doing::has_left))
    return "all ranks must make the same collective calls; where one comes later than that on "
           "purpose, set TESSERA_CHECK_SECONDS";
  return "all ranks must make the same collective calls, in the same order, before they return";
}

} // namespace

std::vector<int> circle_of_waits(const std::vector<rank_state>& ranks) {
  const int count = static_cast<int>(ranks.size());
  std::vector<int> seen_from(ranks.size(), -1);
  for (int first = 0; first < count; ++first) {
    const auto next = [&](int rank) {
      const rank_state& state = ranks[static_cast<std::size_t>(rank)];
      return state.what == doing::waits_for_message && state.peer < count ? state.peer : -1;
    };
    int rank = first;
    while (rank >= 0 && seen_from[static_cast<std::size_t>(rank)] < 0) {
      seen_from[static_cast<std::size_t>(rank)] = first;
      rank = next(rank);
    }
    if (rank < 0 || seen_from[static_cast<std::size_t>(rank)] != first) continue;
    std::vector<int> circle;
    do {
      circle.push_back(rank);
      rank = next(rank);
    } while (rank != circle.front());
    return circle;
  }
  return {};
}

std::string stall_report(const std::vector<rank_state>& ranks, double seconds) {
  return fmt::format("ranks have waited for others for {:.3g} s: {}; {}", seconds,
                     listed_states(ranks), advice(ranks));
}

} // namespace tessera::detail
