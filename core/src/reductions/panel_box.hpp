// Boxes of a panel_source: where their elements are, and their evaluation into memory.
#pragma once

#include <tessera/core/reductions/panels.hpp>
#include <tessera/core/threads/pieces.hpp>

#include <vector>

namespace tessera::detail {

/// Makes one of adjacent axes, both kept or both reduced, that every leaf passes as one.
void join_axes(panel_source& source);

/// A part of a source's outputs: those from `begin` to `end` along its first axis, which is kept.
class part_of_source {
public:
  part_of_source(const panel_source& whole, index_t begin, index_t end);
  part_of_source(const part_of_source&) = delete;
  part_of_source& operator=(const part_of_source&) = delete;

  panel_source& get() { return source_; }

private:
  index_t shape_[max_ndim];
  std::vector<loop_operand> leaves_;
  std::vector<index_t> strides_; // of one leaf after another
  panel_source source_;
};

/// How the outputs of a source are shared by threads: cut along the first axis.
struct outputs_cut {
  index_t pieces;
  index_t granule;
  index_t inside; // outputs for each place along the first axis
};
/// Joins the axes.
outputs_cut cut_outputs(panel_source& source);

/// Calls reduce(source, number of the first output) for all parts of a source's outputs, which
/// threads share.
template <class F> void for_parts_of_outputs(panel_source& source, F&& reduce) {
  const outputs_cut cut = cut_outputs(source);
  if (cut.pieces == 1) return reduce(source, index_t{0});
  const index_t n = source.shape[0];
  for_pieces(cut.pieces, [&](index_t k) {
    const index_t begin = piece_begin(k, cut.pieces, n, cut.granule);
    const index_t end = piece_begin(k + 1, cut.pieces, n, cut.granule);
    if (begin == end) return;
    part_of_source part(source, begin, end);
    reduce(part.get(), begin * cut.inside);
  });
}

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
