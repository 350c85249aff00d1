// Defines one family of the functions that tessera/core/vectors/vector_math.hpp declares. A source
// file includes this after saying which family it is, and is compiled for its instruction set:
//
//     TESSERA_FAMILY          "sse", "avx2" or "avx512"
//     TESSERA_KERNEL_BYTES    length of the vectors of libmvec's kernels: 16, 32 or 64
//
// Nothing else may be included but kernels of our own, which are nobody else's: an inline function
// of a header, compiled here for newer processors, could become the copy that the linker keeps for
// all.
// Its parts lie in vector_math_sse.cpp, vector_math_avx2.cpp and vector_math_avx512.cpp.
#pragma once

#include <tessera/core/vectors/vector_math.hpp>

#ifdef TESSERA_HAS_LIBMVEC

#if TESSERA_KERNEL_BYTES == 64
#include "vectors/avx512_power.hpp"
#include "vectors/avx512_trigonometric.hpp"
#endif

namespace {

template <class T, int Bytes> struct vector_of {
  typedef T type __attribute__((vector_size(Bytes)));
};
template <class T> struct vector_of<T, sizeof(T)> { using type = T; };
template <class T, int Bytes> using vector = typename vector_of<T, Bytes>::type;
template <class T> using kernel_vector = vector<T, TESSERA_KERNEL_BYTES>;

/// The kernel's vector, filled with copies of a shorter one: values that were asked for anyway
/// cannot lead the kernel to a slow case.
template <class T, int Bytes> kernel_vector<T> widen(vector<T, Bytes> x) {
  if constexpr (Bytes == TESSERA_KERNEL_BYTES) {
    return x;
  } else if constexpr (Bytes == sizeof(T)) {
    return x - kernel_vector<T>{};
  } else {
    constexpr int count = Bytes / sizeof(T);
    vector<T, 2 * Bytes> twice;
    for (int i = 0; i < 2 * count; ++i) twice[i] = x[i % count];
    return widen<T, 2 * Bytes>(twice);
  }
}

template <class T, int Bytes> vector<T, Bytes> narrow(kernel_vector<T> x) {
  if constexpr (Bytes == TESSERA_KERNEL_BYTES) {
    return x;
  } else if constexpr (Bytes == sizeof(T)) {
    return x[0];
  } else {
    vector<T, Bytes> result;
    for (int i = 0; i < Bytes / int{sizeof(T)}; ++i) result[i] = x[i];
    return result;
  }
}

} // namespace

// The names by which compilers call such functions: `_ZGVdN4v_f` is f of a vector of 4 elements for
// AVX2 (b: SSE, e: AVX-512), `_ZGVdN4vv_f` has two such arguments.
#define TESSERA_NAME(letter, count, v, f) "_ZGV" #letter "N" #count #v "_" f
#define TESSERA_OWN(name) "tessera_" TESSERA_FAMILY "_" #name

#define TESSERA_PARAMETERS_v(T, bytes) vector<T, bytes> x
#define TESSERA_PARAMETERS_vv(T, bytes) vector<T, bytes> x, vector<T, bytes> y
#define TESSERA_ARGUMENTS_v(T, bytes) widen<T, bytes>(x)
#define TESSERA_ARGUMENTS_vv(T, bytes) widen<T, bytes>(x), widen<T, bytes>(y)

