// Counters in shared memory, by which the ranks of a node wait for each other.
#pragma once

#include <atomic>
#include <cstdint>

namespace tessera::detail {

inline std::uint64_t load(const std::uint64_t* word) {
  // A reference cannot be made to what is constant; loading changes nothing.
  return std::atomic_ref(*const_cast<std::uint64_t*>(word)).load(std::memory_order_acquire);
}

inline void store(std::uint64_t* word, std::uint64_t value) {
  std::atomic_ref(*word).store(value, std::memory_order_release);
}

/// Tells the processor that this is a loop that waits.
inline void relax() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

} // namespace tessera::detail
