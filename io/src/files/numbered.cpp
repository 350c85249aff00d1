#include <tessera/io/numbered.hpp>

#include <fmt/core.h>

namespace tessera {

std::string numbered(const std::string& path, index_t step) {
  // A dot that begins a name or stands in a folder's begins no ending.
  const std::size_t slash = path.find_last_of('/');
  const std::size_t name = slash == std::string::npos ? 0 : slash + 1;
  const std::size_t dot = path.find_last_of('.');
  const bool has_ending = dot != std::string::npos && dot > name;
  const std::size_t at = has_ending ? dot : path.size();
  return fmt::format("{}_{:06}{}", path.substr(0, at), step, path.substr(at));
}

} // namespace tessera
