#include "algebra/lapack_matrix.hpp"

#include <tessera/core/algebra/decompose.hpp>
#include <tessera/core/error.hpp>

#include <fmt/core.h>

namespace tessera::detail {

namespace {

[[noreturn]] void throw_no_convergence(const char* what, std::size_t ndim, index_t number) {
  throw argument_error(fmt::format("{} do not converge{}", what, place_in_stack(ndim, number)));
}

/// Zeros below the diagonal.
template <class T> void clear_lower(lapack_matrix<T>& m) {
  for (index_t j = 0; j < m.columns(); ++j)
    for (index_t i = j + 1; i < m.rows(); ++i) m(i, j) = T(0);
}

/// Calls a function of LAPACK that wants work space, first to ask how much.
template <class T, class F> void with_work_space(const char* name, F call) {
  T size{};
  check_lapack(name, call(&size, -1));
  const ndarray<T, 1> work(shape_t<1>{static_cast<index_t>(std::real(size))});
  check_lapack(name, call(const_cast<T*>(work.data()), blas_size(work.size())));
}

template <class T> void qr_of(const matrix<const T>& a, index_t q_columns, T*& q, T*& r) {
  lapack_matrix<T> triangular(a);
  const blas_int m = triangular.rows();
  const blas_int n = triangular.columns();
  const blas_int k = smaller_of(m, n);
  ndarray<T, 1> scales(shape_t<1>{k > 0 ? k : 1});
  with_work_space<T>("geqrf", [&](T* work, blas_int size) {
    return lapack<T>::geqrf(LAPACK_COL_MAJOR, m, n, triangular.data(), triangular.leading(),
                            scales.data(), work, size);
  });
  lapack_matrix<T> orthogonal(m, q_columns);
  orthogonal.top(m)(all, slice(0, k)) = triangular.top(m)(all, slice(0, k));
  with_work_space<T>("orgqr", [&](T* work, blas_int size) {
    return lapack<T>::orgqr(LAPACK_COL_MAJOR, m, orthogonal.columns(), k, orthogonal.data(),
                            orthogonal.leading(), scales.data(), work, size);
  });
  clear_lower(triangular);
  q = orthogonal.store(q);
  r = triangular.store(r, q_columns);
}

/// Matrices without rows or columns have orthogonal factors nevertheless.
template <class T> void store_identity(index_t n, T*& to) {
  lapack_matrix<T> m(n, n);
  m.top(n) = T(0);
  for (index_t i = 0; i < n; ++i) m(i, i) = T(1);
  to = m.store(to);
}

template <class T> struct svd_factors {
  lapack_matrix<T> u;
  lapack_matrix<T> vh;
};

/// Singular values to `s`; `job` as in LAPACK: all, the first columns, or no vectors.
template <class T>
svd_factors<T> svd_of(const matrix<const T>& a, char job, real_of<T>* s, std::size_t ndim,
                      index_t number) {
  require_finite("svd", a);
  lapack_matrix<T> work(a);
  const blas_int k = smaller_of(work.rows(), work.columns());
  const bool vectors = job != 'N';
  svd_factors<T> f{lapack_matrix<T>(vectors ? a.rows : 1, job == 'A' ? a.rows
                                                          : vectors  ? k
                                                                     : 1),
                   lapack_matrix<T>(job == 'A' ? a.columns
                                    : vectors  ? k
                                               : 1,
                                    vectors ? a.columns : 1)};
  const blas_int info =
      lapack<T>::gesdd(LAPACK_COL_MAJOR, job, work.rows(), work.columns(), work.data(),
                       work.leading(), s, f.u.data(), f.u.leading(), f.vh.data(), f.vh.leading());
  check_lapack("gesdd", info);
  if (info > 0) throw_no_convergence("singular values", ndim, number);
  return f;
}

template <class T> T conjugated(const T& x) {
  if constexpr (is_complex<T>)
    return std::conj(x);
  else
    return x;
}

/// Columns of u divided by the singular values, or zero.
template <class T> void divide_columns(lapack_matrix<T>& u, const real_of<T>* s, real_of<T> least) {
  for (index_t j = 0; j < u.columns(); ++j)
    for (index_t i = 0; i < u.rows(); ++i)
      u(i, j) = s[j] > least ? conjugated(u(i, j)) / s[j] : T(0);
}

} // namespace

template <class T> void cholesky(const matrix_stack<const T>& a, T* lower) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t number) {
    lapack_matrix<T> factor(m);
    const blas_int info =
        lapack<T>::potrf(LAPACK_COL_MAJOR, 'L', factor.rows(), factor.data(), factor.leading());
    check_lapack("potrf", info);
    if (info > 0)
      throw argument_error(
          fmt::format("cholesky: the matrix is not positive definite{}: pivot {} is not positive",
                      place_in_stack(a.ndim, number), info - 1));
    for (index_t j = 1; j < m.columns; ++j)
      for (index_t i = 0; i < j; ++i) factor(i, j) = T(0);
    lower = factor.store(lower);
  });
}

