#include <tessera/core/error.hpp>
#include <tessera/core/file_errors.hpp>

#include <string>
#include <system_error>

namespace tessera::detail {

void throw_file_error(const char* verb, const std::string& path, const std::string& reason) {
  throw file_error(std::string("cannot ") + verb + " '" + path + "': " + reason);
}

void throw_file_error(const char* verb, const std::string& path, int code) {
  throw_file_error(verb, path, system_message(code));
}

std::string system_message(int code) { return std::generic_category().message(code); }

} // namespace tessera::detail
