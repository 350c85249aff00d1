/// @file
/// Arrays with elements added around them.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/core/shapes/axes.hpp>

namespace tessera {

/// What stands in the padding.
enum class pad_mode {
  constant,  ///< one value
  edge,      ///< the nearest element
  reflect,   ///< elements mirrored at the edge, which is not repeated:  3 2 | 1 2 3 | 2 1
  symmetric, ///< elements mirrored behind the edge:                     2 1 | 1 2 3 | 3 2
  wrap       ///< elements from the other end:                           2 3 | 1 2 3 | 1 2
};

/// Numbers of elements to add at the two ends of an axis.
struct pad_width {
  index_t before;
  index_t after;
};

namespace detail {

/// The shape with padding. @throws argument_error for negative widths, and for an axis without
/// elements that has no value to continue with.
void add_padding(index_t* shape, const pad_width* widths, std::size_t ndim, pad_mode mode);
/// Which of n elements stands at place i, which is outside [0, n).
index_t padding_source(index_t i, index_t n, pad_mode mode);

/// Fills the padding of one axis from the elements between.
template <class T, std::size_t N>
void pad_axis(const view<T, N>& a, std::size_t axis, pad_width width, pad_mode mode) {
  const index_t n = a.shape()[axis] - width.before - width.after;
  const auto fill = [&](index_t i) {
    const index_t source = width.before + padding_source(i, n, mode);
    part_of(a, axis, width.before + i, 1).assign(part_of(a, axis, source, 1));
  };
  for (index_t i = 0; i < width.before; ++i) fill(i - width.before);
  for (index_t i = 0; i < width.after; ++i) fill(n + i);
}

} // namespace detail

/// An array with elements added at both ends of every axis, as NumPy's `pad`.
///
///     pad(a, {{1, 2}, {0, 3}})                   // zeros: 1 row before, 2 after, 3 columns after
///     pad(a, {{1, 1}, {1, 1}}, pad_mode::reflect)
///     pad(a, 2, pad_mode::constant, -1.0)        // 2 everywhere
///
/// Padding wider than the array continues the pattern.
/// @throws argument_error for a negative width, or an axis without elements and no constant.
template <local_operand A, std::size_t K>
auto pad(const A& a, const pad_width (&widths)[K], pad_mode mode = pad_mode::constant,
         typename A::value_type value = {}) {
  static_assert(K == A::ndim, "pad takes the widths of every axis");
  const shape_t<K> inner = a.shape();
  shape_t<K> shape = inner;
  detail::add_padding(shape.data(), widths, K, mode);
  detail::evaluated<A> result(shape);
  if (mode == pad_mode::constant) result.assign(value);
  auto middle = result.view();
  for (std::size_t d = 0; d < K; ++d)
    middle.rebind(detail::part_of(middle, d, widths[d].before, inner[d]));
  middle.assign(a);
  if (mode == pad_mode::constant || result.size() == 0) return result;
  // An axis is padded over the full length of those after it, and those before are still bare.
  for (std::size_t d = K; d-- > 0;) {
    auto part = result.view();
    for (std::size_t k = 0; k < d; ++k)
      part.rebind(detail::part_of(part, k, widths[k].before, inner[k]));
    detail::pad_axis(part, d, widths[d], mode);
  }
  return result;
}
/// The same widths at both ends of all axes.
template <array_operand A>
auto pad(const A& a, index_t width, pad_mode mode = pad_mode::constant,
         typename A::value_type value = {}) {
  pad_width widths[A::ndim];
  for (pad_width& w : widths) w = {width, width};
  return pad(a, widths, mode, value);
}

} // namespace tessera
