// One axis of a view, as the two sides of a copy see it.
#pragma once

#include <tessera/distributed/plans/axis_walk.hpp>

#include <vector>

namespace tessera::detail {

/// How the elements of one axis of a view lie on the parts of an axis of an array, or, without a
/// rule, on all of them. A step of 0 shows one element everywhere.
struct view_axis {
  axis_walk walk;
  index_t size = 0;
  const axis_distribution* rule = nullptr;

  [[nodiscard]] bool is_cyclic() const { return rule != nullptr && rule->is_cyclic(); }
  [[nodiscard]] index_t place(index_t i) const { return walk.first + i * walk.step; }
  [[nodiscard]] int owner(index_t i) const { return rule != nullptr ? rule->owner(place(i)) : 0; }
  /// Where element i is in its owner's block.
  [[nodiscard]] index_t local(index_t i) const {
    return rule != nullptr ? rule->to_local(place(i)) : 0;
  }
  /// The first element from i on that a part owns; `size` when there is none.
  [[nodiscard]] index_t next(int part, index_t i) const;
  /// Elements from i up to here have one owner, where they lie at equal distances.
  [[nodiscard]] index_t stretch_end(index_t i) const;
  /// Is i the first element of a stretch, on a cyclic axis?
  [[nodiscard]] bool starts_stretch(index_t i) const;
  /// After how many elements owners repeat; 1 where they are not dealt out in turn.
  [[nodiscard]] index_t period() const;
};

/// Elements lower <= i < lower + size, and the same again at equal distances, `count` times in all.
struct repeated_interval {
  index_t lower;
  index_t size;
  index_t count;
  index_t distance;
};

/// The elements that part p owns of one view and part q of another: in stretches, and of stretches
/// that repeat only the first. Whoever asks gets them in the same order.
std::vector<repeated_interval> common_elements(const view_axis& a, int p, const view_axis& b,
                                               int q);

/// The parts of `other` that own elements of which part p owns those of `mine`, ascending.
std::vector<int> parts_in_common(const view_axis& mine, int p, const view_axis& other);

} // namespace tessera::detail
