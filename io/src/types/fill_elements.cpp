#include "types/fill_elements.hpp"

#include <algorithm>
#include <cstring>

namespace tessera::detail {

bool is_zero(const std::string& bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == '\0'; });
}

void fill_elements(std::byte* to, index_t count, const std::string& element) {
  const auto bytes = static_cast<std::size_t>(count) * element.size();
  if (is_zero(element)) {
    if (bytes > 0) std::memset(to, 0, bytes);
    return;
  }
  std::size_t done = std::min(bytes, element.size());
  std::memcpy(to, element.data(), done);
  for (; done < bytes; done *= 2) std::memcpy(to + done, to, std::min(done, bytes - done));
}

} // namespace tessera::detail
