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
      : source_(source), most_axes_(source.kept + source.reduced), operands_(1 + source.count),
        strides_((1 + source.count) * most_axes_) {}

  /// Begins at this position along the source's axes; no axes yet.
  void begin(const index_t* position) {
    ndim_ = 0;
    for (std::size_t k = 0; k < source_.count; ++k) {
      const loop_operand& leaf = source_.leaves[k];
      index_t offset = 0;
      for (std::size_t d = 0; d < source_.kept + source_.reduced; ++d)
        offset += position[d] * leaf.strides[d];
      operands_[1 + k] = {leaf.data + offset * leaf.itemsize, leaf.itemsize, strides(1 + k)};
    }
  }
  /// `size` elements along an axis of the source; evaluated, they are `step` elements apart.
  void add_axis(std::size_t axis, index_t size, index_t step) {
    shape_[ndim_] = size;
    strides(0)[ndim_] = step;
    for (std::size_t k = 0; k < source_.count; ++k)
      strides(1 + k)[ndim_] = source_.leaves[k].strides[axis];
    ++ndim_;
  }

  /// Where the only leaf has the first element of the box.
  [[nodiscard]] const std::byte* in_place() const { return operands_[1].data; }

  /// Writes the elements to memory. Then it has to begin anew.
  void evaluate(std::byte* to) {
    operands_[0] = {to, source_.itemsize, strides(0)};
    run_loop_nest(shape_, ndim_, operands_.data(), operands_.size(), loop_mode::first_is_written,
                  source_.evaluate, source_.node);
  }

private:
  index_t* strides(std::size_t operand) { return strides_.data() + operand * most_axes_; }

  const panel_source& source_;
  std::size_t most_axes_;
  std::size_t ndim_ = 0;
  index_t shape_[max_ndim];
  std::vector<loop_operand> operands_; // what is written, then the leaves
  std::vector<index_t> strides_;       // of one operand after another
};

} // namespace tessera::detail
