#include "zarr/folders/store_folder.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tessera::detail {

namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
// Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
constexpr int file_flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

bool is_link(int folder, const std::string& name) {
  struct stat status {};
  return ::fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISLNK(status.st_mode);
}

} // namespace

store_folder::store_folder(const std::string& path)
    : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) throw_file_error("read", path, errno);
}

store_folder::store_folder(store_folder&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

store_folder::~store_folder() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// Opens what has a name, part by part; -1 and `errno` where there is none.
int store_folder::open_below(const std::string& name, int flags) const {
  int at = ::dup(descriptor_);
  for (std::size_t begin = 0; at >= 0 && begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    const int next =
        ::openat(at, part.empty() ? "." : part.c_str(), end == name.size() ? flags : folder_flags);
    int code = errno;
    if (next < 0 && (code == ENOTDIR || code == ELOOP) && is_link(at, part)) code = ELOOP;
    ::close(at);
    at = next;
    errno = code;
    begin = end + 1;
  }
  return at;
}

void store_folder::throw_cannot_open(const std::string& name, int code) const {
  const std::string path = path_ + '/' + name;
  if (code == ELOOP)
    throw_format_error(path, "there is a symbolic link on the way, which is not followed");
  throw_file_error("read", path, code);
}

std::optional<store_folder> store_folder::folder(const std::string& name) const {
  const int descriptor = open_below(name, folder_flags);
  if (descriptor < 0 && errno == ENOENT) return {};
  if (descriptor < 0) throw_cannot_open(name, errno);
  return store_folder(name.empty() ? path_ : path_ + '/' + name, descriptor);
}

std::optional<input_file> store_folder::file(const std::string& name) const {
  const int descriptor = open_below(name, file_flags);
  if (descriptor < 0 && errno == ENOENT) return {};
  if (descriptor < 0) throw_cannot_open(name, errno);
  return input_file::adopt(path_ + '/' + name, descriptor);
}

std::vector<std::string> store_folder::names() const {
  const int again = open_below("", folder_flags); // a stream of its own
  DIR* const stream = again < 0 ? nullptr : ::fdopendir(again);
  if (stream == nullptr) throw_file_error("read", path_, errno);
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* const entry = ::readdir(stream)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  const int code = errno;
  ::closedir(stream);
  if (code != 0) throw_file_error("read", path_, code);
  std::sort(names.begin(), names.end());
  return names;
}

store_folder::kind store_folder::kind_of(const std::string& name) const {
  struct stat status {};
  if (::fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return kind::none;
  if (S_ISREG(status.st_mode)) return kind::file;
  if (S_ISDIR(status.st_mode)) return kind::folder;
  return S_ISLNK(status.st_mode) ? kind::link : kind::other;
}

index_t store_folder::bytes() const {
  index_t sum = 0;
  for (const std::string& name : names()) {
    struct stat status {};
    if (::fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISREG(status.st_mode)) sum += status.st_size;
    if (!S_ISDIR(status.st_mode)) continue;
    if (const auto below = folder(name)) sum += below->bytes();
  }
  return sum;
}

std::string content_of(const input_file& file, index_t most) {
  if (file.size() > most)
    throw_format_error(file.path(),
                       fmt::format("it has {} bytes, where at most {} can be", file.size(), most));
  std::string bytes(static_cast<std::size_t>(file.size()), '\0');
  file.read_at(0, bytes.data(), file.size());
  return bytes;
}

} // namespace tessera::detail
