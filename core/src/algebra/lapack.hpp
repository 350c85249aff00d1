// LAPACK, for the four types that it knows: functions by their names without the letter of the
// type.
#pragma once

#include "algebra/blas.hpp"

namespace tessera::detail {

template <class T> struct lapack;

// The forms that end in _work neither look for NaNs nor allocate.
#define TESSERA_LAPACK(T, p, symmetric, orthogonal)                                                \
  template <> struct lapack<T> {                                                                   \
    static constexpr auto getrf = &LAPACKE_##p##getrf_work;                                        \
    static constexpr auto getrs = &LAPACKE_##p##getrs_work;                                        \
    static constexpr auto potrf = &LAPACKE_##p##potrf_work;                                        \
    static constexpr auto geqrf = &LAPACKE_##p##geqrf_work;                                        \
    static constexpr auto orgqr = &LAPACKE_##p##orthogonal##gqr_work;                              \
    static constexpr auto gesdd = &LAPACKE_##p##gesdd;                                             \
    static constexpr auto gelsd = &LAPACKE_##p##gelsd;                                             \
    static constexpr auto heevd = &LAPACKE_##p##symmetric##evd;                                    \
    static constexpr auto geev = &LAPACKE_##p##geev;                                               \
  };
TESSERA_LAPACK(float, s, sy, or)
TESSERA_LAPACK(double, d, sy, or)
TESSERA_LAPACK(std::complex<float>, c, he, un)
TESSERA_LAPACK(std::complex<double>, z, he, un)
#undef TESSERA_LAPACK

/// Arguments that LAPACK rejects, or memory that it could not have; both are negative.
/// @throws memory_error or argument_error naming the function.
void check_lapack(const char* name, blas_int info);

} // namespace tessera::detail
