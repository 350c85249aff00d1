#include "plans/view_axis.hpp"

#include <algorithm>
#include <numeric>

namespace tessera::detail {

index_t view_axis::next(int part, index_t i) const {
  if (i >= size || rule == nullptr) return std::min(i, size);
  if (walk.step == 0) return owner(0) == part ? i : size;
  if (!is_cyclic()) {
    const interval places = places_in(walk, size, rule->block(part));
    return i < places.upper ? std::max(i, places.lower) : size;
  }
  const index_t stretch = rule->cyclic_block();
  const index_t turn = rule->parts() * stretch;
  const index_t step = walk.step > 0 ? walk.step : -walk.step;
  // A step beyond the stretch may pass over it; after `step` turns everything repeats.
  for (index_t turns = 0; i < size && turns <= step; ++turns) {
    const index_t at = place(i) % turn;
    const index_t before = walk.step > 0 ? part * stretch - at : at - (part + 1) * stretch + 1;
    if (before <= 0 && before > -stretch) return i;
    i += ((before + turn) % turn + step - 1) / step;
  }
  return size;
}

index_t view_axis::stretch_end(index_t i) const {
  if (rule == nullptr || walk.step == 0) return size;
  const index_t at = place(i);
  interval stretch;
  if (is_cyclic()) {
    stretch.lower = at - at % rule->cyclic_block();
    stretch.upper = stretch.lower + rule->cyclic_block();
  } else {
    stretch = rule->block(rule->owner(at));
  }
  const index_t left = walk.step > 0 ? (stretch.upper - at - 1) / walk.step + 1
                                     : (at - stretch.lower) / -walk.step + 1;
  return std::min(size, i + left);
}

bool view_axis::starts_stretch(index_t i) const {
  if (!is_cyclic() || walk.step == 0) return false;
  const index_t stretch = rule->cyclic_block();
  const index_t inside = place(i) % stretch;
  return walk.step > 0 ? inside < walk.step : stretch - 1 - inside < -walk.step;
}

index_t view_axis::period() const {
  if (!is_cyclic() || walk.step == 0) return 1;
  const index_t turn = rule->parts() * rule->cyclic_block();
  return turn / std::gcd(turn, walk.step);
}

namespace {

/// After how many elements the owners of both repeat; no more than there are.
index_t common_period(const view_axis& a, const view_axis& b) {
  const index_t x = a.period();
  const index_t y = b.period() / std::gcd(x, b.period());
  index_t product = 0;
  if (__builtin_mul_overflow(x, y, &product)) return std::max<index_t>(a.size, 1);
  return std::min(product, std::max<index_t>(a.size, 1));
}

/// Elements that a part may own, where it owns them in one block.
interval hull(const view_axis& a, int part) {
  if (a.rule == nullptr || a.is_cyclic() || a.walk.step == 0) return {0, a.size};
  return places_in(a.walk, a.size, a.rule->block(part));
}

/// Lists what two parts have in common.
class intersection {
public:
  intersection(const view_axis& a, int p, const view_axis& b, int q) : a_(a), b_(b), p_(p), q_(q) {
    const interval x = hull(a, p);
    const interval y = hull(b, q);
    range_ = {std::max(x.lower, y.lower), std::min(x.upper, y.upper)};
  }

  std::vector<repeated_interval> list() {
    const index_t period = common_period(a_, b_);
    const index_t first = next(range_.lower, std::min(range_.upper, range_.lower + period));
    if (first >= std::min(range_.upper, range_.lower + period)) return {};
    index_t from = first;
    // A stretch that the range cuts off at its start is not like those that follow.
    if (!a_.starts_stretch(first) && !b_.starts_stretch(first))
      from = add({first, range_.upper}, 1, 0);
    const index_t turns = (range_.upper - from) / period;
    if (turns > 1) {
      add_all({from, from + period}, turns, period);
      from += turns * period;
    }
    add_all({from, range_.upper}, 1, 0);
    return std::move(found_);
  }

private:
  /// The first common element of [i, end), or end.
  [[nodiscard]] index_t next(index_t i, index_t end) const {
    while (i < end) {
      const index_t of_a = a_.next(p_, i);
      i = b_.next(q_, of_a);
      if (i == of_a) break;
    }
    return std::min(i, end);
  }
  /// The stretch at the start of a range; returns where it ends.
  index_t add(const interval& range, index_t count, index_t distance) {
    const index_t i = range.lower;
    const index_t end = std::min({a_.stretch_end(i), b_.stretch_end(i), range.upper});
    found_.push_back({i, end - i, count, distance});
    return end;
  }
  void add_all(const interval& range, index_t count, index_t distance) {
    index_t i = next(range.lower, range.upper);
    while (i < range.upper) i = next(add({i, range.upper}, count, distance), range.upper);
  }

  const view_axis& a_;
  const view_axis& b_;
  int p_;
  int q_;
  interval range_;
  std::vector<repeated_interval> found_;
};

} // namespace

std::vector<repeated_interval> common_elements(const view_axis& a, int p, const view_axis& b,
                                               int q) {
  return intersection(a, p, b, q).list();
}

std::vector<int> parts_in_common(const view_axis& mine, int p, const view_axis& other) {
  std::vector<int> found;
  index_t i = mine.next(p, 0);
  const index_t end =
      other.is_cyclic() ? std::min(mine.size, i + common_period(mine, other)) : mine.size;
  while (i < end) {
    found.push_back(other.owner(i));
    index_t past = other.stretch_end(i);
    if (other.is_cyclic()) past = std::min(past, mine.stretch_end(i));
    i = mine.next(p, past);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

} // namespace tessera::detail
