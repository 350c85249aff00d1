#include "transforms/line_walk.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace tessera::detail {

namespace {

bool adjacent(const std::vector<index_t>& places) {
  for (std::size_t i = 1; i < places.size(); ++i)
    if (places[i] != places[i - 1] + 1) return false;
  return true;
}

} // namespace

line_walk::line_walk(const axis_transform& what, index_t most, index_t item, const void* base)
    : most_(most), per_line_(64 / item) {
  for (std::size_t d = 0; d < what.ndim; ++d) {
    if (d == what.axis) continue;
    loops_.push_back({what.shape[d], what.from.strides[d], what.to.strides[d], 0});
    left_ *= what.shape[d];
  }
  std::stable_sort(loops_.begin(), loops_.end(), [](const loop& a, const loop& b) {
    return std::abs(a.to_step) + std::abs(a.from_step) <
           std::abs(b.to_step) + std::abs(b.from_step);
  });
  const auto address = reinterpret_cast<std::uintptr_t>(base);
  skew_ = static_cast<index_t>(address % 64) / item;
}

index_t line_walk::next_count() const {
  if (most_ == 1) return 1;
  const index_t until_end = loops_.empty() ? 1 : loops_.front().count - loops_.front().at;
  if (until_end < per_line_) return most_; // short rows: several of them together
  // The first block of a row ends with a cache line.
  const index_t at = (from_at_ + skew_) % per_line_;
  const index_t before = at < 0 ? at + per_line_ : at;
  const index_t first = before > 0 ? per_line_ - before : most_;
  return std::min(until_end, first < most_ && until_end > most_ ? first : most_);
}

void line_walk::advance() {
  for (loop& l : loops_) {
    from_at_ += l.from_step;
    to_at_ += l.to_step;
    if (++l.at < l.count) return;
    from_at_ -= l.count * l.from_step;
    to_at_ -= l.count * l.to_step;
    l.at = 0;
  }
}

bool line_walk::next() {
  from_.clear();
  to_.clear();
  if (left_ == 0) return false;
  for (index_t n = std::min(left_, next_count()); n > 0; --n, --left_) {
    from_.push_back(from_at_);
    to_.push_back(to_at_);
    advance();
  }
  from_is_adjacent_ = adjacent(from_);
  to_is_adjacent_ = adjacent(to_);
  return true;
}

} // namespace tessera::detail
