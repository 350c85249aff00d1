#include "memory/stretch_set.hpp"

#include <algorithm>

namespace tessera::detail {

namespace {

/// What two stretches have in common; no bytes where that is nothing.
stretch overlap(const stretch& a, const stretch& b) {
  const shared_place lower = std::max(a.place, b.place);
  const shared_place upper = std::min(a.end(), b.end());
  return {lower, upper > lower ? static_cast<index_t>(upper - lower) : 0};
}

} // namespace

std::size_t stretch_set::first_behind(shared_place place) const {
  const auto found = std::partition_point(all_.begin(), all_.end(),
                                          [&](const stretch& s) { return s.end() <= place; });
  return static_cast<std::size_t>(found - all_.begin());
}

void stretch_set::add(const stretch& s) {
  if (s.bytes == 0) return;
  bytes_ += s.bytes;
  const std::size_t at = first_behind(s.place);
  const bool joins_before = at > 0 && all_[at - 1].end() == s.place;
  const bool joins_next = at < all_.size() && s.end() == all_[at].place;
  const auto next = all_.begin() + static_cast<std::ptrdiff_t>(at);
  if (joins_before) {
    all_[at - 1].bytes += s.bytes + (joins_next ? next->bytes : 0);
    if (joins_next) all_.erase(next);
  } else if (joins_next) {
    next->place = s.place;
    next->bytes += s.bytes;
  } else {
    all_.insert(next, s);
  }
}

void stretch_set::cut(const stretch& s) {
  std::size_t at = first_behind(s.place);
  while (at < all_.size() && all_[at].place < s.end()) {
    const stretch whole = all_[at];
    const stretch taken = overlap(whole, s);
    bytes_ -= taken.bytes;
    const stretch before{whole.place, static_cast<index_t>(taken.place - whole.place)};
    const stretch behind{taken.end(), static_cast<index_t>(whole.end() - taken.end())};
    all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(at));
    for (const stretch& rest : {before, behind})
      if (rest.bytes > 0) all_.insert(all_.begin() + static_cast<std::ptrdiff_t>(at++), rest);
  }
}

std::vector<stretch> stretch_set::parts_in(const stretch& s) const {
  std::vector<stretch> parts;
  for (std::size_t at = first_behind(s.place); at < all_.size() && all_[at].place < s.end(); ++at)
    parts.push_back(overlap(all_[at], s));
  return parts;
}

index_t stretch_set::bytes_in(const stretch& s) const {
  index_t bytes = 0;
  for (std::size_t at = first_behind(s.place); at < all_.size() && all_[at].place < s.end(); ++at)
    bytes += overlap(all_[at], s).bytes;
  return bytes;
}

} // namespace tessera::detail
