// Kernels compiled for several processors: the widest one that runs here is chosen when the
// program runs.
#pragma once

#include <tessera/core/shape.hpp>

#define TESSERA_INLINE [[gnu::always_inline]] inline

#if defined(__x86_64__) && !defined(__clang__)
#define TESSERA_TARGET_AVX512 [[gnu::target("avx512f,avx512dq,avx512vl,avx512bw,fma")]]
#define TESSERA_TARGET_AVX2 [[gnu::target("avx2,fma")]]
#define TESSERA_HAS_X86_TARGETS 1
#else
#define TESSERA_TARGET_AVX512
#define TESSERA_TARGET_AVX2
#define TESSERA_HAS_X86_TARGETS 0
#endif

namespace tessera::detail {

/// The vectors that a kernel is compiled with.
enum class vector_level { baseline, avx2, avx512 };

inline vector_level detect_vector_level() {
#if TESSERA_HAS_X86_TARGETS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
    return vector_level::avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return vector_level::avx2;
#endif
  return vector_level::baseline;
}

/// The level of this processor.
inline vector_level this_vector_level() {
  static const vector_level level = detect_vector_level();
  return level;
}

template <class Kernel, class... Args> TESSERA_TARGET_AVX512 auto run_avx512(Args... args) {
  return Kernel::template run<64>(args...);
}
template <class Kernel, class... Args> TESSERA_TARGET_AVX2 auto run_avx2(Args... args) {
  return Kernel::template run<32>(args...);
}

/// Calls `Kernel::run<Bytes>(args...)`, compiled for vectors of so many bytes.
template <class Kernel, class... Args> auto run_widest(Args... args) {
  switch (this_vector_level()) {
  case vector_level::avx512: return run_avx512<Kernel>(args...);
  case vector_level::avx2: return run_avx2<Kernel>(args...);
  case vector_level::baseline: break;
  }
  return Kernel::template run<16>(args...);
}

template <class T, std::size_t Bytes> struct vector_type {
  typedef T type __attribute__((vector_size(Bytes), aligned(sizeof(T)), may_alias)); // NOLINT
};
/// `Bytes` bytes of T, the operators of which work on every lane; at any address.
template <class T, std::size_t Bytes> using vector_of = typename vector_type<T, Bytes>::type;

} // namespace tessera::detail
