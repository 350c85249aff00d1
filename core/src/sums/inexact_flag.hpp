// The processor remembers in a flag whether any result was rounded (IEEE 754's inexact exception),
// and AVX-512 has operations that leave that flag alone: together they tell, for nothing, whether
// additions were exact.
#pragma once

#include "vectors/vector_kernels.hpp"

namespace tessera::detail {

/// Can operations on vectors of so many bytes leave the flag alone?
template <std::size_t Bytes>
inline constexpr bool has_inexact_flag = TESSERA_HAS_X86_TARGETS&& Bytes == 64;

#if TESSERA_HAS_X86_TARGETS

/// Lowers the flag until the end of its life, when it is as it was before. What is computed
/// meanwhile must come from memory, and what is found go to memory or be `settled`, so that no
/// instruction is moved out.
class inexact_flag {
public:
  TESSERA_INLINE inexact_flag() : before_(__builtin_ia32_stmxcsr()) {
    __builtin_ia32_ldmxcsr(before_ & ~inexact);
    asm volatile("" ::: "memory");
  }
  inexact_flag(const inexact_flag&) = delete;
  inexact_flag& operator=(const inexact_flag&) = delete;
  TESSERA_INLINE ~inexact_flag() { __builtin_ia32_ldmxcsr(before_); }

  [[nodiscard]] TESSERA_INLINE bool is_raised() const {
    asm volatile("" ::: "memory");
    return (__builtin_ia32_stmxcsr() & inexact) != 0;
  }
  /// Is computed before the flag is looked at.
  template <class Vector> TESSERA_INLINE static void settle(Vector& x) {
    asm volatile("" : "+v"(x));
  }

private:
  static constexpr unsigned inexact = 0x20;

  unsigned before_;
};

/// a + b, and a * b, rounded to nearest without a trace.
template <class Vector>
TESSERA_INLINE void add_silently(Vector& to, const Vector& a, const Vector& b) {
  asm("vaddpd %{rn-sae%}, %2, %1, %0" : "=v"(to) : "v"(a), "v"(b));
}
template <class Vector>
TESSERA_INLINE void multiply_silently(Vector& to, const Vector& a, const Vector& b) {
  asm("vmulpd %{rn-sae%}, %2, %1, %0" : "=v"(to) : "v"(a), "v"(b));
}

#else

class inexact_flag {
public:
  [[nodiscard]] bool is_raised() const { return true; }
  template <class Vector> static void settle(Vector&) {}
};
template <class Vector> void add_silently(Vector& to, const Vector& a, const Vector& b) {
  to = a + b;
}
template <class Vector> void multiply_silently(Vector& to, const Vector& a, const Vector& b) {
  to = a * b;
}

#endif

} // namespace tessera::detail
