// The axes of arrays that `einsum` sums over: without elements.
#pragma once

#include <tessera/core/algebra/einsum.hpp>

#include <cstddef>
#include <vector>

namespace tessera::detail {

/// One axis of an array, in elements.
struct named_axis {
  axis_label name;
  index_t size;
  index_t stride;
};
using named_axes = std::vector<named_axis>;

/// The sizes of axes by name.
struct sizes_by_name {
  index_t of[256];
  sizes_by_name(const einsum_shape* operands, std::size_t count);
};

/// The axes of an operand: those named twice are one, along the diagonal; those of one element that
/// stand for more are left out.
named_axes axes_of_operand(const einsum_shape& operand, const sizes_by_name& sizes);

bool has_axis(const named_axes& axes, axis_label name);
index_t size_of_axes(const named_axes& axes);
/// Lets them follow each other in memory, the last one fastest.
void pack(named_axes& axes);
/// The same axes with the strides that they have in others; 0 for those that are not there.
named_axes strides_in(const named_axes& of, const named_axes& others);
/// Are they, one after another, one axis? Returns its stride, or -1.
index_t joined_stride(const named_axes& axes);
named_axes joined_lists(const named_axes& a, const named_axes& b, const named_axes& c);

/// The axes of two arrays that are multiplied.
struct product_axes {
  named_axes batch; ///< of both, and needed later
  named_axes summed;
  named_axes left;
  named_axes right;

  /// `needed(name)`: is the axis one of other arrays or of the result? Axes come in the order of
  /// the result where they are its, those that are summed in the order of the left array.
  template <class Needed>
  product_axes(const named_axes& a, const named_axes& b, const axis_labels& result, Needed needed) {
    const auto add = [&](const named_axis& axis) {
      if (has_axis(b, axis.name))
        (needed(axis.name) ? batch : summed).push_back(axis);
      else
        left.push_back(axis);
    };
    for_ordered(a, result, add);
    for_ordered(b, result, [&](const named_axis& axis) {
      if (!has_axis(a, axis.name)) right.push_back(axis);
    });
  }

private:
  template <class Visit>
  static void for_ordered(const named_axes& axes, const axis_labels& result, Visit visit) {
    for (std::size_t d = 0; d < result.ndim; ++d)
      for (const named_axis& axis : axes)
        if (axis.name == result.names[d]) visit(axis);
    for (const named_axis& axis : axes)
      if (result.count(axis.name) == 0) visit(axis);
  }
};

} // namespace tessera::detail
