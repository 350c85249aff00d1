/// @file
/// Triangles of matrices over ranks: tril, triu; the trace.
#pragma once

#include <tessera/core/creation/ranges.hpp>
#include <tessera/core/elements/where.hpp>
#include <tessera/distributed/functions/reduce_axes.hpp>
#include <tessera/distributed/reduce.hpp>

namespace tessera {

namespace detail {

/// A copy with zeros where `keep` is false of the row and the column.
template <class A, class Keep>
global_array<typename A::value_type, A::ndim> part_of_matrices(const A& a, Keep keep) {
  constexpr std::size_t N = A::ndim;
  static_assert(N >= 2, "triangles are parts of matrices");
  using T = typename A::value_type;
  if (is_any_cyclic(as_node(a))) return part_of_matrices(in_blocks(as_node(a)), keep);
  const auto shape = as_node(a).shape();
  const ndarray<index_t, 1> rows = arange<index_t>(shape[N - 2]);
  const ndarray<index_t, 1> columns = arange<index_t>(shape[N - 1]);
  return copy(where(keep(rows(all, newaxis), columns(newaxis, all)), a, T{}));
}

} // namespace detail

/// @name Triangles over ranks
/// Copies of the last two axes' matrices with zeros above or below diagonal k of the whole matrix,
/// distributed as copies are (see `copy`); nothing moves, but of cyclic arrays, of which the result
/// is in equal blocks. Collective.
/// @{
template <global_operand A> auto tril(const A& a, index_t k = 0) {
  return detail::part_of_matrices(a, [k](auto row, auto column) { return column - row <= k; });
}
template <global_operand A> auto triu(const A& a, index_t k = 0) {
  return detail::part_of_matrices(a, [k](auto row, auto column) { return column - row >= k; });
}
/// @}

/// Sum of the diagonal, or of one `offset` columns to the right of it; exact like `sum`, and on all
/// ranks. Collective, what `sum` costs.
template <global_operand A>
requires(A::ndim == 2) detail::sum_type<typename A::value_type> trace(const A& a,
                                                                      index_t offset = 0) {
  if (detail::is_any_cyclic(detail::as_node(a)))
    return trace(detail::in_blocks(detail::as_node(a)), offset);
  const auto shape = detail::as_node(a).shape();
  const ndarray<index_t, 1> rows = arange<index_t>(shape[0]);
  const ndarray<index_t, 1> columns = arange<index_t>(shape[1]);
  return sum(a, masked(columns(newaxis, all) - rows(all, newaxis) == offset));
}

} // namespace tessera
