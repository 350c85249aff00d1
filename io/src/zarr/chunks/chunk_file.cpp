#include "zarr/chunks/chunk_file.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tessera::detail {

namespace {

constexpr int new_file = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;

/// Makes the folders on the way to a file; other ranks may be doing so, too.
void make_folders(const std::string& folder, const std::string& shown, const std::string& name) {
  for (std::size_t end = name.find('/'); end != std::string::npos; end = name.find('/', end + 1)) {
    const std::string path = folder + '/' + name.substr(0, end);
    if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
      throw_file_error("write", fmt::format("{}/{}", shown, name), errno);
  }
}

} // namespace

chunk_file::chunk_file(const std::string& folder, const std::string& shown, const std::string& name)
    : shown_(shown + '/' + name) {
  const std::string path = folder + '/' + name;
  descriptor_ = ::open(path.c_str(), new_file, 0666);
  if (descriptor_ < 0 && errno == ENOENT) {
    make_folders(folder, shown, name);
    descriptor_ = ::open(path.c_str(), new_file, 0666);
  }
  if (descriptor_ < 0) throw_file_error("write", shown_, errno);
}

chunk_file::~chunk_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void chunk_file::write_at(index_t offset, const void* data, index_t bytes) const {
  const auto* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min(bytes, largest_transfer));
    const ssize_t put = ::pwrite(descriptor_, next, piece, offset);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw_file_error("write", shown_, errno);
    if (put == 0) throw_file_error("write", shown_, ENOSPC);
    next += put;
    offset += put;
    bytes -= put;
  }
}

void chunk_file::resize(index_t bytes) const {
  if (::ftruncate(descriptor_, bytes) != 0) throw_file_error("write", shown_, errno);
}

void chunk_file::close() {
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR)
    throw_file_error("write", shown_, errno);
}

} // namespace tessera::detail
