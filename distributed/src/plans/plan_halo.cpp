#include <tessera/distributed/plans/plans.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <algorithm>
#include <set>

namespace tessera::detail {

namespace {

/// A stretch of one axis of a padded block that one part owns.
struct segment {
  int owner;
  index_t lower; // in the receiver's count, which runs on beyond the ends of a periodic axis
  index_t size;
  index_t source; // the same element's index on the axis
  bool own;       // the block itself, not its halo
};

/// Largest k with k * n <= i.
index_t floor_divide(index_t i, index_t n) { return i / n - (i % n < 0 ? 1 : 0); }

/// Nobody owns the cells beyond the ends of an axis. Where one rank has the whole axis they may
/// travel with the rows they extend: several whole rows are contiguous in memory. A single row is
/// in any case, and without them shares fewer cache lines with what others write.
enum class outside_cells { travel, stay };

/// A padded block along one axis, cut where the owner changes; from lower to upper.
std::vector<segment> segments_of(const axis_distribution& axis, const halo_axis& halo, int part,
                                 outside_cells outside) {
  const interval block = axis.block(part);
  std::vector<segment> result;
  if (block.empty()) return result;
  const index_t n = axis.size();
  const interval padded{block.lower - halo.lower, block.upper + halo.upper};
  if (axis.parts() == 1 && !halo.periodic && outside == outside_cells::travel)
    return {{part, padded.lower, padded.size(), padded.lower, true}};
  index_t i = halo.periodic ? padded.lower : std::max<index_t>(padded.lower, 0);
  const index_t end = halo.periodic ? padded.upper : std::min(padded.upper, n);
  while (i < end) {
    const index_t wrapped = i - floor_divide(i, n) * n;
    const int owner = axis.owner(wrapped);
    const index_t size = std::min(axis.block(owner).upper - wrapped, end - i);
    result.push_back({owner, i, size, wrapped, owner == part && i == block.lower});
    i += size;
  }
  return result;
}

/// The parts whose padded blocks hold elements of a part's block.
std::set<int> receivers_of(const axis_distribution& axis, const halo_axis& halo, int part) {
  const interval block = axis.block(part);
  std::set<int> result;
  if (block.empty()) return result;
  const index_t n = axis.size();
  const index_t turns_down = halo.periodic ? (halo.upper + n - 1) / n : 0;
  const index_t turns_up = halo.periodic ? (halo.lower + n - 1) / n : 0;
  for (index_t turn = -turns_up - 1; turn <= turns_down + 1; ++turn) {
    if (!halo.periodic && turn != 0) continue;
    const index_t shift = turn * n;
    const auto range =
        axis.owners({block.lower + shift - halo.upper, block.upper + shift + halo.lower});
    for (int k = range.first; k <= range.last; ++k)
      if (!axis.block(k).empty()) result.insert(k);
  }
  return result;
}

/// Visits all combinations of one entry per axis, the last axis running fastest.
template <class Visit>
void for_each_combination(const std::vector<std::size_t>& counts, Visit&& visit) {
  for (const std::size_t count : counts)
    if (count == 0) return;
  std::vector<std::size_t> choice(counts.size(), 0);
  while (true) {
    visit(choice);
    std::size_t d = counts.size();
    while (d > 0 && ++choice[d - 1] == counts[d - 1]) choice[--d] = 0;
    if (d == 0) return;
  }
}

/// Plans the way from the owners to the halos, or back.
class halo_planner {
public:
  halo_planner(transfer_plan& plan, std::size_t array, int me, const halo_layout& blocks,
               bool reversed)
      : axes_(blocks.axes), halo_(blocks.halo), layout_(blocks.layout), plan_(plan), array_(array),
        reversed_(reversed), rank_(me) {
    for (const axis_distribution& axis : axes_) dims_.push_back(axis.parts());
    mine_.resize(axes_.size());
    rank_to_coords(rank_, axes_.size(), dims_.data(), mine_.data());
  }

  void run() {
    if (!has_halo() || !is_in_grid()) return;
    add_receives();
    add_sends();
  }

private:
  using segments = std::vector<std::vector<segment>>;

  [[nodiscard]] bool has_halo() const {
    return std::any_of(halo_.begin(), halo_.end(),
                       [](const halo_axis& h) { return h.lower > 0 || h.upper > 0; });
  }
  /// A grid may have fewer ranks than the communicator.
  [[nodiscard]] bool is_in_grid() const {
    int ranks = 1;
    for (const int dim : dims_) ranks *= dim;
    return rank_ < ranks;
  }

  static std::vector<std::size_t> counts_of(const segments& all) {
    std::vector<std::size_t> counts;
    for (const auto& axis : all) counts.push_back(axis.size());
    return counts;
  }

  [[nodiscard]] index_t own_lower(std::size_t d) const { return axes_[d].block(mine_[d]).lower; }

