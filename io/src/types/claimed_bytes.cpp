#include "types/claimed_bytes.hpp"

#include <unistd.h>

#include <algorithm>
#include <limits>

namespace tessera::detail {

index_t claimed_bytes(const std::vector<index_t>& shape, std::size_t itemsize) {
  constexpr index_t most = std::numeric_limits<index_t>::max();
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  auto bytes = static_cast<index_t>(itemsize);
  for (const index_t n : shape) {
    if (bytes > most / n) return most;
    bytes *= n;
  }
  return bytes;
}

index_t half_of_memory() {
  const index_t pages = ::sysconf(_SC_PHYS_PAGES);
  return pages > 0 ? pages / 2 * ::sysconf(_SC_PAGESIZE) : 0;
}

} // namespace tessera::detail
