#include "algebra/lapack_matrix.hpp"

#include <tessera/core/algebra/solve.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <vector>

namespace tessera::detail {

namespace {

/// The LU factors of a matrix, with the rows that were swapped.
template <class T> class lu_factors {
public:
  explicit lu_factors(const matrix<const T>& a) : lu_(a), swaps_(static_cast<std::size_t>(a.rows)) {
    const blas_int n = lu_.rows();
    zero_pivot_ =
        lapack<T>::getrf(LAPACK_COL_MAJOR, n, n, lu_.data(), lu_.leading(), swaps_.data());
    check_lapack("getrf", zero_pivot_);
  }

  [[nodiscard]] bool is_singular() const { return zero_pivot_ > 0; }

  void require_regular(const char* name, std::size_t ndim, index_t number) const {
    if (!is_singular()) return;
    throw argument_error(fmt::format("{}: the matrix is singular{}: pivot {} is exactly zero", name,
                                     place_in_stack(ndim, number), zero_pivot_ - 1));
  }

  void solve(lapack_matrix<T>& b) {
    check_lapack("getrs",
                 lapack<T>::getrs(LAPACK_COL_MAJOR, 'N', lu_.rows(), b.columns(), lu_.data(),
                                  lu_.leading(), swaps_.data(), b.data(), b.leading()));
  }

  [[nodiscard]] T pivot(index_t i) { return lu_(i, i); }
  [[nodiscard]] bool has_odd_swaps() const {
    bool odd = false;
    for (std::size_t i = 0; i < swaps_.size(); ++i)
      odd = odd != (swaps_[i] != static_cast<blas_int>(i + 1));
    return odd;
  }

private:
  lapack_matrix<T> lu_;
  std::vector<blas_int> swaps_;
  blas_int zero_pivot_ = 0;
};

} // namespace

template <class T>
void solve(const matrix_stack<const T>& a, const matrix_stack<const T>& b, const index_t* stack,
           std::size_t stack_ndim, T* x) {
  prepare_blas();
  stack_walk<2> walk(stack, stack_ndim);
  walk.add(a), walk.add(b);
  matrix<const T> left = first_matrix(a);
  matrix<const T> right = first_matrix(b);
  for (index_t number = 0; walk.more(); walk.advance(), ++number) {
    left.data = walk.at(0, a.data);
    right.data = walk.at(1, b.data);
    lu_factors<T> factors(left);
    factors.require_regular("solve", stack_ndim + 2, number);
    lapack_matrix<T> columns(right);
    factors.solve(columns);
    x = columns.store(x);
  }
}

template <class T> void inverse(const matrix_stack<const T>& a, T* result) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t number) {
    lu_factors<T> factors(m);
    factors.require_regular("inv", a.ndim, number);
    lapack_matrix<T> columns(m.rows, m.rows);
    columns.top(m.rows) = T(0);
    for (index_t i = 0; i < m.rows; ++i) columns(i, i) = T(1);
    factors.solve(columns);
    result = columns.store(result);
  });
}

template <class T>
void log_determinants(const matrix_stack<const T>& a, T* signs, real_of<T>* logarithms) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t) {
    lu_factors<T> factors(m);
    T sign(factors.has_odd_swaps() ? -1 : 1);
    real_of<T> logarithm = 0;
    for (index_t i = 0; i < m.rows && !factors.is_singular(); ++i) {
      const T pivot = factors.pivot(i);
      sign *= pivot / std::abs(pivot);
      logarithm += std::log(std::abs(pivot));
    }
    const bool zero = factors.is_singular();
    *signs++ = zero ? T(0) : sign;
    *logarithms++ = zero ? -std::numeric_limits<real_of<T>>::infinity() : logarithm;
  });
}

template <class T> void determinants(const matrix_stack<const T>& a, T* results) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t) {
    lu_factors<T> factors(m);
    T product(factors.has_odd_swaps() ? -1 : 1);
    for (index_t i = 0; i < m.rows; ++i) product *= factors.pivot(i);
    *results++ = factors.is_singular() ? T(0) : product;
  });
}

template <class T>
void least_squares(const matrix_stack<const T>& a, const matrix_stack<const T>& b,
                   real_of<T> cutoff, T* x, real_of<T>* residuals, index_t& rank,
                   real_of<T>* singular_values) {
  const matrix<const T> left = first_matrix(a);
  const matrix<const T> right = first_matrix(b);
  require_finite("lstsq", left);
  require_finite("lstsq", right);
  prepare_blas();
  lapack_matrix<T> factors(left);
  lapack_matrix<T> columns(right, left.columns);
  const index_t larger = left.rows > left.columns ? left.rows : left.columns;
  if (cutoff < 0)
    cutoff = std::numeric_limits<real_of<T>>::epsilon() * static_cast<real_of<T>>(larger);
  columns.top(columns.rows())(slice(left.rows, none), all) = T(0);
  blas_int found = 0;
  if (left.rows > 0 && left.columns > 0 && right.columns > 0) {
    const blas_int info = lapack<T>::gelsd(
        LAPACK_COL_MAJOR, factors.rows(), factors.columns(), columns.columns(), factors.data(),
        factors.leading(), columns.data(), columns.leading(), singular_values, cutoff, &found);
    check_lapack("gelsd", info);
    if (info > 0) throw argument_error("lstsq: the singular values do not converge");
  } else {
    columns.top(columns.rows()) = T(0);
    for (index_t i = 0; i < smaller_of(factors.rows(), factors.columns()); ++i)
      singular_values[i] = 0;
  }
  rank = found;
  columns.store(x, left.columns);
  for (index_t j = 0; j < right.columns; ++j) {
    residuals[j] = 0;
    for (index_t i = left.columns; i < left.rows; ++i) residuals[j] += std::norm(columns(i, j));
  }
}

#define TESSERA_SOLVE(T)                                                                           \
  template void solve<T>(const matrix_stack<const T>&, const matrix_stack<const T>&,               \
                         const index_t*, std::size_t, T*);                                         \
  template void inverse<T>(const matrix_stack<const T>&, T*);                                      \
  template void log_determinants<T>(const matrix_stack<const T>&, T*, real_of<T>*);                \
  template void determinants<T>(const matrix_stack<const T>&, T*);                                 \
  template void least_squares<T>(const matrix_stack<const T>&, const matrix_stack<const T>&,       \
                                 real_of<T>, T*, real_of<T>*, index_t&, real_of<T>*);
TESSERA_SOLVE(float)
TESSERA_SOLVE(double)
TESSERA_SOLVE(std::complex<float>)
TESSERA_SOLVE(std::complex<double>)
#undef TESSERA_SOLVE

void require_square(const char* name, const index_t* shape, std::size_t ndim) {
  if (shape[ndim - 2] != shape[ndim - 1])
    throw shape_error(fmt::format("{} needs a square matrix, not one of shape {}", name,
                                  tuple_text(shape, ndim)));
}

void throw_equations(const char* name, const index_t* a, std::size_t a_ndim, const index_t* b,
                     std::size_t b_ndim) {
  throw shape_error(fmt::format(
      "{} of a matrix of shape {} with right-hand sides of shape {}: the numbers of rows differ",
      name, tuple_text(a, a_ndim), tuple_text(b, b_ndim)));
}

void throw_negative_power() {
  throw argument_error("matrix_power of integers to a negative power; make them double");
}

} // namespace tessera::detail