#define TESSERA_DECLARE(id, symbol, v, T, bytes)                                                   \
  extern "C" vector<T, bytes> id(TESSERA_PARAMETERS_##v(T, bytes)) noexcept __asm__(symbol);
#define TESSERA_DEFINE(id, symbol, v, T, bytes, kernel)                                            \
  TESSERA_DECLARE(id, symbol, v, T, bytes)                                                         \
  vector<T, bytes> id(TESSERA_PARAMETERS_##v(T, bytes)) noexcept {                                 \
    return narrow<T, bytes>(kernel(TESSERA_ARGUMENTS_##v(T, bytes)));                              \
  }

#define TESSERA_SCALAR(name, v, T)                                                                 \
  TESSERA_DEFINE(scalar_##name, TESSERA_OWN(name), v, T, int{sizeof(T)}, kernel_##name)
#define TESSERA_VECTOR(name, v, T, letter, count, bytes)                                           \
  TESSERA_DEFINE(letter##_##name, TESSERA_NAME(letter, count, v, TESSERA_OWN(name)), v, T, bytes,  \
                 kernel_##name)
#define TESSERA_KERNEL(name, v, T, letter, count)                                                  \
  TESSERA_DECLARE(kernel_##name, TESSERA_NAME(letter, count, v, #name), v, T, TESSERA_KERNEL_BYTES)

#define TESSERA_UP_TO_16(name, v)                                                                  \
  TESSERA_SCALAR(name, v, double)                                                                  \
  TESSERA_SCALAR(name##f, v, float)                                                                \
  TESSERA_VECTOR(name, v, double, b, 2, 16)                                                        \
  TESSERA_VECTOR(name##f, v, float, b, 4, 16)
#define TESSERA_UP_TO_32(name, v)                                                                  \
  TESSERA_UP_TO_16(name, v)                                                                        \
  TESSERA_VECTOR(name, v, double, d, 4, 32)                                                        \
  TESSERA_VECTOR(name##f, v, float, d, 8, 32)
#define TESSERA_UP_TO_64(name, v)                                                                  \
  TESSERA_UP_TO_32(name, v)                                                                        \
  TESSERA_VECTOR(name, v, double, e, 8, 64)                                                        \
  TESSERA_VECTOR(name##f, v, float, e, 16, 64)

#if TESSERA_KERNEL_BYTES == 16
#define TESSERA_ALL(name, v) TESSERA_UP_TO_16(name, v)
#define TESSERA_KERNELS(name, v)                                                                   \
  TESSERA_KERNEL(name, v, double, b, 2) TESSERA_KERNEL(name##f, v, float, b, 4)
#elif TESSERA_KERNEL_BYTES == 32
#define TESSERA_ALL(name, v) TESSERA_UP_TO_32(name, v)
#define TESSERA_KERNELS(name, v)                                                                   \
  TESSERA_KERNEL(name, v, double, d, 4) TESSERA_KERNEL(name##f, v, float, d, 8)
#else
#define TESSERA_ALL(name, v) TESSERA_UP_TO_64(name, v)
#define TESSERA_KERNELS(name, v)                                                                   \
  TESSERA_KERNEL(name, v, double, e, 8) TESSERA_KERNEL(name##f, v, float, e, 16)
#endif

#define TESSERA_KERNELS_OF_ONE(name) TESSERA_KERNELS(name, v)
#define TESSERA_KERNELS_OF_TWO(name) TESSERA_KERNELS(name, vv)
TESSERA_FOR_EACH_VECTOR_FUNCTION(TESSERA_KERNELS_OF_ONE, TESSERA_KERNELS_OF_TWO)

#if TESSERA_KERNEL_BYTES == 64
// In place of libmvec's: see avx512_exponential.hpp and its like.
namespace {

kernel_vector<double> sin_reduced(kernel_vector<double> x) { return own_sin(x, kernel_sin); }
kernel_vector<double> cos_reduced(kernel_vector<double> x) { return own_cos(x, kernel_cos); }
kernel_vector<double> pow_by_logarithm(kernel_vector<double> x, kernel_vector<double> y) {
  return own_pow(x, y, kernel_pow);
}
kernel_vector<float> powf_by_logarithm(kernel_vector<float> x, kernel_vector<float> y) {
  return own_powf(x, y, kernel_powf);
}

} // namespace

#define kernel_sin sin_reduced
#define kernel_cos cos_reduced
#define kernel_exp own_exp
#define kernel_expf own_expf
#define kernel_exp2 own_exp2
#define kernel_exp2f own_exp2f
#define kernel_tanh own_tanh
#define kernel_log own_log
#define kernel_pow pow_by_logarithm
#define kernel_powf powf_by_logarithm
#endif

#define TESSERA_OF_ONE(name) TESSERA_ALL(name, v)
#define TESSERA_OF_TWO(name) TESSERA_ALL(name, vv)
TESSERA_FOR_EACH_VECTOR_FUNCTION(TESSERA_OF_ONE, TESSERA_OF_TWO)

// Powers with one exponent for all elements: those that are cheaper than the kernel are done here.
namespace {

kernel_vector<double> general_power(kernel_vector<double> x, double y) {
  return kernel_pow(x, widen<double, 8>(y));
}
kernel_vector<float> general_power(kernel_vector<float> x, float y) {
  return kernel_powf(x, widen<float, 4>(y));
}

template <class T> kernel_vector<T> power_of_scalar(kernel_vector<T> x, T y) {
  if (y == 2) return x * x;
  if (y == 1) return x;
  if (y == 3) return x * x * x;
  if (y == -1) return 1 / x;
  return general_power(x, y);
}

} // namespace

#define TESSERA_ARGUMENTS_vu(T, bytes) widen<T, bytes>(x), y
#define TESSERA_PARAMETERS_vu(T, bytes) vector<T, bytes> x, T y
#define kernel_power power_of_scalar<double>
#define kernel_powerf power_of_scalar<float>
TESSERA_ALL(power, vu)

#endif
