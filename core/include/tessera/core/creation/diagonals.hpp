/// @file
/// Matrices by their diagonals: eye, diag, tril, triu.
#pragma once

#include <tessera/core/creation/create.hpp>
#include <tessera/core/shapes/axes.hpp>

namespace tessera {

namespace detail {

/// Which side of a diagonal.
enum class triangle { below, above };

/// Sets to zero bytes what lies strictly below or above diagonal `offset` in each of the matrices
/// that follow each other in memory.
void clear_triangle(std::byte* data, index_t itemsize, index_t matrices, index_t rows,
                    index_t columns, index_t offset, triangle side);

/// Rows of the square matrix whose diagonal `offset` has `length` elements.
/// @throws shape_error when an index cannot count them.
index_t size_around_diagonal(index_t length, index_t offset);

template <class A> auto without_triangle(const A& a, index_t offset, triangle side) {
  constexpr std::size_t N = A::ndim;
  static_assert(N >= 2, "triangles are parts of matrices");
  evaluated<A> result(a);
  const index_t rows = result.shape(N - 2);
  const index_t columns = result.shape(N - 1);
  if (result.size() > 0)
    clear_triangle(reinterpret_cast<std::byte*>(result.data()), result.itemsize(),
                   result.size() / (rows * columns), rows, columns, offset, side);
  return result;
}

} // namespace detail

/// A matrix of n rows and m columns with ones at (i, i + k) and zeros elsewhere.
template <class T = double> ndarray<T, 2> eye(index_t n, index_t m, index_t k = 0) {
  auto result = zeros<T>(n, m);
  diagonal(result, k).assign(T{1});
  return result;
}
template <class T = double> ndarray<T, 2> eye(index_t n) { return eye<T>(n, n); }
/// The square matrix that changes nothing in a product.
template <class T = double> ndarray<T, 2> identity(index_t n) { return eye<T>(n, n); }

/// Of an array of one axis, the matrix with it as its diagonal k; of a matrix, the view of its
/// diagonal k (see `diagonal`).
template <local_operand A>
requires(detail::ndim_of<A> == 2) auto diag(A&& a, index_t k = 0) {
  return diagonal(std::forward<A>(a), k);
}
template <local_operand A>
requires(A::ndim == 1) auto diag(const A& a, index_t k = 0) {
  const index_t n = detail::size_around_diagonal(a.size(), k);
  auto result = zeros<typename A::value_type>(n, n);
  diagonal(result, k).assign(a);
  return result;
}

/// A copy of the last two axes' matrices with zeros above diagonal k.
template <local_operand A> auto tril(const A& a, index_t k = 0) {
  return detail::without_triangle(a, k, detail::triangle::above);
}
/// A copy of the last two axes' matrices with zeros below diagonal k.
template <local_operand A> auto triu(const A& a, index_t k = 0) {
  return detail::without_triangle(a, k, detail::triangle::below);
}

} // namespace tessera
