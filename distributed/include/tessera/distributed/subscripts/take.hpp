/// @file
/// Elements of global arrays at given subscripts: take, put, take_along_axis, put_along_axis,
/// add_at, as core's functions of the same names.
#pragma once

#include <tessera/core/selection/take.hpp>
#include <tessera/distributed/functions/rearrange.hpp>
#include <tessera/distributed/subscripts/chosen_places.hpp>

namespace tessera {

namespace detail {

/// Subscripts as every rank has them.
template <class I> ndarray<index_t, 1> on_every_rank(const I& subscripts) {
  if constexpr (I::is_global)
    return copied<index_t>(as_node(subscripts)).gather_all();
  else
    return ndarray<index_t, 1>(subscripts);
}

/// The elements result(.., j, ..) = a(.., indices(.., j, ..), ..) that this rank has of `like`.
template <class T, std::size_t N>
std::array<std::vector<index_t>, N> lists_along(const global_view<T, N>& v, std::size_t axis,
                                                const global_array<index_t, N>& indices) {
  for (std::size_t d = 0; d < N; ++d)
    if (d != axis && indices.shape()[d] != v.shape()[d])
      throw_along_axis(indices.shape().data(), v.shape().data(), N, axis);
  std::array<std::vector<index_t>, N> lists;
  const index_t* const mine = indices.owned().data();
  const shape_t<N> local = indices.local_shape();
  const int rank = indices.comm().rank();
  shape_t<N> at{};
  for (index_t k = 0; k < size_of(local); ++k) {
    const shape_t<N> index = indices.distribution().to_global(rank, at);
    for (std::size_t d = 0; d < N; ++d) lists[d].push_back(d == axis ? mine[k] : index[d]);
    for (std::size_t d = N; d-- > 0 && ++at[d] == local[d];) at[d] = 0;
  }
  return lists;
}

template <class T, std::size_t N>
chosen_places<T, N, N> along_axis(const global_view<T, N>& v, std::size_t axis,
                                  global_array<index_t, N> indices) {
  const auto lists = collectively(v.comm(), [&] { return lists_along(v, axis, indices); });
  std::array<global_array<index_t, N>, N> each;
  for (std::size_t d = 0; d < N; ++d) {
    each[d] = global_array<index_t, N>(indices.grid(), indices.distribution());
    std::copy(lists[d].begin(), lists[d].end(), writable_part(each[d]).data());
  }
  return {v, std::move(each), N};
}

/// As many values as there are subscripts: local ones are repeated.
template <std::size_t M, class V> auto values_for_places(const V& values, const shape_t<M>& shape) {
  if constexpr (local_operand<V>) {
    const ndarray<typename V::value_type, V::ndim> given(values);
    ndarray<typename V::value_type, M> result(shape);
    if (result.size() > 0 && given.size() == 0) throw_mask_values(0, result.size());
    for (index_t i = 0; i < result.size(); ++i) result.data()[i] = given.data()[i % given.size()];
    return result;
  } else {
    return values;
  }
}

} // namespace detail

/// @name Elements at given subscripts
/// As core's functions of the same names; subscripts are local arrays, which every rank has, or
/// global ones. New arrays lie as the subscripts do (local ones: in equal blocks along
/// the first axis). All are
/// collective. An element travels once at most to a rank that wants it, one message between two.
/// @throws index_error naming subscript, position and shape, shape_error; on all ranks.
/// @{

/// Elements at subscripts counted in row-major order; with the shape of `indices`. A copy.
template <global_operand A, detail::subscript_array I> auto take(const A& a, const I& indices) {
  const auto from = detail::elements_as_global_view(a);
  return detail::places_of(detail::global_view_of(from), 0, indices).copy();
}
/// Elements at subscripts along an axis, a list in the place of the axis: `take(u, rows, axis(0))`.
/// Every rank takes in all subscripts; the result is in equal blocks. A copy.
template <global_operand A, detail::subscript_array I>
requires(I::ndim == 1) auto take(const A& a, const I& indices, const axis_list<1>& along) {
  using T = typename A::value_type;
  constexpr std::size_t N = A::ndim;
  const std::size_t axis = detail::checked_axis(along.axes[0], N);
  shape_t<N> shape = a.shape();
  const ndarray<index_t, 1> given = detail::on_every_rank(indices);
  const auto places = detail::checked_indices(given, axis, shape.data(), N);
  auto axes = detail::whole_axes(shape);
  axes[axis] = detail::picked_axis(places.data(), places.size());
  shape[axis] = places.size();
  const auto from = detail::elements_as_global_view(a);
  return detail::from_segments<T, N>(detail::global_view_of(from), shape, axes);
}
/// Assigns values at subscripts counted in row-major order: a scalar, a local array, which is
/// repeated when there are fewer, or a global one of the shape of `indices`. Of equal subscripts,
/// the last one counts. Values must not overlap the array.
template <detail::lasting_global A, detail::subscript_array I, class V>
void put(A&& a, const I& indices, const V& values) {
  const auto places = detail::places_of(detail::global_view_of(a), 0, indices);
  places = detail::values_for_places(values, places.shape());
}
/// result(.., j, ..) = a(.., indices(.., j, ..), ..): what `argsort` gives sorts by it. A copy.
template <global_operand A, detail::subscript_array I>
auto take_along_axis(const A& a, const I& indices, const axis_list<1>& along) {
  static_assert(A::ndim == I::ndim, "as many axes as the array");
  const auto from = detail::elements_as_global_view(a);
  const auto v = detail::global_view_of(from);
  auto placed = detail::placed_subscripts<A::ndim>(v.node().ref(), indices);
  return detail::along_axis(v, detail::checked_axis(along.axes[0], A::ndim), std::move(placed))
      .copy();
}
/// a(.., indices(.., j, ..), ..) = values(.., j, ..). Values must not overlap the array.
template <detail::lasting_global A, detail::subscript_array I, class V>
void put_along_axis(A&& a, const I& indices, const V& values, const axis_list<1>& along) {
  constexpr std::size_t N = std::remove_cvref_t<A>::ndim;
  const auto v = detail::global_view_of(a);
  auto placed = detail::placed_subscripts<N>(v.node().ref(), indices);
  detail::along_axis(v, detail::checked_axis(along.axes[0], N), std::move(placed)) = values;
}
/// Adds values to the elements at subscripts; equal ones add up, as by `numpy.add.at`:
/// `add_at(u(i, j), weights)`. The order is that of the ranks, and on one of them row-major order
/// of the subscripts that it has; with subscripts of one axis in blocks, as NumPy's on any number
/// of ranks. Values must not overlap the array.
template <class T, std::size_t N, std::size_t M, class V>
void add_at(const chosen_places<T, N, M>& places, const V& values) {
  places.combine(values, detail::add_value());
}
/// The same of an array of one axis: `add_at(u, i, 1.0)`.
template <detail::lasting_global A, detail::subscript_array I, class V>
requires(std::remove_cvref_t<A>::ndim == 1) void add_at(A&& a, const I& indices, const V& values) {
  add_at(a(indices), values);
}
/// @}

} // namespace tessera
