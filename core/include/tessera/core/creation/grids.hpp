/// @file
/// Arrays of subscripts and coordinates: indices, meshgrid, fromfunction.
#pragma once

#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/ndarray.hpp>
#include <tessera/core/shapes/axes.hpp>

#include <tuple>

namespace tessera {

namespace detail {

/// The view of one axis that stands along axis d of N, the others having one element.
template <std::size_t N, class T> view<T, N> along_axis(const view<T, 1>& x, std::size_t d) {
  shape_t<N> shape{};
  shape_t<N> strides{};
  for (index_t& n : shape) n = 1;
  shape[d] = x.shape()[0];
  strides[d] = x.strides()[0];
  return {x.data(), shape, strides};
}

template <std::size_t N, class X> auto grid_of(X&& x, std::size_t d, const shape_t<N>& shape) {
  return rearranged(std::forward<X>(x), [&]<class T>(const view<T, 1>& v) {
    const view<T, N> line = along_axis<N>(v, d);
    return view<const T, N>(line.data(), shape, broadcast_strides<N>(line));
  });
}

/// Subscripts along each axis, as operands of an expression of N axes.
template <std::size_t N> class subscript_axes {
public:
  explicit subscript_axes(const shape_t<N>& shape) {
    for (std::size_t d = 0; d < N; ++d) lines_[d] = arange(shape[d]);
  }
  array_node<index_t, N> operator[](std::size_t d) const {
    return {along_axis<N>(lines_[d].view(), d)};
  }

private:
  ndarray<index_t, 1> lines_[N];
};

} // namespace detail

/// Which of the first two axes x belongs to: `xy` is for pictures, where x runs along rows, which
/// are axis 1; `ij` for matrices, where x is axis 0.
enum class indexing { xy, ij };

/// The coordinates of the points of a grid, from those along its axes: read-only views, which
/// repeat the elements without copying them. NumPy's default order `xy` is the default here too.
///
///     auto [x, y] = meshgrid(linspace(-1, 1, 200), linspace(0, 1, 100));  // 100 x 200
///     ndarray<double, 2> r = sqrt(x * x + y * y);
template <local_operand X, local_operand Y>
requires(detail::ndim_of<X> == 1 &&
         detail::ndim_of<Y> == 1) auto meshgrid(X&& x, Y&& y, indexing order = indexing::xy) {
  const std::size_t first = order == indexing::xy ? 1 : 0;
  shape_t<2> shape{};
  shape[first] = x.size();
  shape[1 - first] = y.size();
  return std::tuple(detail::grid_of(std::forward<X>(x), first, shape),
                    detail::grid_of(std::forward<Y>(y), 1 - first, shape));
}
template <local_operand X, local_operand Y, local_operand Z>
requires(detail::ndim_of<X> == 1 && detail::ndim_of<Y> == 1 &&
         detail::ndim_of<Z> == 1) auto meshgrid(X&& x, Y&& y, Z&& z,
                                                indexing order = indexing::xy) {
  const std::size_t first = order == indexing::xy ? 1 : 0;
  shape_t<3> shape{};
  shape[first] = x.size();
  shape[1 - first] = y.size();
  shape[2] = z.size();
  return std::tuple(detail::grid_of(std::forward<X>(x), first, shape),
                    detail::grid_of(std::forward<Y>(y), 1 - first, shape),
                    detail::grid_of(std::forward<Z>(z), 2, shape));
}

/// The subscripts of every element of a shape: element (d, i, j, ...) of the result is the one
/// along axis d. `indices({2, 3})`
template <std::size_t N> ndarray<index_t, N + 1> indices(const shape_t<N>& shape) {
  shape_t<N + 1> whole{};
  whole[0] = static_cast<index_t>(N);
  for (std::size_t d = 0; d < N; ++d) whole[d + 1] = shape[d];
  ndarray<index_t, N + 1> result(whole);
  for (std::size_t d = 0; d < N; ++d) {
    const auto line = arange(shape[d]);
    detail::at_subscript(result.view(), 0, static_cast<index_t>(d))
        .assign(detail::along_axis<N>(line.view(), d));
  }
  return result;
}
template <std::size_t N> ndarray<index_t, N + 1> indices(const index_t (&shape)[N]) {
  return indices(detail::as_shape(shape));
}

/// An array whose elements a function makes of their subscripts, which are `index_t`: each element
/// once, in any order.
///
///     auto a = fromfunction([](auto i, auto j) { return 10.0 * i + j; }, {3, 4});
template <class F, std::size_t N> auto fromfunction(F f, const shape_t<N>& shape) {
  detail::checked_size(shape.data(), N, 1);
  const detail::subscript_axes<N> axes(shape);
  return [&]<std::size_t... D>(std::index_sequence<D...>) {
    const auto elements = detail::make_expression(std::move(f), axes[D]...);
    return detail::evaluated<decltype(elements)>(elements);
  }
  (std::make_index_sequence<N>());
}
template <class F, std::size_t N> auto fromfunction(F f, const index_t (&shape)[N]) {
  return fromfunction(std::move(f), detail::as_shape(shape));
}

} // namespace tessera
