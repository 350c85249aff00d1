/// @file
/// Global arrays whose elements come from others at shifted, repeated or reshaped places: roll,
/// repeat, tile, pad, reshape, ravel, as core's functions of the same names. All give a new array
/// in equal blocks on the same ranks, and are collective; each costs at most one message between
/// two ranks.
#pragma once

#include <tessera/core/shapes/pad.hpp>
#include <tessera/core/shapes/repeat.hpp>
#include <tessera/core/shapes/reshape.hpp>
#include <tessera/distributed/arrays/copy.hpp>

namespace tessera {

namespace detail {

template <std::size_t N> std::vector<axis_segments> whole_axes(const shape_t<N>& shape) {
  std::vector<axis_segments> axes;
  for (const index_t n : shape) axes.push_back(moved_axis(n));
  return axes;
}

/// Makes an array of a shape from the elements that lie so along each axis.
template <class T, std::size_t N>
global_array<T, N> from_segments(const global_view<const T, N>& from, const shape_t<N>& shape,
                                 const std::vector<axis_segments>& axes) {
  auto result = array_beside<T, N>(from.node().ref(), shape);
  const global_node<T, N> target = result.view().node();
  array_copies copies(target.ref());
  copies.add(from.node().ref(), axes);
  copies.run();
  return result;
}

template <class T, std::size_t N>
global_array<T, N> rolled(const global_view<const T, N>& v, const index_t* shifts,
                          const index_t* along, std::size_t count) {
  std::vector<axis_segments> axes = whole_axes(v.shape());
  index_t total[N]{};
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t d = checked_axis(along[k], N);
    total[d] = shift_within(total[d] + shift_within(shifts[k], v.shape()[d]), v.shape()[d]);
    axes[d] = rolled_axis(v.shape()[d], total[d]);
  }
  return from_segments(v, v.shape(), axes);
}

template <class T, std::size_t M, std::size_t N>
global_array<T, M> reshaped(const global_view<const T, N>& v, const shape_t<M>& shape) {
  auto result = array_beside<T, M>(v.node().ref(), shape);
  const global_node<T, M> target = result.view().node();
  if (is_whole(v.node().ref())) {
    copy_in_order(target.ref(), v.node().ref());
  } else {
    const global_array<T, N> elements = copied<T>(v.node());
    copy_in_order(target.ref(), elements.view().node().ref());
  }
  return result;
}

template <class X> auto elements_as_global_view(const X& x) {
  return global_elements_of<typename X::value_type>(x);
}

} // namespace detail

/// @name Elements at other places
/// New arrays, in equal blocks on the same ranks, whose elements are copies of an array's, a view's
/// or an expression's. All are collective, and cost one message between two ranks at most.
/// @{

/// The elements of a global array, in the order of their subscripts, under another shape, one of
/// whose sizes may be -1: it becomes what is left. A new array, always.
/// @throws shape_error on all ranks when the number of elements would change.
template <global_operand A, std::size_t M> auto reshape(const A& a, shape_t<M> shape) {
  using T = typename A::value_type;
  detail::complete_shape(a.shape().data(), A::ndim, shape.data(), M);
  const auto from = detail::elements_as_global_view(a);
  const global_view<const T, A::ndim> v = detail::global_view_of(from);
  return detail::reshaped<T, M, A::ndim>(v, shape);
}
/// The same: `reshape(u, {20, -1})`.
template <global_operand A, std::size_t M> auto reshape(const A& a, const index_t (&shape)[M]) {
  return reshape(a, detail::as_shape(shape));
}
/// All elements along one axis, in the order of their subscripts; a new array, always.
template <global_operand A> auto ravel(const A& a) {
  return reshape(a, shape_t<1>{size_of(a.shape())});
}

/// The elements moved by `shifts` places along axes; those that leave at one end come back at the
/// other. Without an axis, the array is treated as if it had one.
/// @throws argument_error on all ranks for a wrong axis.
template <global_operand A, std::size_t K>
auto roll(const A& a, const index_t (&shifts)[K], axis_list<K> along) {
  using T = typename A::value_type;
  const auto from = detail::elements_as_global_view(a);
  return detail::rolled<T, A::ndim>(detail::global_view_of(from), shifts, along.axes, K);
}
/// The same along one axis: `roll(u, 1, axis(0))`.
template <global_operand A> auto roll(const A& a, index_t shift, axis_list<1> along) {
  const index_t shifts[1] = {shift};
  return roll(a, shifts, along);
}

