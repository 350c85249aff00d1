#include <tessera/core/statistics/checksum.hpp>
#include <tessera/core/types/padding.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tessera::detail {

namespace {

/// Spreads every bit over the word: the finalizer of SplitMix64.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

} // namespace

std::uint64_t hash_row(const std::byte* elements, index_t itemsize, index_t n, index_t first) {
  std::uint64_t sum = 0;
  for (index_t i = 0; i < n; ++i) {
    std::uint64_t hash = mix(static_cast<std::uint64_t>(first + i) + 0x9e3779b97f4a7c15U);
    for (index_t at = 0; at < itemsize; at += 8) {
      std::uint64_t word = 0;
      const index_t left = itemsize - at;
      std::memcpy(&word, elements + i * itemsize + at,
                  static_cast<std::size_t>(left < 8 ? left : 8));
      hash = mix(hash ^ word);
    }
    sum += hash;
  }
  return sum;
}

std::uint64_t hash_structs(const std::byte* elements, dtype type, index_t n, index_t first) {
  if (!has_padding(type)) return hash_row(elements, type.size, n, first);
  const index_t at_once = std::min<index_t>(n, std::max(4096 / type.size, 1));
  std::vector<std::byte> copy(static_cast<std::size_t>(at_once * type.size));
  std::uint64_t sum = 0;
  for (index_t done = 0; done < n; done += at_once) {
    const index_t count = std::min(at_once, n - done);
    std::memcpy(copy.data(), elements + done * type.size,
                static_cast<std::size_t>(count * type.size));
    zero_padding(copy.data(), type, count);
    sum += hash_row(copy.data(), type.size, count, first + done);
  }
  return sum;
}

} // namespace tessera::detail
