/// @file
/// Covariances and correlations of variables.
#pragma once

#include <tessera/core/reductions/reduce.hpp>

namespace tessera {

/// How observations are laid out, and what sums of squares are divided by.
struct cov_options {
  /// Are the variables rows, and the observations columns? Otherwise the other way round.
  bool rowvar = true;
  /// Sums are divided by the number of observations less this.
  index_t ddof = 1;
};

namespace detail {

/// The exact sums of the products of each row with itself and those after it. The rows are those of
/// a local or global array, which need not move.
template <class Rows> ndarray<double, 2> products_of_rows(const Rows& rows, double divisor) {
  const index_t n = rows.shape()[0];
  ndarray<double, 2> result(shape_t<2>{n, n});
  for (index_t i = 0; i < n; ++i) {
    const ndarray<double, 1> sums =
        sum(rows(slice(i, none), all) * rows(i, all)(newaxis, all), axis_list<1>{{1}});
    for (index_t j = i; j < n; ++j) result(i, j) = result(j, i) = sums(j - i) / divisor;
  }
  return result;
}

/// Observations less than `ddof` leave nothing to divide by: NaN, as in NumPy.
inline double divisor_of(index_t observations, const cov_options& options) {
  return observations > options.ddof ? static_cast<double>(observations - options.ddof) : 0.0;
}

/// The observations as rows of variables, less their means.
template <class A> ndarray<double, 2> centered(const A& a, bool rowvar) {
  ndarray<double, 2> values(a);
  if (!rowvar) values = ndarray<double, 2>(values.transpose());
  const auto means = mean(values, axis_list<1>{{1}}, keepdims);
  values = values - means;
  return values;
}

/// Covariances scaled by the standard deviations, and kept in -1 ... 1 where rounding leaves it.
ndarray<double, 2> correlations(ndarray<double, 2> covariances);

} // namespace detail

/// Covariances of variables, as a matrix of double: of those that are rows, with observations as
/// columns, or the other way round. Means are exact and rounded once, and so are the sums of the
/// rounded products, so that the bits depend on no order (NumPy's differ from them by rounding);
/// that costs p / 2 exact sums over all elements for p variables, and a copy of them.
///
///     cov(a)
///     cov(a, {.rowvar = false, .ddof = 0})
///
/// @throws argument_error where there are no observations.
template <local_operand A>
requires(A::ndim == 2 && std::is_arithmetic_v<typename A::value_type>) ndarray<double, 2> cov(
    const A& a, const cov_options& options = {}) {
  const auto rows = detail::centered(a, options.rowvar);
  return detail::products_of_rows(rows, detail::divisor_of(rows.shape(1), options));
}
/// The same of two variables.
template <local_operand X, local_operand Y>
requires(X::ndim == 1 && Y::ndim == 1) ndarray<double, 2> cov(const X& x, const Y& y,
                                                              const cov_options& options = {}) {
  detail::check_same_shape("cov", x, y);
  ndarray<double, 2> both(shape_t<2>{2, detail::as_node(x).shape()[0]});
  both(0, all) = x;
  both(1, all) = y;
  return cov(both, cov_options{true, options.ddof});
}

/// Pearson's correlation of variables: their covariances divided by the standard deviations, from
/// -1 to 1. A variable that does not vary gives NaN.
template <local_operand A>
requires(A::ndim == 2) ndarray<double, 2> corrcoef(const A& a, const cov_options& options = {}) {
  return detail::correlations(cov(a, options));
}
template <local_operand X, local_operand Y>
requires(X::ndim == 1 && Y::ndim == 1) ndarray<double, 2> corrcoef(const X& x, const Y& y) {
  return detail::correlations(cov(x, y));
}

} // namespace tessera
