// Which instructions this processor has, beyond those that the library is compiled for.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__)
#define TESSERA_X86
#define TESSERA_AVX512 "avx512f,avx512dq,avx512vl,avx512bw"

namespace tessera::detail {

inline bool has_avx512() {
  return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
         __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512bw") != 0;
}

} // namespace tessera::detail
#endif
