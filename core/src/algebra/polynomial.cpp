#include <tessera/core/algebra/polyfit.hpp>
#include <tessera/core/algebra/polynomial.hpp>
#include <tessera/core/algebra/solve.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/math.hpp>

#include <fmt/core.h>

#include <limits>

namespace tessera::detail {

namespace {

void check_points(const view<const double, 1>& x, const view<const double, 2>& y, index_t degree,
                  const view<const double, 1>* weights) {
  if (degree < 0) throw argument_error(fmt::format("polyfit by a polynomial of degree {}", degree));
  if (x.size() == 0) throw argument_error("polyfit without points");
  if (x.shape(0) != y.shape(0))
    throw shape_error(
        fmt::format("polyfit of {} points x with {} values y", x.shape(0), y.shape(0)));
  if (weights != nullptr && weights->shape(0) != x.shape(0))
    throw shape_error(
        fmt::format("polyfit of {} points with {} weights", x.shape(0), weights->shape(0)));
}

/// Columns x^degree, ..., x, 1, by repeated multiplication as in numpy.vander.
ndarray<double, 2> vandermonde(const view<const double, 1>& x, index_t degree) {
  ndarray<double, 2> result(shape_t<2>{x.shape(0), degree + 1});
  result(all, degree) = 1.0;
  for (index_t k = degree; k-- > 0;) result(all, k) = result(all, k + 1) * x;
  return result;
}

/// The norms of the columns, by which they are divided; ones for columns of zeros.
ndarray<double, 1> scale_columns(ndarray<double, 2>& m) {
  ndarray<double, 1> scale(shape_t<1>{m.shape(1)});
  for (index_t k = 0; k < scale.size(); ++k) {
    const double length = norm(m(all, k));
    scale(k) = length == 0 ? 1.0 : length;
  }
  m /= scale;
  return scale;
}

} // namespace

polynomial_fit fit_polynomial(const view<const double, 1>& x, const view<const double, 2>& y,
                              index_t degree, const view<const double, 1>* weights, double rcond) {
  check_points(x, y, degree, weights);
  ndarray<double, 2> left = vandermonde(x, degree);
  ndarray<double, 2> right = y;
  if (weights != nullptr) {
    left *= (*weights)(all, newaxis);
    right *= (*weights)(all, newaxis);
  }
  const ndarray<double, 1> scale = scale_columns(left);
  if (rcond < 0) rcond = static_cast<double>(x.shape(0)) * std::numeric_limits<double>::epsilon();
  auto found = linalg::lstsq(left, right, rcond);
  found.x /= scale(all, newaxis);
  ndarray<double, 2> covariance(shape_t<2>{0, 0});
  if (found.residuals.size() > 0 || (found.rank == degree + 1 && x.shape(0) > degree + 1))
    covariance = linalg::inv(matmul(left.transpose(), left)) / (scale(all, newaxis) * scale);
  return {std::move(found.x),
          std::move(found.residuals),
          found.rank,
          std::move(found.singular_values),
          rcond,
          std::move(covariance)};
}

void throw_zero_divisor() {
  throw argument_error("polydiv by a polynomial whose leading coefficient is zero");
}

void throw_negative_order(const char* name, index_t order) {
  throw argument_error(fmt::format("{} of negative order {}", name, order));
}

} // namespace tessera::detail
