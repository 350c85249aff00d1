#include <tessera/core/file_errors.hpp>
#include <tessera/core/output_file.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <random>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tessera {

namespace {

constexpr int name_attempts = 100;
constexpr std::size_t longest_stem = 200; // of the 255 bytes that a name may have

/// Follows symbolic links, so that the file is replaced and not the link.
std::string followed(const std::string& path) {
  char* const real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) detail::throw_file_error("write", path, errno);
  std::string result = real;
  std::free(real);
  return result;
}

/// The permissions of the file that is to be replaced, or -1 when there is none.
/// @throws file_error when what has the name must not be replaced.
int replaced_mode(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return -1;
    detail::throw_file_error("write", path, errno);
  }
  if (S_ISDIR(status.st_mode)) detail::throw_file_error("write", path, EISDIR);
  if (!S_ISREG(status.st_mode)) detail::throw_file_error("write", path, "it is not a regular file");
  if (::access(path.c_str(), W_OK) != 0) detail::throw_file_error("write", path, errno);
  return static_cast<int>(status.st_mode & 07777U);
}

std::string random_letters(std::size_t count) {
  static constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device device;
  std::uniform_int_distribution<std::size_t> pick(0, sizeof letters - 2);
  std::string text;
  while (text.size() < count) text += letters[pick(device)];
  return text;
}

int open_for_writing(const std::string& name, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

/// The part of a path up to its last slash; may be empty.
std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

/// Makes a file that did not exist beside `path`; returns its name and descriptor.
std::pair<std::string, int> make_temporary(const std::string& path) {
  const std::string folder = folder_of(path);
  const std::string stem = path.substr(folder.size());
  if (stem.empty()) detail::throw_file_error("write", path, "it names no file");
  for (int attempt = 1;; ++attempt) {
    std::string name =
        folder + '.' + stem.substr(0, longest_stem) + '.' + random_letters(6) + ".tmp";
    const int descriptor = open_for_writing(name, O_CREAT | O_EXCL);
    if (descriptor >= 0) return {std::move(name), descriptor};
    if (errno == EEXIST && attempt < name_attempts) continue;
    const std::string shown = folder.empty() ? "." : folder;
    detail::throw_file_error("write", path,
                             "no new file can be made in the folder '" + shown +
                                 "': " + detail::system_message(errno));
  }
}

} // namespace

output_file output_file::create(const std::string& path) {
  struct stat status {};
  const bool is_link = ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
  std::string target = is_link ? followed(path) : path;
  const int mode = replaced_mode(target);
  auto [temporary, descriptor] = make_temporary(target);
  output_file file(std::move(target), std::move(temporary), descriptor, true);
  if (mode >= 0 && ::fchmod(descriptor, static_cast<mode_t>(mode)) != 0)
    detail::throw_file_error("write", path, errno);
  return file;
}

output_file output_file::open(const std::string& path, const std::string& temporary) {
  const int descriptor = open_for_writing(temporary, 0);
  if (descriptor < 0)
    detail::throw_file_error("write", path,
                             "'" + temporary + "': " + detail::system_message(errno));
  return {path, temporary, descriptor, false};
}

output_file::output_file(output_file&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)), made_(std::exchange(other.made_, false)) {}

output_file& output_file::operator=(output_file&& other) noexcept {
  if (this == &other) return *this;
  discard();
  path_ = std::move(other.path_);
  temporary_ = std::move(other.temporary_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  made_ = std::exchange(other.made_, false);
  return *this;
}

output_file::~output_file() { discard(); }

void output_file::discard() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (made_) ::unlink(temporary_.c_str());
  descriptor_ = -1;
  made_ = false;
}

void output_file::write_at(index_t offset, const void* data, index_t bytes) const {
  const auto* next = static_cast<const char*>(data);
  while (bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min(bytes, detail::largest_transfer));
    const ssize_t put = ::pwrite(descriptor_, next, piece, offset);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) detail::throw_file_error("write", path_, errno);
    if (put == 0) detail::throw_file_error("write", path_, ENOSPC);
    next += put;
    offset += put;
    bytes -= put;
  }
}

void output_file::sync() const {
  if (::fsync(descriptor_) != 0) detail::throw_file_error("write", path_, errno);
}

void output_file::start_sync([[maybe_unused]] index_t offset,
                             [[maybe_unused]] index_t bytes) const noexcept {
#ifdef SYNC_FILE_RANGE_WRITE
  // What goes wrong here goes wrong in `sync`, too.
  static_cast<void>(::sync_file_range(descriptor_, offset, bytes, SYNC_FILE_RANGE_WRITE));
#endif
}

void output_file::close() {
  if (descriptor_ < 0) return;
  if (::close(std::exchange(descriptor_, -1)) != 0 && errno != EINTR)
    detail::throw_file_error("write", path_, errno);
}

void output_file::commit() {
  close();
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    detail::throw_file_error("write", path_, errno);
  made_ = false;
}

void detail::sync_folder_of(const std::string& path) {
  const std::string named = folder_of(path);
  const std::string folder = named.empty() ? "." : named;
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw_file_error("write", path, errno);
  // Some file systems cannot do this for folders, and need not.
  const int code = ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
  ::close(descriptor);
  if (code != 0) throw_file_error("write", path, code);
}

} // namespace tessera