/// Every element `count` times in a row along an axis. Without an axis, the array is treated as if
/// it had one.
/// @throws argument_error on all ranks for a wrong axis or a negative count.
template <global_operand A> auto repeat(const A& a, index_t count, axis_list<1> along) {
  using T = typename A::value_type;
  const std::size_t d = detail::checked_axis(along.axes[0], A::ndim);
  shape_t<A::ndim> shape = a.shape();
  std::vector<detail::axis_segments> axes = detail::whole_axes(shape);
  axes[d] = detail::repeated_axis(shape[d], count);
  if (count < 0 || __builtin_mul_overflow(shape[d], count, &shape[d]))
    detail::throw_negative_count(count);
  const auto from = detail::elements_as_global_view(a);
  return detail::from_segments<T, A::ndim>(detail::global_view_of(from), shape, axes);
}
/// Element i `counts(i)` times; every rank has the counts, one for each subscript of the axis.
/// @throws argument_error on all ranks for a wrong axis or a negative count, shape_error for
/// another number of counts.
template <global_operand A, local_operand C>
requires(C::ndim == 1 &&
         std::is_integral_v<typename C::value_type>) auto repeat(const A& a, const C& counts,
                                                                 axis_list<1> along) {
  using T = typename A::value_type;
  const std::size_t d = detail::checked_axis(along.axes[0], A::ndim);
  const ndarray<index_t, 1> times(counts);
  shape_t<A::ndim> shape = a.shape();
  std::vector<detail::axis_segments> axes = detail::whole_axes(shape);
  shape[d] = detail::total_of_counts(times.data(), times.size(), shape[d]);
  axes[d] = detail::repeated_axis(times.data(), times.size());
  const auto from = detail::elements_as_global_view(a);
  return detail::from_segments<T, A::ndim>(detail::global_view_of(from), shape, axes);
}

/// The whole array side by side, `reps[d]` times along axis d; there is one number for each axis.
/// @throws argument_error on all ranks for a negative number.
template <global_operand A, std::size_t K> auto tile(const A& a, const index_t (&reps)[K]) {
  static_assert(K == A::ndim, "tile of a global array takes a number for every axis");
  using T = typename A::value_type;
  shape_t<K> shape = a.shape();
  std::vector<detail::axis_segments> axes;
  for (std::size_t d = 0; d < K; ++d) {
    axes.push_back(detail::tiled_axis(shape[d], reps[d]));
    if (reps[d] < 0 || __builtin_mul_overflow(shape[d], reps[d], &shape[d]))
      detail::throw_negative_count(reps[d]);
  }
  const auto from = detail::elements_as_global_view(a);
  return detail::from_segments<T, K>(detail::global_view_of(from), shape, axes);
}

/// An array with elements added at both ends of every axis; see core's `pad` for the modes.
/// @throws argument_error on all ranks for a negative width, or an axis without elements and no
/// constant.
template <global_operand A, std::size_t K>
auto pad(const A& a, const pad_width (&widths)[K], pad_mode mode = pad_mode::constant,
         typename A::value_type value = {}) {
  static_assert(K == A::ndim, "pad takes the widths of every axis");
  using T = typename A::value_type;
  shape_t<K> shape = a.shape();
  std::vector<detail::axis_segments> axes;
  detail::add_padding(shape.data(), widths, K, mode);
  for (std::size_t d = 0; d < K; ++d)
    axes.push_back(detail::padded_axis(a.shape()[d], widths[d], mode));
  const auto from = detail::elements_as_global_view(a);
  const global_view<const T, K> v = detail::global_view_of(from);
  auto result = detail::array_beside<T, K>(v.node().ref(), shape);
  if (mode == pad_mode::constant) result = value;
  const detail::global_node<T, K> target = result.view().node();
  detail::array_copies copies(target.ref());
  copies.add(v.node().ref(), axes);
  copies.run();
  return result;
}
/// @}

} // namespace tessera
