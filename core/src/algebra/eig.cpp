#include "algebra/lapack_matrix.hpp"

#include <tessera/core/eig.hpp>
#include <tessera/core/error.hpp>

namespace tessera::detail {

namespace {

/// Eigenvalues to `values`, eigenvectors to `vectors` unless that is null.
template <class T>
blas_int eig_of(lapack_matrix<std::complex<T>>& a, std::complex<T>* values,
                lapack_matrix<std::complex<T>>* vectors) {
  return lapack<std::complex<T>>::geev(LAPACK_COL_MAJOR, 'N', vectors != nullptr ? 'V' : 'N',
                                       a.rows(), a.data(), a.leading(), values, nullptr, 1,
                                       vectors != nullptr ? vectors->data() : nullptr, a.leading());
}

/// LAPACK packs a conjugate pair into two real columns: the real and the imaginary part.
template <class T>
void unpack(lapack_matrix<T>& packed, const ndarray<T, 1>& imaginary,
            lapack_matrix<std::complex<T>>& vectors) {
  const index_t n = packed.rows();
  for (index_t j = 0; j < n; ++j) {
    const bool pair = imaginary(j) != 0 && j + 1 < n;
    for (index_t i = 0; i < n; ++i) {
      const T re = packed(i, j);
      vectors(i, j) = pair ? std::complex<T>(re, packed(i, j + 1)) : std::complex<T>(re);
      if (pair) vectors(i, j + 1) = std::conj(vectors(i, j));
    }
    if (pair) ++j;
  }
}

template <class T>
blas_int eig_of(lapack_matrix<T>& a, std::complex<T>* values,
                lapack_matrix<std::complex<T>>* vectors) {
  const index_t n = a.rows();
  ndarray<T, 1> re(shape_t<1>{n});
  ndarray<T, 1> im(shape_t<1>{n});
  lapack_matrix<T> packed(vectors != nullptr ? n : 0, vectors != nullptr ? n : 0);
  const blas_int info =
      lapack<T>::geev(LAPACK_COL_MAJOR, 'N', vectors != nullptr ? 'V' : 'N', a.rows(), a.data(),
                      a.leading(), re.data(), im.data(), nullptr, 1, packed.data(), a.leading());
  for (index_t i = 0; i < n; ++i) values[i] = {re(i), im(i)};
  if (vectors != nullptr && info == 0) unpack(packed, im, *vectors);
  return info;
}

} // namespace

template <class T>
void eig(const matrix_stack<const T>& a, complex_of<T>* values, complex_of<T>* vectors) {
  for_each_matrix(a, [&](const matrix<const T>& m, index_t number) {
    if (m.rows == 0) return;
    require_finite("eig", m);
    lapack_matrix<T> work(m);
    lapack_matrix<complex_of<T>> columns(vectors != nullptr ? m.rows : 0,
                                         vectors != nullptr ? m.rows : 0);
    const blas_int info = eig_of(work, values, vectors != nullptr ? &columns : nullptr);
    check_lapack("geev", info);
    if (info > 0)
      throw argument_error("eigenvalues do not converge" + place_in_stack(a.ndim, number));
    values += m.rows;
    if (vectors != nullptr) vectors = columns.store(vectors);
  });
}

template void eig<float>(const matrix_stack<const float>&, std::complex<float>*,
                         std::complex<float>*);
template void eig<double>(const matrix_stack<const double>&, std::complex<double>*,
                          std::complex<double>*);
template void eig<std::complex<float>>(const matrix_stack<const std::complex<float>>&,
                                       std::complex<float>*, std::complex<float>*);
template void eig<std::complex<double>>(const matrix_stack<const std::complex<double>>&,
                                        std::complex<double>*, std::complex<double>*);

} // namespace tessera::detail