  /// The chosen segments as a region of this rank's array; `source`: where the elements come from.
  [[nodiscard]] region region_of(const segments& all, const std::vector<std::size_t>& choice,
                                 bool source) const {
    region result{layout_.origin, {}, layout_.strides};
    for (std::size_t d = 0; d < axes_.size(); ++d) {
      const segment& s = all[d][choice[d]];
      result.offset += ((source ? s.source : s.lower) - own_lower(d)) * layout_.strides[d];
      result.shape.push_back(s.size);
    }
    return result;
  }

  /// Is this combination the block itself, and not its halo?
  [[nodiscard]] static bool is_block(const segments& all, const std::vector<std::size_t>& choice) {
    for (std::size_t d = 0; d < all.size(); ++d)
      if (!all[d][choice[d]].own) return false;
    return true;
  }

  [[nodiscard]] std::vector<segment> segments_along(std::size_t d, int part) const {
    const bool single_rows = d == 1 && halo_[0].lower <= 1 && halo_[0].upper <= 1;
    return segments_of(axes_[d], halo_[d], part,
                       reversed_ || single_rows ? outside_cells::stay : outside_cells::travel);
  }

  void copy(const region& cells, const region& elements) {
    if (reversed_)
      plan_.copy(elements, cells, array_);
    else
      plan_.copy(cells, elements, array_);
  }

  void add_receives() {
    segments all;
    for (std::size_t d = 0; d < axes_.size(); ++d) all.push_back(segments_along(d, mine_[d]));
    for_each_combination(counts_of(all), [&](const std::vector<std::size_t>& choice) {
      if (is_block(all, choice)) return;
      std::vector<int> owner;
      for (std::size_t d = 0; d < axes_.size(); ++d) owner.push_back(all[d][choice[d]].owner);
      const int peer = coords_to_rank(axes_.size(), dims_.data(), owner.data());
      const region cells = region_of(all, choice, false);
      if (peer == rank_)
        copy(cells, region_of(all, choice, true));
      else if (reversed_)
        plan_.send(peer, cells, array_);
      else
        plan_.receive(peer, cells, array_);
    });
  }

  void add_sends() {
    std::vector<std::vector<int>> parts;
    std::vector<std::size_t> counts;
    for (std::size_t d = 0; d < axes_.size(); ++d) {
      const std::set<int> receivers = receivers_of(axes_[d], halo_[d], mine_[d]);
      parts.emplace_back(receivers.begin(), receivers.end());
      counts.push_back(receivers.size());
    }
    for_each_combination(counts, [&](const std::vector<std::size_t>& choice) {
      std::vector<int> receiver;
      for (std::size_t d = 0; d < axes_.size(); ++d) receiver.push_back(parts[d][choice[d]]);
      if (receiver != mine_) add_sends_to(receiver);
    });
  }

  /// In the receiver's order: its combinations that this rank owns.
  void add_sends_to(const std::vector<int>& receiver) {
    segments owned;
    for (std::size_t d = 0; d < axes_.size(); ++d) {
      owned.emplace_back();
      for (const segment& s : segments_along(d, receiver[d]))
        if (s.owner == mine_[d]) owned.back().push_back(s);
    }
    const int peer = coords_to_rank(axes_.size(), dims_.data(), receiver.data());
    for_each_combination(counts_of(owned), [&](const std::vector<std::size_t>& choice) {
      const region elements = region_of(owned, choice, true);
      if (reversed_)
        plan_.receive(peer, elements, array_);
      else
        plan_.send(peer, elements, array_);
    });
  }

  const axes_span& axes_;
  const std::vector<halo_axis>& halo_;
  const block_layout& layout_;
  transfer_plan& plan_;
  std::size_t array_;
  bool reversed_;
  int rank_;
  std::vector<int> dims_;
  std::vector<int> mine_;
};

/// Has this rank a block with a halo? Ranks outside the grid have none, and arrays with cyclic
/// axes.
bool has_halo(int me, const halo_layout& blocks) {
  std::int64_t ranks = 1;
  for (const axis_distribution& axis : blocks.axes) ranks *= axis.parts();
  return me < ranks && std::any_of(blocks.halo.begin(), blocks.halo.end(),
                                   [](const halo_axis& h) { return h.lower > 0 || h.upper > 0; });
}

} // namespace

void plan_halo(transfer_plan& plan, std::size_t array, int me, const halo_layout& blocks) {
  if (has_halo(me, blocks)) halo_planner(plan, array, me, blocks, false).run();
}

void plan_halo_reversed(transfer_plan& plan, std::size_t array, int me, const halo_layout& blocks) {
  if (has_halo(me, blocks)) halo_planner(plan, array, me, blocks, true).run();
}

} // namespace tessera::detail
