/// @file
/// Eigenvalues of general matrices. They are complex, so this header is not part of
/// <tessera/core.hpp>: `<complex>` costs half a second to compile.
#pragma once

#include <tessera/core/algebra/decompose.hpp>
#include <tessera/core/complex.hpp>

namespace tessera {

namespace detail {

template <class T> using complex_of = std::complex<real_of<T>>;

/// Compiled for float, double and complex. Without `vectors` (null), eigenvalues alone.
template <class T>
void eig(const matrix_stack<const T>& a, complex_of<T>* values, complex_of<T>* vectors);

} // namespace detail

namespace linalg {

/// Eigenvalues, in no order, and eigenvectors of length 1 as columns in the same order.
template <class T, std::size_t N> struct eig_result {
  ndarray<T, N - 1> values;
  ndarray<T, N> vectors;
};

/// Eigenvalues and right eigenvectors of a square matrix, or of each of a stack; both are complex,
/// also where all happen to be real. For symmetric and Hermitian matrices, eigh is faster and
/// gives real values.
///
///     auto [values, vectors] = linalg::eig(a);
///
/// @throws shape_error when a is not square; argument_error when there is an infinity or a NaN, or
///     (rarely) no convergence.
template <local_operand A> auto eig(const A& a) {
  const detail::square_operand<A> m("eig", a);
  using T = detail::complex_of<typename decltype(m)::T>;
  shape_t<A::ndim - 1> shape{};
  for (std::size_t d = 0; d + 1 < A::ndim; ++d) shape[d] = m.shape()[d];
  eig_result<T, A::ndim> result{ndarray<T, A::ndim - 1>(shape), ndarray<T, A::ndim>(m.shape())};
  detail::eig(m.stack(), result.values.data(), result.vectors.data());
  return result;
}

/// The eigenvalues alone.
/// @throws as eig does.
template <local_operand A> auto eigvals(const A& a) {
  const detail::square_operand<A> m("eigvals", a);
  using T = detail::complex_of<typename decltype(m)::T>;
  shape_t<A::ndim - 1> shape{};
  for (std::size_t d = 0; d + 1 < A::ndim; ++d) shape[d] = m.shape()[d];
  ndarray<T, A::ndim - 1> values(shape);
  detail::eig(m.stack(), values.data(), static_cast<T*>(nullptr));
  return values;
}

} // namespace linalg

} // namespace tessera
