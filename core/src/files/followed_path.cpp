#include "files/followed_path.hpp"
#include "files/temporary_file.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <cerrno>
#include <climits>
#include <string>
#include <unistd.h>

namespace tessera::detail {

namespace {

constexpr int most_links = 40; // as the system allows

} // namespace

bool is_open_file(const std::string& path) {
  return path.starts_with("/dev/fd/") ||
         (path.starts_with("/proc/") && path.find("/fd/") != std::string::npos);
}

std::string followed_path(const std::string& path) {
  std::string target = path;
  for (int links = 0; links <= most_links; ++links) {
    if (is_open_file(target)) return target;
    char text[PATH_MAX];
    const ssize_t length = ::readlink(target.c_str(), text, sizeof text);
    if (length < 0) return target;
    const std::string next(text, static_cast<std::size_t>(length));
    target = next.starts_with('/') ? next : std::string(folder_of(target)).append(next);
  }
  throw_file_error("write", path, ELOOP);
}

} // namespace tessera::detail
