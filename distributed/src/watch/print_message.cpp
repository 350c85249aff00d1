#include "watch/print_message.hpp"

#include <cstdio>

namespace tessera::detail {

void print_message(const char* program_name, const std::string& message) {
  std::string name = program_name != nullptr ? program_name : "tessera";
  name.erase(0, name.find_last_of('/') + 1);
  std::fflush(stdout);
  std::fprintf(stderr, "%s: %s\n", name.c_str(), message.c_str());
  std::fflush(stderr);
}

} // namespace tessera::detail
