#include <tessera/core/files/file_errors.hpp>
#include <tessera/io/files/text_progress.hpp>
#include <tessera/io/input_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tessera {

input_file::input_file(const std::string& path) : path_(path) {
  // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
  take(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

input_file input_file::adopt(std::string path, int descriptor) {
  input_file file(std::move(path), std::vector<char>());
  file.take(descriptor);
  return file;
}

void input_file::take(int descriptor) {
  descriptor_ = descriptor;
  if (descriptor_ < 0) detail::throw_file_error("read", path_, errno);
  struct stat status {};
  const int code = ::fstat(descriptor_, &status) == 0 ? 0 : errno;
  const bool regular = code == 0 && S_ISREG(status.st_mode);
  size_ = status.st_size;
  if (regular) return;
  close();
  if (code != 0) detail::throw_file_error("read", path_, code);
  if (S_ISDIR(status.st_mode)) detail::throw_file_error("read", path_, EISDIR);
  detail::throw_file_error("read", path_, "it is not a regular file");
}

input_file::input_file(std::string path, std::vector<char> bytes)
    : path_(std::move(path)), bytes_(std::move(bytes)), size_(static_cast<index_t>(bytes_.size())) {
}

input_file::input_file(std::string path, index_t size,
                       std::function<void(index_t, void*, index_t)> read)
    : path_(std::move(path)), read_(std::move(read)), size_(size) {}

input_file::input_file(input_file&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)),
      bytes_(std::move(other.bytes_)), read_(std::move(other.read_)),
      size_(std::exchange(other.size_, 0)) {}

input_file& input_file::operator=(input_file&& other) noexcept {
  if (this == &other) return *this;
  close();
  path_ = std::move(other.path_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  bytes_ = std::move(other.bytes_);
  read_ = std::move(other.read_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

input_file::~input_file() { close(); }

void input_file::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void input_file::read_at(index_t offset, void* to, index_t bytes) const {
  auto* next = static_cast<char*>(to);
  if (read_ && offset <= size_ - bytes) return read_(offset, to, bytes);
  if (descriptor_ < 0) {
    const index_t present = std::clamp<index_t>(size_ - offset, 0, bytes);
    if (present > 0 && !read_)
      std::memcpy(next, bytes_.data() + offset, static_cast<std::size_t>(present));
    if (present == bytes && !read_) return;
    detail::throw_file_error("read", path_, "it ends too early");
  }
  while (bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min(bytes, detail::largest_transfer));
    const ssize_t got = ::pread(descriptor_, next, piece, offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) detail::throw_file_error("read", path_, errno);
    if (got == 0)
      detail::throw_file_error(
          "read", path_, fmt::format("it ends at byte {}, {} bytes too early", offset, bytes));
    detail::note_bytes_read(got);
    next += got;
    offset += got;
    bytes -= got;
  }
}

} // namespace tessera
