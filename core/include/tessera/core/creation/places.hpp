/// @file
/// Places in arrays: one number or a subscript per axis; the subscripts of triangles and diagonals.
#pragma once

#include <tessera/core/ndarray.hpp>

#include <array>

namespace tessera {

namespace detail {

/// @throws index_error naming the place and the shape.
void find_place(index_t place, const index_t* shape, std::size_t ndim, index_t* index);
/// @throws index_error naming the subscripts and the shape.
index_t place_of(const index_t* index, const index_t* shape, std::size_t ndim);

} // namespace detail

/// The subscripts of the element with a number in row-major order, such as `argmax` gives it.
///
///     const auto [i, j] = unravel_index(argmax(a), a.shape());
///
/// @throws index_error for a number that no element has.
template <std::size_t N> shape_t<N> unravel_index(index_t place, const shape_t<N>& shape) {
  shape_t<N> index{};
  detail::find_place(place, shape.data(), N, index.data());
  return index;
}
/// The number in row-major order of the element with these subscripts.
/// @throws index_error for subscripts that are not in the shape.
template <std::size_t N>
index_t ravel_multi_index(const shape_t<N>& index, const shape_t<N>& shape) {
  return detail::place_of(index.data(), shape.data(), N);
}

/// Subscripts along two axes.
using index_pair = std::array<ndarray<index_t, 1>, 2>;

/// The subscripts, one array for each axis, of the elements of an n by m matrix on and below
/// diagonal k, and on and above it: `auto [i, j] = tril_indices(3);`.
index_pair tril_indices(index_t n, index_t k, index_t m);
inline index_pair tril_indices(index_t n, index_t k = 0) { return tril_indices(n, k, n); }
index_pair triu_indices(index_t n, index_t k, index_t m);
inline index_pair triu_indices(index_t n, index_t k = 0) { return triu_indices(n, k, n); }
/// The same of the main diagonal of a square matrix.
index_pair diag_indices(index_t n);

} // namespace tessera
