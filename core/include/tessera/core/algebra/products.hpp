/// @file
/// Outer, Kronecker, cross and tensor products, and the trace, as in NumPy's top level.
#pragma once

#include <tessera/core/algebra/matmul.hpp>

namespace tessera {

namespace detail {

/// Each axis followed by, or following, an axis of one element.
template <class T, std::size_t N> view<T, 2 * N> spread(const view<T, N>& v, std::size_t place) {
  shape_t<2 * N> shape{};
  shape_t<2 * N> strides{};
  for (std::size_t d = 0; d < 2 * N; ++d) shape[d] = 1;
  for (std::size_t d = 0; d < N; ++d) {
    shape[2 * d + place] = v.shape()[d];
    strides[2 * d + place] = v.strides()[d];
  }
  return {v.data(), shape, strides};
}

/// One component of vectors along the last axis, which stays with one element.
template <class T, std::size_t N> view<T, N> component(const view<T, N>& v, index_t k) {
  shape_t<N> shape = v.shape();
  shape[N - 1] = 1;
  return {v.data() + k * v.strides()[N - 1], shape, v.strides()};
}

/// Neighbouring axes joined: the first K into one, the others into another.
template <std::size_t K, class T, std::size_t N>
view<const T, 2> as_matrix(const view<const T, N>& v) {
  shape_t<2> shape{1, 1};
  for (std::size_t d = 0; d < N; ++d) shape[d < K ? 0 : 1] *= v.shape()[d];
  return {v.data(), shape};
}

/// A view in which the axes named follow each other from `first` on; the others keep their order.
template <class T, std::size_t N, std::size_t K>
view<T, N> with_axes_moved(const view<T, N>& v, const axis_list<K>& axes, std::size_t first) {
  bool is_named[N];
  mark_axes(axes.axes, K, N, is_named);
  shape_t<N> shape{};
  shape_t<N> strides{};
  const auto put = [&](std::size_t to, std::size_t from) {
    shape[to] = v.shape()[from];
    strides[to] = v.strides()[from];
  };
  for (std::size_t k = 0; k < K; ++k) put(first + k, checked_axis(axes.axes[k], N));
  std::size_t to = first == 0 ? K : 0;
  for (std::size_t d = 0; d < N; ++d)
    if (!is_named[d]) put(to++, d);
  return {v.data(), shape, strides};
}

[[noreturn]] void throw_not_of_three(const index_t* a, std::size_t a_ndim, const index_t* b,
                                     std::size_t b_ndim);

} // namespace detail

/// All products of an element of `a` and one of `b`, both vectors: c(i, j) = a(i) * b(j). (Lazily,
/// `a(all, newaxis) * b`.)
template <local_operand A, local_operand B>
requires(A::ndim == 1 && B::ndim == 1) auto outer(const A& a, const B& b) {
  const auto left = detail::in_memory<typename A::value_type>(a);
  return ndarray(view<const typename A::value_type, 1>(left)(all, newaxis) * b);
}

/// Kronecker product: `b` repeated, times each element of `a`.
///
///     kron(identity, block)   // block-diagonal
template <local_operand A, local_operand B>
requires(A::ndim == B::ndim) auto kron(const A& a, const B& b) {
  constexpr std::size_t N = A::ndim;
  const auto left = detail::in_memory<typename A::value_type>(a);
  const auto right = detail::in_memory<typename B::value_type>(b);
  shape_t<N> shape{};
  for (std::size_t d = 0; d < N; ++d) shape[d] = left.shape()[d] * right.shape()[d];
  const auto large = detail::spread(view<const typename A::value_type, N>(left), 0);
  const auto small = detail::spread(view<const typename B::value_type, N>(right), 1);
  const auto values = large * small;
  using T = typename decltype(values)::value_type;
  ndarray<T, N> result(shape);
  view<T, 2 * N>(result.data(), values.shape()) = values;
  return result;
}

/// Cross product of vectors of three components along the last axis; other axes broadcast.
/// @throws shape_error when the last axis has another size.
template <local_operand A, local_operand B> auto cross(const A& a, const B& b) {
  constexpr std::size_t N = A::ndim > B::ndim ? A::ndim : B::ndim;
  using T = detail::product_type<A, B>;
  const auto x = detail::in_memory<T>(a);
  const auto y = detail::in_memory<T>(b);
  if (x.shape()[A::ndim - 1] != 3 || y.shape()[B::ndim - 1] != 3)
    detail::throw_not_of_three(x.shape().data(), A::ndim, y.shape().data(), B::ndim);
  const auto of_x = [&](index_t k) { return detail::component<const T, A::ndim>(x, k % 3); };
  const auto of_y = [&](index_t k) { return detail::component<const T, B::ndim>(y, k % 3); };
  ndarray<T, N> result(broadcast(x.shape(), y.shape()));
  for (index_t k = 0; k < 3; ++k)
    detail::component(result.view(), k) = of_x(k + 1) * of_y(k + 2) - of_x(k + 2) * of_y(k + 1);
  return result;
}

/// Sum over the last K axes of `a` and the first K of `b`; the other axes stay, those of `a` first.
///
///     tensordot<1>(a, b)   // of matrices: matmul
///     tensordot<0>(a, b)   // all products
///
/// @throws shape_error when those axes differ.
template <std::size_t K, local_operand A, local_operand B>
requires(K <= A::ndim && K <= B::ndim) auto tensordot(const A& a, const B& b) {
  using T = detail::product_type<A, B>;
  const ndarray<T, A::ndim> left(a);
  const ndarray<T, B::ndim> right(b);
  for (std::size_t d = 0; d < K; ++d)
    if (left.shape(d + A::ndim - K) != right.shape(d))
      detail::throw_product("tensordot", left.shape().data(), A::ndim, right.shape().data(),
                            B::ndim);
  const auto rows = detail::as_matrix<A::ndim - K>(left.view());
  const auto columns = detail::as_matrix<K>(right.view());
  if constexpr (A::ndim == K && B::ndim == K) {
    return matmul(rows, columns)(0, 0);
  } else {
    shape_t<A::ndim + B::ndim - 2 * K> shape{};
    for (std::size_t d = 0; d < A::ndim - K; ++d) shape[d] = left.shape(d);
    for (std::size_t d = K; d < B::ndim; ++d) shape[d + A::ndim - 2 * K] = right.shape(d);
    ndarray<T, A::ndim + B::ndim - 2 * K> result(shape);
    matmul(rows, columns, view<T, 2>(result.data(), {rows.shape(0), columns.shape(1)}));
    return result;
  }
}

/// The same over the axes that are named, in pairs: `tensordot(a, b, axis(1, 0), axis(0, 1))`.
/// @throws argument_error for axes that are not there or named twice, shape_error as above.
template <local_operand A, local_operand B, std::size_t K>
auto tensordot(const A& a, const B& b, axis_list<K> of_a, axis_list<K> of_b) {
  using T = detail::product_type<A, B>;
  const auto left = detail::in_memory<T>(a);
  const auto right = detail::in_memory<T>(b);
  return tensordot<K>(detail::with_axes_moved(view<const T, A::ndim>(left), of_a, A::ndim - K),
                      detail::with_axes_moved(view<const T, B::ndim>(right), of_b, 0));
}

/// Sums of the products of corresponding elements along an axis (the last unless named), those of
/// `a` conjugated; the other axes broadcast. Exact but for the rounding of each product, also of
/// global arrays.
template <array_operand A, array_operand B>
auto vecdot(const A& a, const B& b, const axis_list<1>& along = {{-1}}) {
  const auto total = [&along](const auto& products) {
    if constexpr (std::remove_cvref_t<decltype(products)>::ndim == 1)
      return sum(products);
    else
      return sum(products, along);
  };
  if constexpr (detail::is_complex<typename A::value_type>)
    return total(detail::elementwise(detail::conjugate(), a) * b);
  else
    return total(a * b);
}

/// Sum of the diagonal, or of one `offset` columns to the right of it; exact like `sum`.
template <local_operand A>
requires(A::ndim == 2) auto trace(const A& a, index_t offset = 0) {
  using T = typename A::value_type;
  const auto held = detail::in_memory<T>(a);
  const view<const T, 2> v = held;
  const index_t row = offset < 0 ? -offset : 0;
  const index_t column = offset > 0 ? offset : 0;
  const index_t rows = v.shape(0) - row;
  const index_t columns = v.shape(1) - column;
  const index_t n = rows < columns ? rows : columns;
  if (n <= 0) return sum(view<const T, 1>(v.data(), {0}));
  const T* const first = v.data() + row * v.strides()[0] + column * v.strides()[1];
  return sum(view<const T, 1>(first, {n}, {v.strides()[0] + v.strides()[1]}));
}

} // namespace tessera
