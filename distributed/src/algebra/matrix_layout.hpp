// How a matrix lies on ranks: a rectangle of it on each.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>

#include <vector>

namespace tessera::detail {

/// A view of two axes whose elements each rank has as one rectangle, in rows and columns at equal
/// distances in its memory. Local.
class matrix_layout {
public:
  /// Does a view lie so? Not where axes are dealt out in turn, or where it is read elsewhere than
  /// it belongs.
  static bool fits(const view_ref& view);
  explicit matrix_layout(const view_ref& view);

  /// The rows of each part of that axis, and the columns; parts may be empty.
  [[nodiscard]] const std::vector<interval>& rows() const { return parts_[0]; }
  [[nodiscard]] const std::vector<interval>& columns() const { return parts_[1]; }
  /// The rank that has the rectangle of a part of the rows and one of the columns.
  [[nodiscard]] int rank(std::size_t row_part, std::size_t column_part) const {
    return first_rank_ + static_cast<int>(row_part) * rank_steps_[0] +
           static_cast<int>(column_part) * rank_steps_[1];
  }
  /// Do rows, or columns, ascend with the parts?
  [[nodiscard]] bool ascends() const { return ascends_; }

  /// The rectangle in this rank's memory, elements from the block's first; steps in elements.
  /// Without elements where this rank has none.
  struct rectangle {
    interval rows;
    interval columns;
    index_t offset = 0;
    index_t row_step = 0;
    index_t column_step = 0;
    [[nodiscard]] bool empty() const { return rows.empty() || columns.empty(); }
  };
  [[nodiscard]] const rectangle& own() const { return own_; }

private:
  void find_own(const view_ref& view);

  std::vector<interval> parts_[2];
  int first_rank_ = 0;
  int rank_steps_[2]{};
  bool ascends_ = true;
  rectangle own_;
};

/// The part that has all of an interval; the first one for one without elements.
/// Returns the number of parts where none has.
std::size_t part_with(const std::vector<interval>& parts, const interval& wanted);

} // namespace tessera::detail
