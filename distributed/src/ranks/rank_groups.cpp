#include "ranks/rank_groups.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <unordered_map>

namespace tessera::detail {

namespace {

constexpr std::size_t most_told = 5;

} // namespace

std::vector<rank_group> groups_of(const std::vector<std::string>& texts) {
  std::vector<rank_group> groups;
  std::unordered_map<std::string, std::size_t> places;
  int rank = 0;
  for (const std::string& text : texts) {
    const auto [found, is_new] = places.emplace(text, groups.size());
    if (is_new) groups.push_back({text, {}});
    groups[found->second].ranks.push_back(rank++);
  }
  return groups;
}

std::string text_of_ranks(const std::vector<int>& ranks) {
  std::string text = ranks.size() == 1 ? "rank " : "ranks ";
  for (std::size_t k = 0; k < ranks.size();) {
    std::size_t end = k + 1;
    while (end < ranks.size() && ranks[end] == ranks[end - 1] + 1) ++end;
    text += fmt::format("{}{}", k > 0 ? ", " : "", ranks[k]);
    if (end - k > 1) text += fmt::format("{}{}", end - k > 2 ? "-" : ", ", ranks[end - 1]);
    k = end;
  }
  return text;
}

std::string text_of_groups(const std::vector<rank_group>& groups) {
  std::string text;
  for (std::size_t k = 0; k < std::min(groups.size(), most_told); ++k)
    text += (k > 0 ? "; " : "") + text_of_ranks(groups[k].ranks) + ": " + groups[k].text;
  if (groups.size() > most_told) text += fmt::format("; and {} others", groups.size() - most_told);
  return text;
}

} // namespace tessera::detail
