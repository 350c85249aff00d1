/// @file
/// Fits of polynomials to points.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/core/selection/pick.hpp>

namespace tessera {

namespace detail {

/// What a fit by polynomials gives, for all right-hand sides at once.
struct polynomial_fit {
  ndarray<double, 2> coefficients;
  ndarray<double, 1> residuals;
  index_t rank;
  ndarray<double, 1> singular_values;
  double rcond;
  ndarray<double, 2> covariance; ///< without the factor for the residuals; or empty
};

/// `weights` is null, or has as many elements as x. A negative `rcond` is the default.
polynomial_fit fit_polynomial(const view<const double, 1>& x, const view<const double, 2>& y,
                              index_t degree, const view<const double, 1>* weights, double rcond);

} // namespace detail

struct polyfit_options {
  /// Singular values below rcond times the largest count as zero; by default, a negative one,
  /// the number of points times the rounding error.
  double rcond = -1;
  /// The covariance as if the weights were one over the known errors of y, not scaled by the
  /// residuals.
  bool unscaled_covariance = false;
};

/// A fit with all that is known about it; N is the number of axes of y.
template <std::size_t N> struct polyfit_result {
  ndarray<double, N> coefficients;
  /// Sum of squared (weighted) residuals of each column of y; empty unless the rank is full and
  /// there are more points than coefficients.
  ndarray<double, 1> residuals;
  index_t rank; ///< below the number of coefficients: the fit is not unique
  ndarray<double, 1> singular_values;
  double rcond;
  /// Of the coefficients, along the first two axes; empty unless the rank is full and there are
  /// more points than coefficients.
  ndarray<double, N + 1> covariance;
};

namespace detail {

template <std::size_t N>
polyfit_result<N> fit_result(polynomial_fit&& fit, bool unscaled, index_t points) {
  const index_t order = fit.coefficients.shape(0);
  const index_t sides = fit.coefficients.shape(1);
  const index_t n = fit.covariance.shape(0);
  const shape_t<3> full{n, n, sides};
  ndarray<double, 3> covariance(full);
  if (n > 0) {
    const double freedom = unscaled ? 1 : static_cast<double>(points - order);
    for (index_t j = 0; j < sides; ++j)
      covariance(all, all, j) = fit.covariance * (unscaled ? 1 : fit.residuals(j) / freedom);
  }
  if constexpr (N == 2)
    return {std::move(fit.coefficients),
            std::move(fit.residuals),
            fit.rank,
            std::move(fit.singular_values),
            fit.rcond,
            std::move(covariance)};
  else
    return {fit.coefficients(all, 0).copy(),
            std::move(fit.residuals),
            fit.rank,
            std::move(fit.singular_values),
            fit.rcond,
            covariance(all, all, 0).copy()};
}

template <class Y> view<const double, 2> as_columns(const Y& y) {
  if constexpr (Y::ndim == 1)
    return as_column(view<const double, 1>(y));
  else
    return y;
}

template <class X, class Y, class W>
auto fit(const X& x, const Y& y, index_t degree, const W* weights, const polyfit_options& options) {
  const auto points = in_memory<double>(x);
  const auto values = in_memory<double>(y);
  const auto run = [&](const view<const double, 1>* w) {
    return fit_result<Y::ndim>(fit_polynomial(points, as_columns(values), degree, w, options.rcond),
                               options.unscaled_covariance, points.shape()[0]);
  };
  if constexpr (std::is_same_v<W, std::nullptr_t>) {
    return run(nullptr);
  } else {
    const auto held = in_memory<double>(*weights);
    const view<const double, 1> w = held;
    return run(&w);
  }
}

} // namespace detail

/// The polynomial of a given degree closest to the points (x, y), in the sense of least squares, by
/// singular values of the scaled Vandermonde matrix, as in NumPy. Columns of a two-dimensional y
/// are fitted one by one. All is computed in double.
///
///     ndarray p = polyfit(x, y, 2);
///     ndarray line = polyfit(x(mask), y(mask), 1);
///
/// @throws argument_error for a negative degree, no points, an infinity or a NaN; shape_error when
///     x and y differ in size.
template <local_operand X, local_operand Y>
requires(X::ndim == 1 && Y::ndim <= 2) auto polyfit(const X& x, const Y& y, index_t degree) {
  return detail::fit<X, Y, std::nullptr_t>(x, y, degree, nullptr, {}).coefficients;
}
/// The same with a weight for each point, which multiplies the residual (one over the error of y).
template <local_operand X, local_operand Y, local_operand W>
requires(X::ndim == 1 && Y::ndim <= 2 &&
         W::ndim == 1) auto polyfit(const X& x, const Y& y, index_t degree, const W& weights) {
  return detail::fit(x, y, degree, &weights, {}).coefficients;
}

/// The same of the points where a mask of bool is true: `polyfit(x, y, 1, masked(y > 0.0))`.
/// @throws shape_error when the mask has another size than x.
template <local_operand X, local_operand Y, class Mask>
requires(X::ndim == 1 && Y::ndim <= 2 &&
         Mask::ndim == 1) auto polyfit(const X& x, const Y& y, index_t degree,
                                       const detail::mask_option<Mask>& points) {
  const auto places = detail::flat_places_of(points.mask, detail::as_node(x).shape());
  return polyfit(take(x, places, axis(0)), take(y, places, axis(0)), degree);
}

/// The same fits, with residuals, rank, singular values and covariance.
///
///     auto fit = polyfit_full(x, y, 1, {.rcond = 1e-12});
template <local_operand X, local_operand Y>
requires(X::ndim == 1 && Y::ndim <= 2) auto polyfit_full(const X& x, const Y& y, index_t degree,
                                                         const polyfit_options& options = {}) {
  return detail::fit<X, Y, std::nullptr_t>(x, y, degree, nullptr, options);
}
template <local_operand X, local_operand Y, local_operand W>
requires(X::ndim == 1 && Y::ndim <= 2 &&
         W::ndim == 1) auto polyfit_full(const X& x, const Y& y, index_t degree, const W& weights,
                                         const polyfit_options& options = {}) {
  return detail::fit(x, y, degree, &weights, options);
}

} // namespace tessera
