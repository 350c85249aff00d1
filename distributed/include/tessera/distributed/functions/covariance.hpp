/// @file
/// Covariances and correlations of variables over ranks.
#pragma once

#include <tessera/core/statistics/covariance.hpp>
#include <tessera/distributed/functions/whole_axes.hpp>
#include <tessera/distributed/reduce.hpp>

namespace tessera {

namespace detail {

/// Variables as rows that every rank has a part of, less their means.
template <class A> global_array<double, 2> centered_over_ranks(const A& a, bool rowvar) {
  auto rows = with_whole_axis<double>(a, rowvar ? 0 : 1);
  if (!rowvar) {
    const grid_dims<2> dims{1, rows.comm().size()};
    const shape_t<2> shape{rows.shape()[1], rows.shape()[0]};
    global_array<double, 2> turned(process_grid<2>::sharing(rows.comm(), dims), shape);
    turned.view().assign(rows.view().transpose());
    rows = std::move(turned);
  }
  const auto means = mean(rows, axis_list<1>{{1}}, keepdims);
  rows = rows - means;
  return rows;
}

} // namespace detail

/// @name Covariances over ranks
/// As the local functions, the same bits under every distribution; all ranks get the matrix.
/// Observations are brought together so that each rank has some of all variables: each element
/// travels once. Then p variables cost p exact sums along an axis, of p / 2 lines on average (an
/// Allgather of 12 p bytes from each rank), and memory for one array of double more. Collective.
/// @throws argument_error on all ranks where there are no observations.
/// @{
template <global_operand A>
requires(A::ndim == 2 && std::is_arithmetic_v<typename A::value_type>) ndarray<double, 2> cov(
    const A& a, const cov_options& options = {}) {
  const auto rows = detail::centered_over_ranks(a, options.rowvar);
  return detail::products_of_rows(rows, detail::divisor_of(rows.shape()[1], options));
}
template <global_operand A>
requires(A::ndim == 2) ndarray<double, 2> corrcoef(const A& a, const cov_options& options = {}) {
  return detail::correlations(cov(a, options));
}
/// @}

} // namespace tessera
