#include "inside.hpp"

#include "stack/call_site.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tessera::detail {

constinit thread_local int inside::depth = 0;

namespace {

constexpr std::size_t places = 4096; // a power of two
constexpr std::size_t most_tries = 16;

/// Twice the address, and one where it lies in Tessera; 0: none.
std::array<std::atomic<std::uintptr_t>, places> known{};

} // namespace

bool is_of_program(const void* return_address) {
  const auto address = reinterpret_cast<std::uintptr_t>(return_address);
  std::size_t at = (address ^ (address >> 12U)) % places;
  for (std::size_t k = 0; k < most_tries; ++k, at = (at + 1) % places) {
    const std::uintptr_t entry = known[at].load(std::memory_order_relaxed);
    if (entry >> 1U == address) return entry % 2 == 0;
    if (entry != 0) continue;
    const bool is_ours = is_call_of_library(return_address);
    known[at].store(2 * address + (is_ours ? 1U : 0U), std::memory_order_relaxed);
    return !is_ours;
  }
  return !is_call_of_library(return_address);
}

} // namespace tessera::detail
