#include <tessera/distributed/collective/exchange.hpp>
#include <tessera/distributed/selection/chosen_plan.hpp>

#include <algorithm>
#include <map>

namespace tessera::detail {

namespace {

region stretch_at(index_t first, index_t count) { return {first, {count}, {1}}; }

} // namespace

chosen_plan::chosen_plan(const chosen_order& order, const axis_distribution& target,
                         index_t itemsize)
    : comm_(order.comm()), itemsize_(itemsize), is_by_rank_(order.counts_by_rank() != nullptr) {
  if (comm_.rank() < target.parts()) mine_ = target.block(comm_.rank());
  cut(order.pieces(), target);
  if (is_by_rank_)
    find_others(order);
  else
    hear_of_others();
}

void chosen_plan::cut(const std::vector<chosen_piece>& pieces, const axis_distribution& target) {
  for (const chosen_piece& piece : pieces)
    for (index_t done = 0; done < piece.count;) {
      const index_t position = piece.position + done;
      const int owner = target.owner(position);
      const index_t count = std::min(piece.count - done, target.block(owner).upper - position);
      segments_.push_back({owner, position, count});
      chosen_ += count;
      leaving_ += owner == comm_.rank() ? 0 : count;
      done += count;
    }
}

/// All know how many elements each rank has, in the order of the ranks.
void chosen_plan::find_others(const chosen_order& order) {
  index_t first = 0;
  int rank = 0;
  for (const index_t count : *order.counts_by_rank()) {
    const index_t lower = std::max(first, mine_.lower);
    const index_t upper = std::min(first + count, mine_.upper);
    if (lower < upper && rank != comm_.rank()) others_.push_back({rank, {{lower, upper - lower}}});
    first += count;
    ++rank;
  }
}

void chosen_plan::hear_of_others() {
  std::map<int, std::vector<chosen_piece>> told;
  for (const segment& s : segments_)
    if (!is_mine(s)) told[s.owner].push_back({s.position, s.count});
  for (auto& [rank, pieces] : exchange(comm_, told)) others_.emplace_back(rank, std::move(pieces));
}

std::vector<element_stretch> chosen_plan::stretches(std::byte* block, std::byte* leaving) const {
  std::vector<element_stretch> result;
  std::byte* const block_end = block + mine_.size() * itemsize_;
  std::byte* const leaving_end = leaving + leaving_ * itemsize_;
  for (const segment& s : segments_) {
    if (is_mine(s)) {
      result.push_back({block + (s.position - mine_.lower) * itemsize_, s.count, block_end});
      continue;
    }
    const bool goes_on = !result.empty() && result.back().end == leaving_end &&
                         result.back().to + result.back().count * itemsize_ == leaving;
    if (goes_on)
      result.back().count += s.count;
    else
      result.push_back({leaving, s.count, leaving_end});
    leaving += s.count * itemsize_;
  }
  return result;
}

/// Calls f(owner, first, count) for what goes to one rank: it lies in one stretch, since an owner's
/// elements follow each other.
template <class F> void chosen_plan::each_leaving(F f) const {
  index_t first = 0;
  index_t count = 0;
  for (std::size_t k = 0; k < segments_.size(); ++k) {
    if (is_mine(segments_[k])) continue;
    count += segments_[k].count;
    const auto next = std::find_if(segments_.begin() + static_cast<std::ptrdiff_t>(k) + 1,
                                   segments_.end(), [&](const segment& s) { return !is_mine(s); });
    if (next != segments_.end() && next->owner == segments_[k].owner) continue;
    f(segments_[k].owner, first, count);
    first += count;
    count = 0;
  }
}

void chosen_plan::bring(const std::byte* leaving, std::byte* block) const {
  transfer_plan plan(comm_, itemsize_);
  if (!is_by_rank_) plan.cut_differently();
  each_leaving(
      [&](int owner, index_t first, index_t count) { plan.send(owner, stretch_at(first, count)); });
  for (const auto& [rank, pieces] : others_)
    for (const chosen_piece& piece : pieces)
      plan.receive(rank, stretch_at(piece.position - mine_.lower, piece.count));
  plan.run(leaving, block);
}

void chosen_plan::fetch(const std::byte* block, std::byte* chosen) const {
  transfer_plan plan(comm_, itemsize_);
  if (!is_by_rank_) plan.cut_differently();
  index_t first = 0;
  for (const segment& s : segments_) {
    if (is_mine(s))
      plan.copy(stretch_at(first, s.count), stretch_at(s.position - mine_.lower, s.count));
    else
      plan.receive(s.owner, stretch_at(first, s.count));
    first += s.count;
  }
  for (const auto& [rank, pieces] : others_)
    for (const chosen_piece& piece : pieces)
      plan.send(rank, stretch_at(piece.position - mine_.lower, piece.count));
  plan.run(block, chosen);
}

} // namespace tessera::detail
