/// @file
/// Norms of vectors over ranks, as in numpy.linalg. Those of matrices, some of which are made of
/// singular values, are in <tessera/matrices/linalg.hpp>.
#pragma once

#include <tessera/core/algebra/matrix_norm.hpp>
#include <tessera/distributed/functions/reduce_axes.hpp>
#include <tessera/distributed/reduce.hpp>

namespace tessera::linalg {

/// @name Norms over ranks
/// Of global arrays, views and expressions, complex ones too; integers count as double. Collective:
/// one reduction, whose result, a number or a local array of one axis less, all ranks have. The
/// same bits on any number of ranks, and as `norm` of the gathered array, since sums are exact.
/// @throws argument_error for an order that is not defined, or an empty array where none is; on all
/// ranks.
/// @{

/// Root of the sum of the squared magnitudes of all elements.
template <global_operand A> auto norm(const A& a) {
  return detail::vector_norm<detail::linalg_type<typename A::value_type>>(a, 2);
}

/// A norm of a vector (see norm_order).
///
///     const double largest = linalg::norm(residual, linalg::inf);
template <global_operand A>
requires(A::ndim == 1) auto norm(const A& a, norm_order order) {
  return detail::vector_norm<detail::linalg_type<typename A::value_type>>(a, order);
}

/// Norms of the vectors along one axis, which all ranks have.
///
///     ndarray lengths = linalg::norm(points, 2, axis(1));
template <global_operand A>
requires(A::ndim > 1) auto norm(const A& a, norm_order order, axis_list<1> along) {
  return detail::vector_norm<detail::linalg_type<typename A::value_type>>(a, order, along);
}
/// @}

} // namespace tessera::linalg
