// Elements in the order of their subscripts, from an array of one shape to one of another.
#include "expressions/alignment.hpp"
#include "expressions/call_text.hpp"

#include <tessera/distributed/copies/array_copies.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

/// A whole array as a sequence of elements, the last axis fastest.
class sequence {
public:
  explicit sequence(const global_block& block) : block_(block), axes_(block.axes()) {
    for (const axis_distribution& axis : axes_) dims_.push_back(axis.parts());
    at_.resize(axes_.size());
    parts_.resize(axes_.size());
  }

  /// Goes to an element: finds its owner, its place there, and how many of those that follow are
  /// behind it.
  void seek(index_t i) {
    index_t rest = i;
    for (std::size_t d = axes_.size(); d-- > 0;) {
      at_[d] = rest % axes_[d].size();
      rest /= axes_[d].size();
      parts_[d] = axes_[d].owner(at_[d]);
    }
    owner_ = coords_to_rank(dims_.size(), dims_.data(), parts_.data());
    const std::size_t last = axes_.size() - 1;
    stretch_ = axes_[last].stretch_length(parts_[last], axes_[last].to_local(at_[last]));
  }
  [[nodiscard]] int owner() const { return owner_; }
  [[nodiscard]] index_t stretch() const { return stretch_; }
  /// Where the present element is in this rank's memory, if it is here.
  [[nodiscard]] index_t offset() const {
    index_t result = block_.layout().origin;
    for (std::size_t d = 0; d < axes_.size(); ++d)
      result += axes_[d].to_local(at_[d]) * block_.layout().strides[d];
    return result;
  }

  /// Calls visit(first, count) with each of this rank's stretches, in order.
  template <class Visit> void for_each_stretch(Visit&& visit) const {
    if (!block_.is_in_grid()) return;
    const std::size_t ndim = axes_.size();
    std::vector<index_t> counts;
    for (std::size_t d = 0; d < ndim; ++d) counts.push_back(axes_[d].count(block_.part(d)));
    for (const index_t n : counts)
      if (n == 0) return;
    std::vector<index_t> local(ndim, 0);
    while (true) {
      index_t first = 0;
      for (std::size_t d = 0; d < ndim; ++d)
        first = first * axes_[d].size() + axes_[d].to_global(block_.part(d), local[d]);
      const index_t length = axes_[ndim - 1].stretch_length(block_.part(ndim - 1), local[ndim - 1]);
      visit(first, length);
      local[ndim - 1] += length;
      std::size_t d = ndim;
      while (d > 0 && local[d - 1] == counts[d - 1]) {
        local[--d] = 0;
        if (d > 0) ++local[d - 1];
      }
      if (d == 0) return;
    }
  }

private:
  const global_block& block_;
  const axes_span& axes_;
  std::vector<int> dims_;
  std::vector<index_t> at_;
  std::vector<int> parts_;
  int owner_ = 0;
  index_t stretch_ = 0;
};

/// Stretches of elements that one rank sends another, in order; those at equal distances are joined
/// to one region, and those that touch to one stretch.
class stretch_list {
public:
  struct stretches {
    index_t to;
    index_t from;
    index_t size;
    index_t count;
    index_t to_distance;
    index_t from_distance;
  };

  void add(index_t to, index_t from, index_t size) {
    if (!all_.empty()) {
      stretches& last = all_.back();
      const bool touches = to == last.to + last.size && from == last.from + last.size;
      if (last.count == 1 && touches) {
        last.size += size;
        return;
      }
      const index_t to_distance = to - last.to - (last.count - 1) * last.to_distance;
      const index_t from_distance = from - last.from - (last.count - 1) * last.from_distance;
      const bool fits = last.count == 1 ||
                        (to_distance == last.to_distance && from_distance == last.from_distance);
      if (fits && size == last.size) {
        last.to_distance = to_distance;
        last.from_distance = from_distance;
        ++last.count;
        return;
      }
    }
    all_.push_back({to, from, size, 1, 0, 0});
  }
  [[nodiscard]] const std::vector<stretches>& all() const { return all_; }

private:
  std::vector<stretches> all_;
};

region region_of(index_t offset, const stretch_list::stretches& r, index_t distance) {
  return {offset, {r.count, r.size}, {distance, 1}};
}

using lists = std::vector<std::pair<int, stretch_list>>;

stretch_list& list_of(lists& all, int peer) {
  const auto at = std::lower_bound(all.begin(), all.end(), peer,
                                   [](const auto& entry, int p) { return entry.first < p; });
  if (at != all.end() && at->first == peer) return at->second;
  return all.insert(at, {peer, stretch_list()})->second;
}

/// What this rank has of `mine`, by the ranks that have the same elements of `theirs`.
template <class Add>
lists shared_stretches(const sequence& mine, sequence& here, sequence& theirs, Add&& add) {
  lists result;
  mine.for_each_stretch([&](index_t first, index_t count) {
    const index_t end = first + count;
    while (first < end) {
      here.seek(first);
      theirs.seek(first);
      const index_t size = std::min({end - first, here.stretch(), theirs.stretch()});
      add(list_of(result, theirs.owner()), size);
      first += size;
    }
  });
  return result;
}

} // namespace

void copy_in_order(const view_ref& to, const view_ref& from) {
  agree_if_checked(to.block->comm(), "a copy in the order of subscripts",
                   [&] { return fmt::format("{} to {}", call_text(from), call_text(to)); });
  transfer_plan plan(to.block->comm(), to.itemsize);
  plan.cut_differently(); // each side by its own rows
  const int me = to.block->comm().rank();
  sequence target(*to.block);
  sequence origin(*from.block);
  const lists arriving =
      shared_stretches(target, target, origin, [&](stretch_list& list, index_t size) {
        // Where it lies with a peer plays no part here.
        const index_t at = target.offset();
        list.add(at, origin.owner() == me ? origin.offset() : at, size);
      });
  const lists leaving =
      shared_stretches(origin, origin, target, [&](stretch_list& list, index_t size) {
        list.add(origin.offset(), origin.offset(), size);
      });
  for (const auto& [peer, list] : arriving)
    for (const stretch_list::stretches& r : list.all()) {
      const region here = region_of(r.to, r, r.to_distance);
      if (peer == me)
        plan.copy(here, region_of(r.from, r, r.from_distance));
      else
        plan.receive(peer, here);
    }
  for (const auto& [peer, list] : leaving)
    for (const stretch_list::stretches& r : list.all())
      if (peer != me) plan.send(peer, region_of(r.from, r, r.from_distance));
  plan.run(from.block->data(), to.block->data());
  to.block->mark_written();
}

} // namespace tessera::detail
