#include "parts/plain_path.hpp"

#include <algorithm>

namespace tessera::detail {

std::string plain_path(const std::string& name) {
  std::string path;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    const std::string part = name.substr(at, end - at);
    if (!part.empty()) path += (path.empty() ? "" : "/") + part;
    at = end + 1;
  }
  return path;
}

} // namespace tessera::detail
