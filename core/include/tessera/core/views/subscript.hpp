/// @file
/// Subscripts of several axes.
#pragma once

#include <tessera/core/views/slice.hpp>

#include <type_traits>

namespace tessera::detail {

template <class S>
inline constexpr bool is_integer = std::is_integral_v<S> && !std::is_same_v<S, bool>;
template <class S>
inline constexpr bool is_subscript = is_integer<S> || std::is_same_v<S, slice> ||
                                     std::is_same_v<S, all_t> || std::is_same_v<S, newaxis_t>;

[[noreturn]] void throw_index(index_t index, std::size_t axis, const index_t* shape,
                              std::size_t ndim);

/// A subscript counted from the end when negative, and checked.
inline index_t checked_index(index_t i, std::size_t axis, const index_t* shape, std::size_t ndim) {
  const index_t n = shape[axis];
  if (i < -n || i >= n) throw_index(i, axis, shape, ndim);
  return i < 0 ? i + n : i;
}

/// The part of an array that subscripts select, as far as they were applied to its axes, one after
/// another. Inline, since they are mostly known where they are written.
struct partial_selection {
  const index_t* shape;
  const index_t* strides;
  std::size_t ndim;
  index_t* part_shape;
  index_t* part_strides;
  std::size_t axis = 0;
  std::size_t filled = 0;
  index_t first = 0; ///< how many elements the part's first one lies away

  /// @throws index_error
  template <class Integer>
  requires is_integer<Integer>
  void take(Integer i) {
    first += checked_index(static_cast<index_t>(i), axis, shape, ndim) * strides[axis];
    ++axis;
  }
  /// @throws argument_error when the step is zero.
  void take(const slice& s) {
    const slice::selection selected = s.of(shape[axis]);
    if (selected.count > 0) first += selected.start * strides[axis];
    // A step beyond the axis may be too large to count with.
    const index_t step = selected.count > 1 ? selected.step : 1;
    push(selected.count, step * strides[axis]);
    ++axis;
  }
  void take(all_t) {
    push(shape[axis], strides[axis]);
    ++axis;
  }
  void take(newaxis_t) { push(1, 0); }

private:
  void push(index_t n, index_t stride) {
    part_shape[filled] = n;
    part_strides[filled++] = stride;
  }
};

} // namespace tessera::detail
