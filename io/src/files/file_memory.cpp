#include <tessera/io/files/file_memory.hpp>

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace tessera::detail {

void throw_no_memory(const std::string& path, const char* reason) {
  // It may have been said on the way.
  const bool is_named =
      std::string_view(reason).find(fmt::format("'{}'", path)) != std::string_view::npos;
  throw memory_error((is_named ? "" : fmt::format("cannot read '{}': ", path)) + reason);
}

} // namespace tessera::detail
