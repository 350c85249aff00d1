/// @file
/// Views of global arrays with the axes in another order or reversed, and their parts: the
/// functions of core over ranks. Nothing moves and nothing is copied. They are views of their
/// argument, which must live longer: temporary arrays are refused.
#pragma once

#include <tessera/core/shapes/axes.hpp>
#include <tessera/core/shapes/split.hpp>
#include <tessera/distributed/arrays/copy.hpp>

namespace tessera {

namespace detail {

/// The view whose axis d is axis order[d] of `v`.
template <class T, std::size_t N>
global_view<T, N> with_order(const global_view<T, N>& v, const std::size_t* order) {
  auto node = v.node();
  for (std::size_t d = 0; d < N; ++d) {
    node.layout.shape[d] = v.node().layout.shape[order[d]];
    node.layout.walks[d] = v.node().layout.walks[order[d]];
  }
  return global_view<T, N>(node);
}

/// Elements start, start + step, ... of one axis.
template <class T, std::size_t N>
global_view<T, N> part_of(const global_view<T, N>& v, std::size_t axis, index_t start, index_t step,
                          index_t count) {
  auto node = v.node();
  axis_walk& walk = node.layout.walks[axis];
  if (count > 0) walk.first += start * walk.step;
  walk.step *= step;
  node.layout.shape[axis] = count;
  return global_view<T, N>(node);
}

template <class T, std::size_t N>
global_view<T, N> reversed(const global_view<T, N>& v, std::size_t axis) {
  const index_t n = v.shape()[axis];
  return n > 1 ? part_of(v, axis, n - 1, -1, n) : v;
}

/// With a new axis of one element at a place.
template <class T, std::size_t N>
global_view<T, N + 1> with_new_axis(const global_view<T, N>& v, std::size_t at) {
  global_node<std::remove_const_t<T>, N + 1> node{v.node().block, {}};
  copy_fixed(v.node().layout.fixed, node.layout.fixed);
  node.layout.shape[at] = 1;
  for (std::size_t d = 0; d < N; ++d) {
    node.layout.shape[d + (d >= at)] = v.node().layout.shape[d];
    node.layout.walks[d + (d >= at)] = v.node().layout.walks[d];
  }
  return global_view<T, N + 1>(node);
}

} // namespace detail

/// @name Views with other axes
/// Views that refer to their argument, whose axes are in another order or reversed; nothing moves
/// and nothing is copied. Temporary arrays are refused. Local.
/// @throws argument_error for axes that are not there, or named twice.
/// @{

/// The axes in reverse order, or in a given one.
/// @throws argument_error when `order` does not name every axis once.
template <detail::lasting_global A> auto transpose(A&& a) {
  return detail::global_view_of(a).transpose();
}
template <detail::lasting_global A, std::size_t K> auto transpose(A&& a, axis_list<K> order) {
  static_assert(K == detail::ndim_of<A>, "transpose takes every axis once");
  std::size_t places[K];
  detail::order_of(order.axes, K, K, places);
  return detail::with_order(detail::global_view_of(a), places);
}
template <detail::lasting_global A, std::size_t K> auto permute_axes(A&& a, axis_list<K> order) {
  return transpose(a, order);
}

/// Exchanges two axes.
template <detail::lasting_global A> auto swapaxes(A&& a, index_t first, index_t second) {
  constexpr std::size_t N = detail::ndim_of<A>;
  std::size_t order[N];
  detail::swapped_order(first, second, N, order);
  return detail::with_order(detail::global_view_of(a), order);
}

/// The last two axes exchanged: the transposes of a stack of matrices.
template <detail::lasting_global A> auto matrix_transpose(A&& a) { return swapaxes(a, -2, -1); }

/// Moves axes to other places; the others keep their order.
template <detail::lasting_global A, std::size_t K>
auto moveaxis(A&& a, axis_list<K> from, axis_list<K> to) {
  constexpr std::size_t N = detail::ndim_of<A>;
  std::size_t order[N];
  detail::moved_order(from.axes, to.axes, K, N, order);
  return detail::with_order(detail::global_view_of(a), order);
}
template <detail::lasting_global A> auto moveaxis(A&& a, index_t from, index_t to) {
  return moveaxis(a, axis(from), axis(to));
}

/// Reverses the order of the elements along the axes named, or along all.
template <detail::lasting_global A, std::size_t K> auto flip(A&& a, axis_list<K> axes) {
  constexpr std::size_t N = detail::ndim_of<A>;
  bool found[N];
  detail::mark_axes(axes.axes, K, N, found);
  auto node = detail::global_view_of(a).node();
  using view = decltype(detail::global_view_of(a));
  for (std::size_t d = 0; d < N; ++d)
    if (found[d]) node = detail::reversed(view(node), d).node();
  return view(node);
}
template <detail::lasting_global A> auto flip(A&& a) {
  axis_list<detail::ndim_of<A>> all_axes;
  for (std::size_t d = 0; d < detail::ndim_of<A>; ++d) all_axes.axes[d] = static_cast<index_t>(d);
  return flip(a, all_axes);
}
/// Reverses axis 0.
template <detail::lasting_global A> auto flipud(A&& a) { return flip(a, axis(0)); }
/// Reverses axis 1.
template <detail::lasting_global A> auto fliplr(A&& a) { return flip(a, axis(1)); }

/// Adds an axis of one element, which has the number `at` in the result.
template <detail::lasting_global A> auto expand_dims(A&& a, index_t at) {
  constexpr std::size_t N = detail::ndim_of<A>;
  return detail::with_new_axis(detail::global_view_of(a), detail::checked_axis(at, N + 1));
}

/// Turns two axes, the first two unless others are named, by 90 degrees, k times, from the first
/// towards the second.
template <detail::lasting_global A> auto rot90(A&& a, index_t k = 1, axis_list<2> axes = {{0, 1}}) {
  constexpr std::size_t N = detail::ndim_of<A>;
  static_assert(N >= 2, "rot90 turns two axes");
  bool found[N];
  detail::mark_axes(axes.axes, 2, N, found);
  auto node = detail::global_view_of(a).node();
  using view = decltype(detail::global_view_of(a));
  const auto turn = [&](index_t axis) {
    node = detail::reversed(view(node), detail::checked_axis(axis, N)).node();
  };
  const index_t turns = (k % 4 + 4) % 4;
  if (turns == 1 || turns == 2) turn(axes.axes[1]);
  if (turns == 2 || turns == 3) turn(axes.axes[0]);
  return turns % 2 == 1 ? swapaxes(view(node), axes.axes[0], axes.axes[1]) : view(node);
}
/// @}

namespace detail {

template <class T, std::size_t N> struct section_of<global_view<T, N>> {
  static global_view<T, N> make(const global_view<T, N>& whole, std::size_t axis, index_t start,
                                index_t count) {
    return part_of(whole, axis, start, 1, count);
  }
};

} // namespace detail

/// @name Parts over ranks
/// Views that refer to their argument, of which each has a part along an axis; nothing moves and
/// nothing is copied. Temporary arrays are refused. Local.
/// @throws argument_error for an axis that is not there, and for less than one part.
/// @{

/// `parts` views of equal size along an axis, the first unless another is named.
/// @throws argument_error when the axis is not divisible (see array_split).
template <detail::lasting_global A, class Parts>
requires detail::is_integer<Parts>
auto split(A&& a, Parts parts, axis_list<1> along = {{0}}) {
  return detail::cut_view(detail::global_view_of(a), along, [&](index_t n) {
    return detail::bounds_of_parts(n, static_cast<index_t>(parts), true);
  });
}
/// The same for a number known to the compiler: `auto [left, right] = split<2>(u, axis(1));`
template <std::size_t Parts, detail::lasting_global A>
auto split(A&& a, axis_list<1> along = {{0}}) {
  return detail::in_array<Parts>(split(a, static_cast<index_t>(Parts), along));
}
/// Views from 0 to the first of some subscripts, from there to the second, ..., and from the last
/// one to the end: `auto [head, middle, tail] = split(u, {3, 5}, axis(1));`
template <detail::lasting_global A, std::size_t K>
auto split(A&& a, const index_t (&points)[K], axis_list<1> along = {{0}}) {
  return detail::in_array<K + 1>(detail::cut_view(detail::global_view_of(a), along, [&](index_t n) {
    return detail::bounds_at(n, points, static_cast<index_t>(K));
  }));
}
/// `parts` views along an axis, of which the first ones are longer by one where the axis is not
/// divisible.
template <detail::lasting_global A>
auto array_split(A&& a, index_t parts, axis_list<1> along = {{0}}) {
  return detail::cut_view(detail::global_view_of(a), along,
                          [&](index_t n) { return detail::bounds_of_parts(n, parts, false); });
}
/// @}

} // namespace tessera
