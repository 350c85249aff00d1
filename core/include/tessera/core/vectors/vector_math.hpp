/// @file
/// The functions that loops call for mathematics: each treats a whole vector of elements where the
/// compiler vectorises the loop, and gives an element the same bits wherever it stands.
///
/// They stand on kernels of libmvec, and some of our own for AVX-512; libmvec's differ between
/// instruction sets in the last bits. Hence a family of functions for each set. All functions of a
/// family, be they of one element or of a vector of any length, call the same kernel, the one of
/// the family's longest vector. Which family a source file calls depends on what it is compiled
/// for.
#pragma once

#include <tessera/core/errors/standard.hpp>

#include <cstddef>

// glibc 2.35 has all of them.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#if __GLIBC_PREREQ(2, 35)
#define TESSERA_HAS_LIBMVEC
#if defined(__AVX512F__)
#define TESSERA_VECTOR_MATH(name) tessera_avx512_##name
#elif defined(__AVX2__)
#define TESSERA_VECTOR_MATH(name) tessera_avx2_##name
#elif !defined(__AVX__)
#define TESSERA_VECTOR_MATH(name) tessera_sse_##name
#endif
#endif
#endif

/// Calls `of_one` with each function of one argument, `of_two` with each of two.
#define TESSERA_FOR_EACH_VECTOR_FUNCTION(of_one, of_two)                                           \
  of_one(sin) of_one(cos) of_one(tan) of_one(asin) of_one(acos) of_one(atan) of_one(sinh)          \
      of_one(cosh) of_one(tanh) of_one(asinh) of_one(acosh) of_one(atanh) of_one(exp) of_one(exp2) \
          of_one(expm1) of_one(log) of_one(log2) of_one(log10) of_one(log1p) of_one(cbrt)          \
              of_one(erf) of_one(erfc) of_two(pow) of_two(atan2) of_two(hypot)

#ifdef TESSERA_VECTOR_MATH

// Without `const`, g++ does not vectorise loops with conditions around the call.
#define TESSERA_SIMD_FUNCTION __attribute__((simd("notinbranch"), const, nothrow))
#define TESSERA_DECLARE_OF_ONE(name)                                                               \
  TESSERA_SIMD_FUNCTION double TESSERA_VECTOR_MATH(name)(double);                                  \
  TESSERA_SIMD_FUNCTION float TESSERA_VECTOR_MATH(name##f)(float);
#define TESSERA_DECLARE_OF_TWO(name)                                                               \
  TESSERA_SIMD_FUNCTION double TESSERA_VECTOR_MATH(name)(double, double);                          \
  TESSERA_SIMD_FUNCTION float TESSERA_VECTOR_MATH(name##f)(float, float);

extern "C" {
TESSERA_FOR_EACH_VECTOR_FUNCTION(TESSERA_DECLARE_OF_ONE, TESSERA_DECLARE_OF_TWO)

// Powers whose exponent is the same for the whole loop.
#pragma omp declare simd notinbranch uniform(exponent)
__attribute__((const, nothrow)) double TESSERA_VECTOR_MATH(power)(double x, double exponent);
#pragma omp declare simd notinbranch uniform(exponent)
__attribute__((const, nothrow)) float TESSERA_VECTOR_MATH(powerf)(float x, float exponent);
}

#undef TESSERA_DECLARE_OF_ONE
#undef TESSERA_DECLARE_OF_TWO
#undef TESSERA_SIMD_FUNCTION

#else

// The scalar functions of the C library, through the compiler's built-ins.
#define TESSERA_VECTOR_MATH(name) tessera::detail::libm_##name
#define TESSERA_DEFINE_OF_ONE(name)                                                                \
  inline double libm_##name(double x) { return __builtin_##name(x); }                              \
  inline float libm_##name##f(float x) { return __builtin_##name##f(x); }
#define TESSERA_DEFINE_OF_TWO(name)                                                                \
  inline double libm_##name(double x, double y) { return __builtin_##name(x, y); }                 \
  inline float libm_##name##f(float x, float y) { return __builtin_##name##f(x, y); }

namespace tessera::detail {
TESSERA_FOR_EACH_VECTOR_FUNCTION(TESSERA_DEFINE_OF_ONE, TESSERA_DEFINE_OF_TWO)
inline double libm_power(double x, double exponent) {
  return exponent == 2 ? x * x : __builtin_pow(x, exponent);
}
inline float libm_powerf(float x, float exponent) {
  return exponent == 2 ? x * x : __builtin_powf(x, exponent);
}
} // namespace tessera::detail

#undef TESSERA_DEFINE_OF_ONE
#undef TESSERA_DEFINE_OF_TWO

#endif
