/// @file
/// Views with the axes in another order, reversed, added, removed or stretched. Nothing is copied:
/// they are views of their argument, and of a temporary `shared_view`s that keep it.
#pragma once

#include <tessera/core/ndarray.hpp>
#include <tessera/core/views/axis.hpp>

#include <tuple>

namespace tessera {

namespace detail {

/// Each function fills `order`: axis d of the result is axis order[d] of the argument.
/// @throws argument_error naming the axes when they are not axes, or not all different.
void order_of(const index_t* axes, std::size_t count, std::size_t ndim, std::size_t* order);
void swapped_order(index_t a, index_t b, std::size_t ndim, std::size_t* order);
void moved_order(const index_t* from, const index_t* to, std::size_t count, std::size_t ndim,
                 std::size_t* order);
/// The axes that stay when those named are removed.
/// @throws shape_error when one of them has not one element.
void order_of_squeezed(const index_t* axes, std::size_t count, const index_t* shape,
                       std::size_t ndim, std::size_t* order);
void order_of_long_axes(const index_t* shape, std::size_t ndim, std::size_t left,
                        std::size_t* order);

/// Shape and strides of a view that is being made.
struct layout {
  index_t* shape;
  index_t* strides;
};
void expand(const index_t* axes, std::size_t count, layout from, std::size_t ndim, layout to);

/// Replaces the first two axes by their diagonal at the end; returns where it starts.
index_t take_diagonal(index_t offset, layout from, std::size_t ndim, layout to);

/// A view of M axes whose layout `fill(from, to)` makes; it returns where the elements start.
template <std::size_t M, class T, std::size_t N, class Fill>
view<T, M> laid_out(const view<T, N>& a, Fill fill) {
  shape_t<N> shape = a.shape();
  shape_t<N> strides = a.strides();
  shape_t<M> to_shape{};
  shape_t<M> to_strides{};
  const index_t first =
      fill(layout{shape.data(), strides.data()}, layout{to_shape.data(), to_strides.data()});
  return {further(a.data(), first), to_shape, to_strides};
}

/// The view whose axis d is axis order[d] of `a`.
template <std::size_t M, class T, std::size_t N>
view<T, M> with_order(const view<T, N>& a, const std::size_t* order) {
  shape_t<M> shape{};
  shape_t<M> strides{};
  for (std::size_t d = 0; d < M; ++d) {
    shape[d] = a.shape()[order[d]];
    strides[d] = a.strides()[order[d]];
  }
  return {a.data(), shape, strides};
}

template <class T, std::size_t N> view<T, N> reversed(const view<T, N>& a, std::size_t axis) {
  shape_t<N> strides = a.strides();
  T* first = a.data();
  if (a.shape()[axis] > 1) first = further(first, (a.shape()[axis] - 1) * strides[axis]);
  strides[axis] = -strides[axis];
  return {first, a.shape(), strides};
}

/// Subscripts start .. start + count - 1 of one axis.
template <class T, std::size_t N>
view<T, N> part_of(const view<T, N>& a, std::size_t axis, index_t start, index_t count) {
  shape_t<N> shape = a.shape();
  shape[axis] = count;
  const index_t first = count > 0 ? start * a.strides()[axis] : 0;
  return {further(a.data(), first), shape, a.strides()};
}

/// The view without one axis, at a subscript of it.
template <class T, std::size_t N>
view<T, N - 1> at_subscript(const view<T, N>& a, std::size_t axis, index_t i) {
  shape_t<N - 1> shape{};
  shape_t<N - 1> strides{};
  for (std::size_t d = 0; d + 1 < N; ++d) {
    shape[d] = a.shape()[d + (d >= axis)];
    strides[d] = a.strides()[d + (d >= axis)];
  }
  return {further(a.data(), i * a.strides()[axis]), shape, strides};
}

template <class A> inline constexpr std::size_t ndim_of = std::remove_cvref_t<A>::ndim;

} // namespace detail

/// The axes in reverse order, or in a given one: axis d of the result is axis `order[d]` of `a`.
///
///     transpose(a)
///     transpose(a, axis(2, 0, 1))
///
/// @throws argument_error when `order` does not name every axis once.
template <local_operand A> auto transpose(A&& a) {
  return detail::rearranged(std::forward<A>(a), [](const auto& v) { return v.transpose(); });
}
template <local_operand A, std::size_t K> auto transpose(A&& a, axis_list<K> order) {
  static_assert(K == detail::ndim_of<A>, "transpose takes every axis once");
  std::size_t places[K];
  detail::order_of(order.axes, K, K, places);
  return detail::rearranged(std::forward<A>(a),
                            [&](const auto& v) { return detail::with_order<K>(v, places); });
}
/// `transpose` under the array standard's name.
template <local_operand A, std::size_t K> auto permute_axes(A&& a, axis_list<K> order) {
  return transpose(std::forward<A>(a), order);
}

/// Exchanges two axes.
template <local_operand A> auto swapaxes(A&& a, index_t first, index_t second) {
  constexpr std::size_t N = detail::ndim_of<A>;
  std::size_t order[N];
  detail::swapped_order(first, second, N, order);
  return detail::rearranged(std::forward<A>(a),
                            [&](const auto& v) { return detail::with_order<N>(v, order); });
}

/// Moves axes to other places; the others keep their order. `moveaxis(a, 0, -1)`,
/// `moveaxis(a, axis(0, 1), axis(-1, -2))`.
template <local_operand A, std::size_t K> auto moveaxis(A&& a, axis_list<K> from, axis_list<K> to) {
  constexpr std::size_t N = detail::ndim_of<A>;
  std::size_t order[N];
  detail::moved_order(from.axes, to.axes, K, N, order);
  return detail::rearranged(std::forward<A>(a),
                            [&](const auto& v) { return detail::with_order<N>(v, order); });
}
template <local_operand A> auto moveaxis(A&& a, index_t from, index_t to) {
  return moveaxis(std::forward<A>(a), axis(from), axis(to));
}

/// Reverses the order of the elements along the axes named, or along all.
template <local_operand A, std::size_t K> auto flip(A&& a, axis_list<K> axes) {
  constexpr std::size_t N = detail::ndim_of<A>;
  bool found[N];
  detail::mark_axes(axes.axes, K, N, found);
  return detail::rearranged(std::forward<A>(a), [&](auto v) {
    for (std::size_t d = 0; d < N; ++d)
      if (found[d]) v.rebind(detail::reversed(v, d));
    return v;
  });
}
template <local_operand A> auto flip(A&& a) {
  return detail::rearranged(std::forward<A>(a), [](auto v) {
    for (std::size_t d = 0; d < detail::ndim_of<A>; ++d) v.rebind(detail::reversed(v, d));
    return v;
  });
}
/// Reverses axis 0.
template <local_operand A> auto flipud(A&& a) { return flip(std::forward<A>(a), axis(0)); }
/// Reverses axis 1.
template <local_operand A> auto fliplr(A&& a) { return flip(std::forward<A>(a), axis(1)); }

/// The last two axes exchanged: the transposes of a stack of matrices.
template <local_operand A> auto matrix_transpose(A&& a) {
  return swapaxes(std::forward<A>(a), -2, -1);
}

/// Turns two axes, the first two unless others are named, by 90 degrees, k times, from the first
/// towards the second.
template <local_operand A> auto rot90(A&& a, index_t k = 1, axis_list<2> axes = {{0, 1}}) {
  constexpr std::size_t N = detail::ndim_of<A>;
  static_assert(N >= 2, "rot90 turns two axes");
  bool found[N];
  detail::mark_axes(axes.axes, 2, N, found);
  const std::size_t first = detail::checked_axis(axes.axes[0], N);
  const std::size_t second = detail::checked_axis(axes.axes[1], N);
  return detail::rearranged(std::forward<A>(a), [=](auto v) {
    const index_t turns = (k % 4 + 4) % 4;
    if (turns == 1 || turns == 2) v.rebind(detail::reversed(v, second));
    if (turns == 2 || turns == 3) v.rebind(detail::reversed(v, first));
    if (turns % 2 == 1) v.rebind(swapaxes(v, axes.axes[0], axes.axes[1]));
    return v;
  });
}

/// Removes the axes named, which have one element each.
/// @throws shape_error when one has another number of elements.
template <local_operand A, std::size_t K> auto squeeze(A&& a, axis_list<K> axes) {
  constexpr std::size_t N = detail::ndim_of<A>;
  static_assert(K < N, "a view has at least one axis");
  std::size_t order[N];
  detail::order_of_squeezed(axes.axes, K, a.shape().data(), N, order);
  return detail::rearranged(std::forward<A>(a),
                            [&](const auto& v) { return detail::with_order<N - K>(v, order); });
}
/// Removes axes of one element until M axes are left, the first ones first. As the number of axes
/// is part of the type, it must be said here.
/// @throws shape_error when there are too few axes of one element.
template <std::size_t M, local_operand A> auto squeeze(A&& a) {
  constexpr std::size_t N = detail::ndim_of<A>;
  static_assert(M >= 1 && M <= N, "squeeze leaves some of the axes");
  std::size_t order[N];
  detail::order_of_long_axes(a.shape().data(), N, M, order);
  return detail::rearranged(std::forward<A>(a),
                            [&](const auto& v) { return detail::with_order<M>(v, order); });
}

/// Adds axes of one element; the numbers are those that they have in the result.
template <local_operand A, std::size_t K> auto expand_dims(A&& a, axis_list<K> axes) {
  constexpr std::size_t N = detail::ndim_of<A>;
  return detail::rearranged(std::forward<A>(a), [&](const auto& v) {
    return detail::laid_out<N + K>(v, [&](detail::layout from, detail::layout to) {
      detail::expand(axes.axes, K, from, N, to);
      return index_t{0};
    });
  });
}
template <local_operand A> auto expand_dims(A&& a, index_t at) {
  return expand_dims(std::forward<A>(a), axis(at));
}

/// Elements (i, i + offset) of the first two axes, as the last axis of a view. A negative offset is
/// below the main diagonal.
template <local_operand A> auto diagonal(A&& a, index_t offset = 0) {
  constexpr std::size_t N = detail::ndim_of<A>;
  static_assert(N >= 2, "a diagonal belongs to two axes");
  return detail::rearranged(std::forward<A>(a), [&](const auto& v) {
    return detail::laid_out<N - 1>(v, [&](detail::layout from, detail::layout to) {
      return detail::take_diagonal(offset, from, N, to);
    });
  });
}

/// At least one, two or three axes, by axes of one element where NumPy puts them.
template <local_operand A> auto atleast_1d(A&& a) {
  return detail::rearranged(std::forward<A>(a), [](const auto& v) { return v; });
}
template <local_operand A> auto atleast_2d(A&& a) {
  if constexpr (detail::ndim_of<A> >= 2)
    return atleast_1d(std::forward<A>(a));
  else
    return expand_dims(std::forward<A>(a), axis(0));
}
template <local_operand A> auto atleast_3d(A&& a) {
  if constexpr (detail::ndim_of<A> >= 3)
    return atleast_1d(std::forward<A>(a));
  else if constexpr (detail::ndim_of<A> == 2)
    return expand_dims(std::forward<A>(a), axis(2));
  else
    return expand_dims(std::forward<A>(a), axis(0, 2));
}

/// A read-only view of a larger shape in which the elements repeat, by the rule of arithmetic:
/// axes of one element, and missing ones in front, are stretched.
/// @throws shape_error naming both shapes when they do not fit.
template <local_operand A, std::size_t M> auto broadcast_to(A&& a, const shape_t<M>& shape) {
  constexpr std::size_t N = detail::ndim_of<A>;
  static_assert(N <= M, "more axes than the shape to broadcast to");
  if (broadcast(a.shape(), shape) != shape)
    detail::throw_broadcast(a.shape().data(), N, shape.data(), M);
  return detail::rearranged(std::forward<A>(a), [&]<class T>(const view<T, N>& v) {
    return view<const T, M>(v.data(), shape, detail::broadcast_strides<M>(v));
  });
}
template <local_operand A, std::size_t M> auto broadcast_to(A&& a, const index_t (&shape)[M]) {
  return broadcast_to(std::forward<A>(a), detail::as_shape(shape));
}

/// Read-only views of several arrays in the shape that they broadcast to together, as a tuple:
/// `auto [x, y] = broadcast_arrays(a, b);`
template <local_operand... As> auto broadcast_arrays(As&&... as) {
  shape_t<detail::largest({detail::ndim_of<As>...})> shape{};
  for (index_t& n : shape) n = 1;
  ((shape = broadcast(shape, as.shape())), ...);
  return std::tuple(broadcast_to(std::forward<As>(as), shape)...);
}

} // namespace tessera
