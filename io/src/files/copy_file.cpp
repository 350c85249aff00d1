#include "files/copy_file.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/memory.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tessera::detail {

namespace {

constexpr index_t buffer_bytes = index_t{1} << 22U;

/// An open file.
class descriptor {
public:
  descriptor(const std::string& path, int flags, const char* verb)
      : value_(::open(path.c_str(), flags | O_CLOEXEC)) {
    if (value_ < 0) throw_file_error(verb, path, errno);
  }
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() { ::close(value_); }
  [[nodiscard]] int get() const { return value_; }

private:
  int value_;
};

file_identity identity_of(const descriptor& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw_file_error("read", path, errno);
  if (S_ISDIR(status.st_mode)) throw_file_error("read", path, EISDIR);
  if (!S_ISREG(status.st_mode)) throw_file_error("read", path, "it is not a regular file");
  return {status.st_size, static_cast<index_t>(status.st_ino)};
}

/// Two files, and what is left to be copied.
struct copying {
  const std::string& from_path;
  const std::string& to_path;
  int from;
  int to;
  index_t offset;
  index_t left;

  void advance(index_t bytes) {
    offset += bytes;
    left -= bytes;
  }
};

[[noreturn]] void throw_too_short(const copying& c) {
  throw_file_error("read", c.from_path, fmt::format("it ends at byte {}", c.offset));
}

/// Within the system, which need not move anything; false where it cannot.
bool copy_in_system(copying& c) {
  while (c.left > 0) {
    off_t in = c.offset;
    off_t out = c.offset;
    const auto piece = static_cast<std::size_t>(std::min(c.left, largest_transfer));
    const ssize_t moved = ::copy_file_range(c.from, &in, c.to, &out, piece, 0);
    if (moved < 0 && errno == EINTR) continue;
    if (moved < 0 && (errno == EXDEV || errno == ENOSYS || errno == EINVAL || errno == EOPNOTSUPP))
      return false;
    if (moved < 0) throw_file_error("write", c.to_path, errno);
    if (moved == 0) return false; // some file systems say so where they cannot
    c.advance(moved);
  }
  return true;
}

void write_all(const copying& c, const std::byte* data, index_t bytes) {
  index_t offset = c.offset;
  while (bytes > 0) {
    const ssize_t put = ::pwrite(c.to, data, static_cast<std::size_t>(bytes), offset);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw_file_error("write", c.to_path, put < 0 ? errno : ENOSPC);
    data += put;
    offset += put;
    bytes -= put;
  }
}

void copy_through_memory(copying& c) {
  const buffer between(static_cast<std::size_t>(std::min(c.left, buffer_bytes)));
  while (c.left > 0) {
    const auto piece = static_cast<std::size_t>(std::min(c.left, buffer_bytes));
    const ssize_t got = ::pread(c.from, between.data(), piece, c.offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_file_error("read", c.from_path, errno);
    if (got == 0) throw_too_short(c);
    write_all(c, between.data(), got);
    c.advance(got);
  }
}

} // namespace

file_identity identity_of(const std::string& path) {
  // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
  return identity_of(descriptor(path, O_RDONLY | O_NONBLOCK, "read"), path);
}

void copy_bytes(const std::string& from, const file_identity& identity, const std::string& to,
                index_t offset, index_t bytes) {
  const descriptor source(from, O_RDONLY | O_NONBLOCK, "read");
  if (identity_of(source, from) != identity)
    throw_file_error("read", from, "it was replaced or changed meanwhile");
  const descriptor target(to, O_WRONLY | O_NOFOLLOW, "write");
  copying c{from, to, source.get(), target.get(), offset, bytes};
  if (!copy_in_system(c)) copy_through_memory(c);
}

} // namespace tessera::detail
