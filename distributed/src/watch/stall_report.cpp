#include "watch/stall_report.hpp"

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

constexpr std::size_t most_notes = 4;
constexpr std::size_t most_of_circle = 8;

/// The same texts are one group; what each rank waits for is told where that makes few groups.
std::string listed_states(const std::vector<rank_state>& ranks) {
  std::vector<std::string> places;
  std::vector<std::string> texts;
  for (const rank_state& rank : ranks) {
    const bool has_both = !rank.text.empty() && !rank.note.empty();
    places.push_back(rank.text.empty() ? "waits or computes" : rank.text);
    texts.push_back(rank.text + (has_both ? ", " : "") + rank.note);
    if (texts.back().empty()) texts.back() = places.back();
  }
  const std::vector<rank_group> groups = groups_of(texts);
  return text_of_groups(groups.size() <= most_notes ? groups : groups_of(places));
}

std::string text_of_circle(const std::vector<int>& circle) {
  std::string path;
  for (std::size_t k = 0; k < circle.size() && k < most_of_circle; ++k)
    path += fmt::format("{} for ", circle[k]);
  return path + (circle.size() > most_of_circle ? "... for " : "") + std::to_string(circle.front());
}

/// Does every rank wait at the same place?
bool is_same_call(const std::vector<rank_state>& ranks) {
  return std::all_of(ranks.begin(), ranks.end(), [&](const rank_state& rank) {
    return rank.what == doing::waits_for_all && rank.text == ranks[0].text;
  });
}

std::string advice(const std::vector<rank_state>& ranks) {
  if (const std::vector<int> circle = circle_of_waits(ranks); !circle.empty()) {
    return "a circle of ranks that wait for each other: " + text_of_circle(circle) +
           "; let one of them send first, or use sendrecv";
  }
  if (is_same_call(ranks))
    return "they make the call on different communicators; all ranks of a communicator must make "
           "the same calls on it";
  const bool is_left = any_is(ranks, doing::has_left) && !any_is(ranks, doing::waits_for_message);
  if (!any_is(ranks, doing::waits_for_all) && !is_left)
    return "no message that they wait for is on its way";
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

bool are_late_only(const std::vector<rank_state>& ranks) {
  const auto waits = std::find_if(ranks.begin(), ranks.end(), [](const rank_state& rank) {
    return rank.what == doing::waits_for_all && !rank.calls.empty();
  });
  return waits != ranks.end() && any_is(ranks, doing::computes) &&
         std::all_of(ranks.begin(), ranks.end(), [&](const rank_state& rank) {
           return std::find(rank.calls.begin(), rank.calls.end(), waits->calls.front()) !=
                  rank.calls.end();
         });
}

std::string stall_report(const std::vector<rank_state>& ranks, double seconds) {
  return fmt::format("ranks have waited for others for {:.3g} s: {}; {}", seconds,
                     listed_states(ranks), advice(ranks));
}

} // namespace tessera::detail
