#include <tessera/core/error.hpp>
#include <tessera/distributed/multigrid/coarsest_grid.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tessera::detail {

namespace {

/// By Gauss and Jordan, with pivots: small enough that the order of operations can be ours, and the
/// bits the same everywhere.
std::vector<double> inverse_of(std::vector<double> a, std::size_t n) {
  std::vector<double> inverse(n * n);
  for (std::size_t i = 0; i < n; ++i) inverse[i * n + i] = 1.0;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < n; ++i)
      if (std::abs(a[i * n + k]) > std::abs(a[pivot * n + k])) pivot = i;
    if (!(std::abs(a[pivot * n + k]) > 0))
      throw argument_error("multigrid: the operator on the coarsest grid has no inverse");
    for (std::size_t j = 0; j < n && pivot != k; ++j) {
      std::swap(a[k * n + j], a[pivot * n + j]);
      std::swap(inverse[k * n + j], inverse[pivot * n + j]);
    }
    const double scale = 1.0 / a[k * n + k];
    for (std::size_t j = 0; j < n; ++j) {
      a[k * n + j] *= scale;
      inverse[k * n + j] *= scale;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const double factor = a[i * n + k];
      if (i == k || factor == 0) continue;
      for (std::size_t j = 0; j < n; ++j) {
        a[i * n + j] -= factor * a[k * n + j];
        inverse[i * n + j] -= factor * inverse[k * n + j];
      }
    }
  }
  return inverse;
}

} // namespace

small_inverse::small_inverse(const std::vector<double>& matrix, std::size_t n,
                             bool takes_constants_to_zero)
    : n_(n), inverse_(n * n) {
  // With a row and a column of ones, which ask for a mean of zero.
  const std::size_t m = takes_constants_to_zero ? n + 1 : n;
  std::vector<double> bordered(m * m);
  double largest = 0;
  for (const double entry : matrix) largest = std::max(largest, std::abs(entry));
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < m; ++j) {
      const bool is_border = i == n || j == n;
      bordered[i * m + j] = !is_border ? matrix[i * n + j] : i == j ? 0.0 : largest;
    }
  const std::vector<double> inverse = inverse_of(bordered, m);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) inverse_[i * n + j] = inverse[i * m + j];
}

void small_inverse::apply(const double* b, double* x) const {
  for (std::size_t i = 0; i < n_; ++i) {
    double sum = 0;
    for (std::size_t j = 0; j < n_; ++j) sum += inverse_[i * n_ + j] * b[j];
    x[i] = sum;
  }
}

} // namespace tessera::detail
