/// @file
/// Copies of arrays with elements put in or left out.
#pragma once

#include <tessera/core/shapes/join.hpp>
#include <tessera/core/shapes/reshape.hpp>

namespace tessera {

namespace detail {

/// A place between elements: 0 .. n, or counted from the end.
/// @throws index_error when there is no such place.
index_t place_between(index_t index, index_t n);
/// The same elements, first to last.
slice::selection forward(slice::selection selected);

} // namespace detail

/// `values` behind `a`, along an axis; without one, all elements of both in one row.
template <local_operand A, local_operand B> auto append(const A& a, const B& values) {
  return concatenate(ravel(a), ravel(values));
}
template <local_operand A, local_operand B>
auto append(const A& a, const B& values, axis_list<1> along) {
  return concatenate(a, values, along);
}

/// `values` put in before subscript `index` of an axis; index n puts them at the end. They are a
/// scalar, or an array that has the sizes of `a` along the other axes.
/// @throws index_error when there is no such subscript, shape_error when sizes differ.
template <local_operand A, local_operand V>
auto insert(const A& a, index_t index, const V& values, axis_list<1> along = {{0}}) {
  static_assert(A::ndim == V::ndim, "insert takes values with as many axes as the array");
  const std::size_t d = detail::checked_axis(along.axes[0], A::ndim);
  const auto from = detail::elements_of(a);
  const auto v = detail::view_of(from);
  const index_t n = v.shape()[d];
  const index_t at = detail::place_between(index, n);
  return concatenate(detail::part_of(v, d, 0, at), values, detail::part_of(v, d, at, n - at),
                     along);
}
template <local_operand A>
auto insert(const A& a, index_t index, const typename A::value_type& value,
            axis_list<1> along = {{0}}) {
  shape_t<A::ndim> shape = a.shape();
  shape[detail::checked_axis(along.axes[0], A::ndim)] = 1;
  return insert(a, index, ndarray<typename A::value_type, A::ndim>(shape, value), along);
}

/// A copy without the elements that a slice selects along an axis, as NumPy's `delete`.
/// `delete_(a, slice(2, 5), axis(1))`.
template <local_operand A>
auto delete_(const A& a, const slice& without, axis_list<1> along = {{0}}) {
  const std::size_t d = detail::checked_axis(along.axes[0], A::ndim);
  const auto from = detail::elements_of(a);
  const auto v = detail::view_of(from);
  const slice::selection gone = detail::forward(without.of(v.shape()[d]));
  shape_t<A::ndim> shape = v.shape();
  shape[d] -= gone.count;
  detail::evaluated<A> result(shape);
  index_t read = 0;
  index_t written = 0;
  const auto keep_until = [&](index_t end) {
    detail::part_of(result.view(), d, written, end - read)
        .assign(detail::part_of(v, d, read, end - read));
    written += end - read;
  };
  for (index_t i = 0; i < gone.count; ++i) {
    keep_until(gone.start + i * gone.step);
    read = gone.start + i * gone.step + 1;
  }
  keep_until(v.shape()[d]);
  return result;
}
/// The same for one subscript. @throws index_error when there is none.
template <local_operand A> auto delete_(const A& a, index_t index, axis_list<1> along = {{0}}) {
  const auto shape = a.shape();
  const std::size_t d = detail::checked_axis(along.axes[0], A::ndim);
  const index_t i = detail::checked_index(index, d, shape.data(), A::ndim);
  return delete_(a, slice(i, i + 1), along);
}

} // namespace tessera
