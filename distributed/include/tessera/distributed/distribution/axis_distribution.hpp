/// @file
/// Who owns which elements along one axis.
#pragma once

#include <tessera/core/shape.hpp>

#include <iosfwd>
#include <vector>

namespace tessera {

/// Elements lower <= i < upper of one axis. All members are local.
struct interval {
  index_t lower = 0;
  index_t upper = 0;
  [[nodiscard]] constexpr index_t size() const { return upper - lower; }
  [[nodiscard]] constexpr bool empty() const { return upper <= lower; }
  friend constexpr bool operator==(const interval&, const interval&) = default;
};

/// The elements of one axis over the parts of one axis of a process grid. A value: it answers for
/// any part, in closed form, without storage that grows with their number where blocks are equal.
/// All members are local.
class axis_distribution {
public:
  axis_distribution() = default;
  axis_distribution(const axis_distribution& other);
  axis_distribution(axis_distribution&& other) noexcept;
  axis_distribution& operator=(const axis_distribution& other);
  axis_distribution& operator=(axis_distribution&& other) noexcept;
  ~axis_distribution();
  /// Blocks whose sizes differ by one at most; the larger ones come first (as in
  /// numpy.array_split). More parts than elements is legal: the last ones own nothing.
  /// @throws argument_error for a negative size or no part.
  axis_distribution(index_t size, int parts);
  /// Part k owns `boundaries[k] <= i < boundaries[k + 1]`.
  /// @throws argument_error unless they ascend from 0.
  explicit axis_distribution(std::vector<index_t> boundaries);
  /// Runs of `block` elements, dealt out to the parts in turn: block-cyclic, as in ScaLAPACK.
  /// `cyclic(size, parts, 1)` gives every part each parts-th element. A part stores its runs one
  /// behind the other.
  /// @throws argument_error for a negative size, no part, or runs without elements.
  static axis_distribution cyclic(index_t size, int parts, index_t block);

  /// The same with one element more at the end, which belongs to the part that owns the last one:
  /// faces of cells, of which face i lies before cell i. Keeps a boundary for each part.
  /// @throws argument_error when the axis has no elements, or they are dealt out in turn.
  [[nodiscard]] axis_distribution staggered() const;

  [[nodiscard]] index_t size() const { return size_; }
  [[nodiscard]] int parts() const { return parts_; }
  /// What a part owns.
  /// @throws argument_error when the axis is dealt out in turn: a part has no one block then.
  [[nodiscard]] interval block(int part) const;
  /// How many elements a part owns.
  [[nodiscard]] index_t count(int part) const { return count_below(part, size_); }
  /// How many elements a part owns of those before element i, 0 <= i <= size().
  [[nodiscard]] index_t count_below(int part, index_t i) const;
  /// Which part owns element i, 0 <= i < size().
  [[nodiscard]] int owner(index_t i) const;
  /// Position of element i within its owner's block.
  [[nodiscard]] index_t to_local(index_t i) const;
  /// The element at a position of a part's block.
  [[nodiscard]] index_t to_global(int part, index_t local) const;
  /// How many elements of a part, from a position on, follow each other on the axis.
  [[nodiscard]] index_t stretch_length(int part, index_t local) const;
  /// The parts first <= k <= last between which the owners of an interval lie; none when it is
  /// empty or outside the axis.
  struct part_range {
    int first = 0;
    int last = -1;
  };
  /// The parts whose elements lie in an interval.
  [[nodiscard]] part_range owners(interval wanted) const;

  [[nodiscard]] bool has_boundaries() const { return !boundaries_.empty(); }
  /// Are runs of elements dealt out in turn? (Not when one part has them all.)
  [[nodiscard]] bool is_cyclic() const { return run_ > 0; }
  /// The length of these runs; 0 without them.
  [[nodiscard]] index_t cyclic_block() const { return run_; }
  friend bool operator==(const axis_distribution&, const axis_distribution&);

private:
  index_t size_ = 0;
  int parts_ = 1;
  index_t run_ = 0;
  std::vector<index_t> boundaries_;
};

namespace detail {

/// "shape (8, 8) over 2 x 1 ranks", for messages.
std::string distribution_text(const axis_distribution* axes, std::size_t ndim);

} // namespace detail

} // namespace tessera
