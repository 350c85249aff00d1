#include "memory/shared_heap.hpp"

#include <algorithm>

namespace tessera::detail {

void shared_heap::add(const stretch& window) {
  windows_ += window.bytes;
  free_.add(window);
}

void shared_heap::remove(const stretch& window) {
  windows_ -= window.bytes;
  free_.cut(window);
  missing_.cut(window);
}

bool shared_heap::is_free(const stretch& window) const {
  return free_.bytes_in(window) == window.bytes;
}

std::optional<stretch> shared_heap::find(index_t bytes) const {
  std::optional<stretch> best;
  index_t best_missing = 0;
  index_t best_hole = 0;
  for (const stretch& hole : free_.all()) {
    if (hole.bytes < bytes) continue;
    const stretch here{hole.place, bytes};
    const index_t missing = missing_.bytes_in(here);
    if (best && (missing > best_missing || (missing == best_missing && hole.bytes >= best_hole)))
      continue;
    best = here;
    best_missing = missing;
    best_hole = hole.bytes;
  }
  return best;
}

void shared_heap::take(const stretch& s) {
  free_.cut(s);
  most_taken_ = std::max(most_taken_, taken());
}

std::vector<stretch> shared_heap::all_free_pages() const {
  const auto page = static_cast<shared_place>(page_);
  stretch_set present = free_;
  for (const stretch& s : missing_.all()) present.cut(s);
  std::vector<stretch> pages;
  for (const stretch& s : present.all()) {
    const shared_place first = (s.place + page - 1) / page * page;
    const shared_place end = s.end() / page * page;
    if (end > first) pages.push_back({first, static_cast<index_t>(end - first)});
  }
  return pages;
}

std::vector<stretch> shared_heap::excess(index_t more, index_t fresh, index_t slack,
                                         const stretch& wanted) const {
  const index_t limit = std::max(most_taken_, taken() + more) + slack;
  index_t left = taken() + kept() + fresh - limit;
  std::vector<stretch> result;
  if (left <= 0) return result;
  stretch_set candidates;
  for (const stretch& s : all_free_pages()) candidates.add(s);
  // Whole pages: those at its ends stay, too.
  const auto page = static_cast<shared_place>(page_);
  const shared_place first = wanted.place / page * page;
  candidates.cut({first, static_cast<index_t>((wanted.end() + page - 1) / page * page - first)});
  std::vector<stretch> pages = candidates.all();
  std::sort(pages.begin(), pages.end(),
            [](const stretch& a, const stretch& b) { return a.bytes > b.bytes; });
  for (const stretch& s : pages) {
    if (left <= 0) break;
    const index_t bytes = std::min(s.bytes, (left + page_ - 1) / page_ * page_);
    result.push_back({s.end() - static_cast<shared_place>(bytes), bytes});
    left -= bytes;
  }
  return result;
}

} // namespace tessera::detail
