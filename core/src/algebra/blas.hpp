// BLAS, for the four types that it knows.
#pragma once

#include <tessera/core/algebra/blas_threads.hpp>
#include <tessera/core/shape.hpp>

#include <complex>

// Else LAPACK's headers take C's complex types, which C++ has not.
#define LAPACK_COMPLEX_CUSTOM
#define lapack_complex_float std::complex<float>
#define lapack_complex_double std::complex<double>
#include <cblas.h>
#include <lapacke.h>

namespace tessera::detail {

using blas_int = lapack_int;

/// A size as BLAS takes it.
/// @throws argument_error when it has too many digits.
blas_int blas_size(index_t n);

/// Products; where `adds`, to what is in the result.
template <class T> struct blas;

#define TESSERA_BLAS(T, p, scalar)                                                                 \
  template <> struct blas<T> {                                                                     \
    static void gemm(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, blas_int m, blas_int n, blas_int k,   \
                     const T* a, blas_int lda, const T* b, blas_int ldb, bool adds, T* c,          \
                     blas_int ldc) {                                                               \
      const T one(1), old(adds ? 1 : 0);                                                           \
      cblas_##p##gemm(CblasRowMajor, ta, tb, m, n, k, scalar(one), a, lda, b, ldb, scalar(old), c, \
                      ldc);                                                                        \
    }                                                                                              \
    static void gemv(CBLAS_TRANSPOSE ta, blas_int m, blas_int n, const T* a, blas_int lda,         \
                     const T* x, blas_int x_step, bool adds, T* y, blas_int y_step) {              \
      const T one(1), old(adds ? 1 : 0);                                                           \
      cblas_##p##gemv(CblasRowMajor, ta, m, n, scalar(one), a, lda, x, x_step, scalar(old), y,     \
                      y_step);                                                                     \
    }                                                                                              \
  };
TESSERA_BLAS(float, s, )
TESSERA_BLAS(double, d, )
TESSERA_BLAS(std::complex<float>, c, &)
TESSERA_BLAS(std::complex<double>, z, &)
#undef TESSERA_BLAS

} // namespace tessera::detail
