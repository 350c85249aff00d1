// Boxes of a panel_source: where their elements are, and their evaluation into memory.
#pragma once

#include <tessera/core/reductions/panels.hpp>

#include <vector>

namespace tessera::detail {

/// Makes one of adjacent axes, both kept or both reduced, that every leaf passes as one.
void join_axes(panel_source& source);

/// The subscript of element `index` of a shape, in row-major order.
void unravel(index_t index, const index_t* shape, std::size_t ndim, index_t* position);

/// A box of a source's elements: where it begins, and the axes of the source along which it runs,
/// from the outermost to the innermost. Its elements are where the only leaf has them, or they are
/// evaluated. One serves for any number of boxes, after another.
class panel_box {
public:
  explicit panel_box(const panel_source& source)
      : source_(source), operands_(1 + source.count), strides_(1 + source.count) {}

  /// Begins at this position along the source's axes; no axes yet.
  void begin(const index_t* position);
  /// `size` elements along an axis of the source; evaluated, they are `step` elements apart.
  void add_axis(std::size_t axis, index_t size, index_t step);

  /// Where the only leaf has the first element of the box.
  [[nodiscard]] const std::byte* in_place() const { return operands_[1].data; }

  /// Writes the elements to memory. Then it has to begin anew.
  void evaluate(std::byte* to);

private:
  const panel_source& source_;
  std::size_t ndim_ = 0;
  shape_t<max_ndim> shape_{};
  std::vector<loop_operand> operands_; // what is written, then the leaves
  std::vector<shape_t<max_ndim>> strides_;
};

} // namespace tessera::detail
