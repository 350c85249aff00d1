// The processor's counter as a clock.
#pragma once

#include <tessera/core/timer.hpp>

#include <cstdint>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace tessera::detail {

#if defined(__x86_64__)
/// Does the processor's counter run at one speed, whatever the processor does?
inline bool counter_is_steady() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(0x80000007U, &a, &b, &c, &d) != 0 && (d & (1U << 8U)) != 0;
}
inline const bool use_counter = counter_is_steady();
inline std::uint64_t ticks() {
  return use_counter ? __rdtsc() : static_cast<std::uint64_t>(perf_counter() * 1e9);
}
#else
inline constexpr bool use_counter = false;
inline std::uint64_t ticks() { return static_cast<std::uint64_t>(perf_counter() * 1e9); }
#endif

/// The two clocks at one moment; reading the counter takes half the time of reading the clock.
struct clock_moment {
  double seconds = perf_counter();
  std::uint64_t tick = ticks();
};
inline const clock_moment first_moment;

inline double seconds_per_tick() {
  constexpr double long_enough = 2e-3; // for the clocks' readings to differ by less than 0.01 %
  if (!use_counter) return 1e-9;
  clock_moment now;
  while (now.seconds - first_moment.seconds < long_enough) now = clock_moment();
  return (now.seconds - first_moment.seconds) / static_cast<double>(now.tick - first_moment.tick);
}

} // namespace tessera::detail
