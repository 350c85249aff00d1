#include "hdf5/datasets/fletcher32.hpp"

#include <algorithm>

namespace tessera::detail {

namespace {

std::uint32_t folded(std::uint32_t sum) { return (sum & 0xffffU) + (sum >> 16U); }

} // namespace

std::uint32_t fletcher32(const std::byte* data, std::size_t bytes) {
  constexpr std::size_t at_once = 360; // words until the sums may overflow
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  for (std::size_t words = bytes / 2; words > 0;) {
    const std::size_t n = std::min(words, at_once);
    words -= n;
    for (std::size_t k = 0; k < n; ++k, data += 2) {
      low += static_cast<std::uint32_t>(data[0]) << 8U | static_cast<std::uint32_t>(data[1]);
      high += low;
    }
    low = folded(low);
    high = folded(high);
  }
  if (bytes % 2 != 0) {
    low = folded(low + (static_cast<std::uint32_t>(*data) << 8U));
    high = folded(high + low);
  }
  return folded(high) << 16U | folded(low);
}

} // namespace tessera::detail
