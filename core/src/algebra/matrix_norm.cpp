#include "algebra/lapack_matrix.hpp"

#include <tessera/core/algebra/matrix_norm.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/math.hpp>

#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <string>

namespace tessera::detail {

using linalg::norm_order;

void throw_no_norm(const char* what, norm_order order) {
  const char* const name = order.which() == norm_order::kind::frobenius ? "fro"
                           : order.which() == norm_order::kind::nuclear ? "nuc"
                                                                        : nullptr;
  throw argument_error(fmt::format("there is no norm of order {} for {}",
                                   name != nullptr ? name : std::to_string(order.power()), what));
}

namespace {

template <class T> view<const T, 1> row(const matrix<const T>& m, index_t i) {
  return {m.data + i * m.row_step, {m.columns}, {m.column_step}};
}

/// The largest, or smallest, sum of the magnitudes of a row.
template <class T> real_of<T> extreme_row(const matrix<const T>& m, bool largest) {
  ndarray<real_of<T>, 1> sums(shape_t<1>{m.rows});
  for (index_t i = 0; i < m.rows; ++i) sums(i) = vector_norm<T>(row(m, i), 1);
  return largest ? max(sums) : min(sums);
}

template <class T> ndarray<real_of<T>, 1> singular_values(const matrix<const T>& m) {
  return linalg::svdvals(m.elements());
}

template <class T> real_of<T> matrix_norm(const matrix<const T>& m, norm_order order) {
  if (order.which() == norm_order::kind::frobenius) return tessera::norm(m.elements());
  if (order.which() == norm_order::kind::nuclear) return sum(singular_values(m));
  const double p = order.power();
  if (p == 2) return max(singular_values(m));
  if (p == -2) return min(singular_values(m));
  if (std::abs(p) == 1) return extreme_row(m.transposed(), p > 0);
  if (std::isinf(p)) return extreme_row(m, p > 0);
  throw_no_norm("matrices", order);
}

/// From singular values; infinite where the matrix is singular, NaN where it holds a NaN.
template <class T> real_of<T> spectral_condition(const matrix<const T>& m, double p) {
  if (m.rows == 0 || m.columns == 0) throw argument_error("cond of an empty matrix");
  const auto s = singular_values(m);
  const real_of<T> ratio = s(0) / s(s.size() - 1);
  return p > 0 ? (s(s.size() - 1) == 0 ? std::numeric_limits<real_of<T>>::infinity() : ratio)
               : s(s.size() - 1) / s(0);
}

template <class T> real_of<T> condition(const matrix<const T>& m, norm_order order) {
  if (order.which() == norm_order::kind::power && std::abs(order.power()) == 2)
    return spectral_condition(m, order.power());
  const shape_t<2> shape{m.rows, m.columns};
  require_square("cond", shape.data(), 2);
  T determinant{};
  const view<const T, 2> v = m.elements();
  determinants(stack_of(v), &determinant);
  if (determinant == T(0)) {
    real_of<T> sign{}; // also zero where a product of small pivots vanishes
    T phase{};
    log_determinants(stack_of(v), &phase, &sign);
    if (phase == T(0)) return std::numeric_limits<real_of<T>>::infinity();
  }
  const auto inverted = linalg::inv(v);
  return matrix_norm(m, order) * matrix_norm(first_matrix(stack_of(inverted.view())), order);
}

} // namespace

template <class T>
void vector_norms(const matrix_stack<const T>& a, norm_order order, real_of<T>* results) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t) {
    for (index_t i = 0; i < m.rows; ++i) *results++ = vector_norm<T>(row(m, i), order);
  });
}

template <class T>
void matrix_norms(const matrix_stack<const T>& a, norm_order order, real_of<T>* results) {
  for_each_matrix(a,
                  [&](const matrix<const T>& m, index_t) { *results++ = matrix_norm(m, order); });
}

template <class T>
void condition_numbers(const matrix_stack<const T>& a, norm_order order, real_of<T>* results) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t) { *results++ = condition(m, order); });
}

template <class T>
void matrix_ranks(const matrix_stack<const T>& a, double tolerance, index_t* results) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t) {
    const auto s = singular_values(m);
    const index_t larger = m.rows > m.columns ? m.rows : m.columns;
    const auto least =
        tolerance >= 0 || s.size() == 0
            ? static_cast<real_of<T>>(tolerance)
            : s(0) * static_cast<real_of<T>>(larger) * std::numeric_limits<real_of<T>>::epsilon();
    *results++ = sum(s > least);
  });
}

#define TESSERA_NORM(T)                                                                            \
  template void vector_norms<T>(const matrix_stack<const T>&, norm_order, real_of<T>*);            \
  template void matrix_norms<T>(const matrix_stack<const T>&, norm_order, real_of<T>*);            \
  template void condition_numbers<T>(const matrix_stack<const T>&, norm_order, real_of<T>*);       \
  template void matrix_ranks<T>(const matrix_stack<const T>&, double, index_t*);
TESSERA_NORM(float)
TESSERA_NORM(double)
TESSERA_NORM(std::complex<float>)
TESSERA_NORM(std::complex<double>)
#undef TESSERA_NORM

} // namespace tessera::detail
