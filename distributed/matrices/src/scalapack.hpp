// ScaLAPACK, for the types that it knows: functions by their names without the letter of the type.
#pragma once

#include <complex>
#include <cstddef>

namespace tessera::detail {

/// What ScaLAPACK knows of a matrix: kind, context, rows, columns, block sizes, first process row
/// and column, leading dimension.
using descriptor = int[9];

} // namespace tessera::detail

// Fortran's functions take the lengths of texts behind all arguments.
#define TESSERA_SCALAPACK_FUNCTIONS(T, p, orthogonal)                                              \
  extern "C" {                                                                                     \
  void p##getrf_(const int* m, const int* n, T* a, const int* ia, const int* ja, const int* of_a,  \
                 int* pivots, int* info);                                                          \
  void p##getrs_(const char* trans, const int* n, const int* nrhs, const T* a, const int* ia,      \
                 const int* ja, const int* of_a, const int* pivots, T* b, const int* ib,           \
                 const int* jb, const int* of_b, int* info, std::size_t);                          \
  void p##getri_(const int* n, T* a, const int* ia, const int* ja, const int* of_a,                \
                 const int* pivots, T* work, const int* lwork, int* iwork, const int* liwork,      \
                 int* info);                                                                       \
  void p##potrf_(const char* uplo, const int* n, T* a, const int* ia, const int* ja,               \
                 const int* of_a, int* info, std::size_t);                                         \
  void p##geqrf_(const int* m, const int* n, T* a, const int* ia, const int* ja, const int* of_a,  \
                 T* tau, T* work, const int* lwork, int* info);                                    \
  void p##orthogonal##gqr_(const int* m, const int* n, const int* k, T* a, const int* ia,          \
                           const int* ja, const int* of_a, const T* tau, T* work,                  \
                           const int* lwork, int* info);                                           \
  }                                                                                                \
  namespace tessera::detail {                                                                      \
  template <> struct scalapack<T> {                                                                \
    static constexpr auto getrf = &p##getrf_;                                                      \
    static constexpr auto getrs = &p##getrs_;                                                      \
    static constexpr auto getri = &p##getri_;                                                      \
    static constexpr auto potrf = &p##potrf_;                                                      \
    static constexpr auto geqrf = &p##geqrf_;                                                      \
    static constexpr auto orgqr = &p##orthogonal##gqr_;                                            \
  };                                                                                               \
  }
// Those that have other names, or other arguments, for complex numbers.
#define TESSERA_SCALAPACK_REAL_SPECTRA(T, p)                                                       \
  extern "C" {                                                                                     \
  void p##syevd_(const char* jobz, const char* uplo, const int* n, T* a, const int* ia,            \
                 const int* ja, const int* of_a, T* w, T* z, const int* iz, const int* jz,         \
                 const int* of_z, T* work, const int* lwork, int* iwork, const int* liwork,        \
                 int* info, std::size_t, std::size_t);                                             \
  void p##syev_(const char* jobz, const char* uplo, const int* n, T* a, const int* ia,             \
                const int* ja, const int* of_a, T* w, T* z, const int* iz, const int* jz,          \
                const int* of_z, T* work, const int* lwork, int* info, std::size_t, std::size_t);  \
  void p##gesvd_(const char* jobu, const char* jobvt, const int* m, const int* n, T* a,            \
                 const int* ia, const int* ja, const int* of_a, T* s, T* u, const int* iu,         \
                 const int* ju, const int* of_u, T* vt, const int* ivt, const int* jvt,            \
                 const int* of_vt, T* work, const int* lwork, int* info, std::size_t,              \
                 std::size_t);                                                                     \
  }                                                                                                \
  namespace tessera::detail {                                                                      \
  template <> struct scalapack_spectra<T> {                                                        \
    static constexpr auto syevd = &p##syevd_;                                                      \
    static constexpr auto syev = &p##syev_;                                                        \
    static constexpr auto gesvd = &p##gesvd_;                                                      \
  };                                                                                               \
  }
#define TESSERA_SCALAPACK_COMPLEX_SPECTRA(T, R, p)                                                 \
  extern "C" {                                                                                     \
  void p##heevd_(const char* jobz, const char* uplo, const int* n, T* a, const int* ia,            \
                 const int* ja, const int* of_a, R* w, T* z, const int* iz, const int* jz,         \
                 const int* of_z, T* work, const int* lwork, R* rwork, const int* lrwork,          \
                 int* iwork, const int* liwork, int* info, std::size_t, std::size_t);              \
  void p##heev_(const char* jobz, const char* uplo, const int* n, T* a, const int* ia,             \
                const int* ja, const int* of_a, R* w, T* z, const int* iz, const int* jz,          \
                const int* of_z, T* work, const int* lwork, R* rwork, const int* lrwork,           \
                int* info, std::size_t, std::size_t);                                              \
  void p##gesvd_(const char* jobu, const char* jobvt, const int* m, const int* n, T* a,            \
                 const int* ia, const int* ja, const int* of_a, R* s, T* u, const int* iu,         \
                 const int* ju, const int* of_u, T* vt, const int* ivt, const int* jvt,            \
                 const int* of_vt, T* work, const int* lwork, R* rwork, int* info, std::size_t,    \
                 std::size_t);                                                                     \
  }                                                                                                \
  namespace tessera::detail {                                                                      \
  template <> struct scalapack_spectra<T> {                                                        \
    static constexpr auto heevd = &p##heevd_;                                                      \
    static constexpr auto heev = &p##heev_;                                                        \
    static constexpr auto gesvd = &p##gesvd_;                                                      \
  };                                                                                               \
  }

namespace tessera::detail {
template <class T> struct scalapack;
template <class T> struct scalapack_spectra;
} // namespace tessera::detail

TESSERA_SCALAPACK_FUNCTIONS(float, ps, or)
TESSERA_SCALAPACK_FUNCTIONS(double, pd, or)
TESSERA_SCALAPACK_FUNCTIONS(std::complex<float>, pc, un)
TESSERA_SCALAPACK_FUNCTIONS(std::complex<double>, pz, un)
TESSERA_SCALAPACK_REAL_SPECTRA(float, ps)
TESSERA_SCALAPACK_REAL_SPECTRA(double, pd)
TESSERA_SCALAPACK_COMPLEX_SPECTRA(std::complex<float>, float, pc)
TESSERA_SCALAPACK_COMPLEX_SPECTRA(std::complex<double>, double, pz)
#undef TESSERA_SCALAPACK_FUNCTIONS
#undef TESSERA_SCALAPACK_REAL_SPECTRA
#undef TESSERA_SCALAPACK_COMPLEX_SPECTRA