template <class T> void qr(const matrix_stack<const T>& a, index_t q_columns, T* q, T* r) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t) {
    if (m.rows > 0 && m.columns > 0)
      qr_of(m, q_columns, q, r);
    else if (q_columns > 0)
      store_identity(q_columns, q);
  });
}

template <class T> void svd(const matrix_stack<const T>& a, bool full, T* u, real_of<T>* s, T* vh) {
  const char job = u == nullptr ? 'N' : full ? 'A' : 'S';
  const index_t count = a.rows() < a.columns() ? a.rows() : a.columns();
  for_each_matrix(a, [&](const matrix<const T>& m, index_t number) {
    if (count == 0 && job == 'A') store_identity(m.rows, u), store_identity(m.columns, vh);
    if (count == 0) return;
    svd_factors<T> f = svd_of(m, job, s, a.ndim, number);
    s += count;
    if (job == 'N') return;
    u = f.u.store(u);
    vh = f.vh.store(vh);
  });
}

template <class T>
void pseudo_inverse(const matrix_stack<const T>& a, real_of<T> cutoff, T* result) {
  const index_t count = a.rows() < a.columns() ? a.rows() : a.columns();
  ndarray<real_of<T>, 1> s(shape_t<1>{count});
  for_each_matrix(a, [&](const matrix<const T>& m, index_t number) {
    if (count == 0) return;
    svd_factors<T> f = svd_of(m, 'S', s.data(), a.ndim, number);
    divide_columns(f.u, s.data(), cutoff * s(0));
    // In rows: v (u / s)^H, where the first factor is conjugated in place.
    f.vh.top(count) = elementwise(conjugate(), f.vh.top(count));
    const view<T, 2> to(result, {m.columns, m.rows});
    multiply<T>(stack_of(view<const T, 2>(f.vh.top(count).transpose())),
                stack_of(view<const T, 2>(f.u.top(m.rows).transpose())), stack_of(to));
    result += to.size();
  });
}

template <class T>
void eigh(const matrix_stack<const T>& a, bool upper, real_of<T>* values, T* vectors) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t number) {
    if (m.rows == 0) return;
    require_finite("eigh", m);
    lapack_matrix<T> work(m);
    const blas_int info =
        lapack<T>::heevd(LAPACK_COL_MAJOR, vectors == nullptr ? 'N' : 'V', upper ? 'U' : 'L',
                         work.rows(), work.data(), work.leading(), values);
    check_lapack("heevd", info);
    if (info > 0) throw_no_convergence("eigenvalues", a.ndim, number);
    values += m.rows;
    if (vectors != nullptr) vectors = work.store(vectors);
  });
}

#define TESSERA_DECOMPOSE(T)                                                                       \
  template void cholesky<T>(const matrix_stack<const T>&, T*);                                     \
  template void qr<T>(const matrix_stack<const T>&, index_t, T*, T*);                              \
  template void svd<T>(const matrix_stack<const T>&, bool, T*, real_of<T>*, T*);                   \
  template void pseudo_inverse<T>(const matrix_stack<const T>&, real_of<T>, T*);                   \
  template void eigh<T>(const matrix_stack<const T>&, bool, real_of<T>*, T*);
TESSERA_DECOMPOSE(float)
TESSERA_DECOMPOSE(double)
TESSERA_DECOMPOSE(std::complex<float>)
TESSERA_DECOMPOSE(std::complex<double>)
#undef TESSERA_DECOMPOSE

} // namespace tessera::detail
