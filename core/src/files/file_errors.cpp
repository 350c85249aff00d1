#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace tessera::detail {

namespace {

std::string message(const char* verb, const std::string& path, const std::string& reason) {
  return fmt::format("cannot {} '{}': {}", verb, path, reason);
}

error_kind kind_of(int code) {
  switch (code) {
  case ENOENT: return error_kind::missing_file;
  case ENOSPC:
  case EDQUOT:
  case EFBIG: return error_kind::disk_full;
  default: return error_kind::file;
  }
}

} // namespace

void throw_file_error(const char* verb, const std::string& path, const std::string& reason) {
  throw file_error(message(verb, path, reason));
}

void throw_format_error(const std::string& path, const std::string& reason) {
  throw format_error(message("read", path, reason));
}

void throw_file_error(const char* verb, const std::string& path, int code) {
  throw_error(kind_of(code), message(verb, path, system_message(code)));
}

std::string system_message(int code) { return std::generic_category().message(code); }

} // namespace tessera::detail
