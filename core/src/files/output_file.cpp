#include "files/followed_path.hpp"
#include "files/temporary_file.hpp"

#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/files/output_file.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace tessera {

namespace {

constexpr mode_t kept_mode = 0777; // a program that another one wrote gets no rights of its owner

/// What is no file to be replaced, in words.
std::string kind_of(const std::string& path, mode_t mode) {
  if (S_ISFIFO(mode)) return "it is a pipe";
  if (S_ISSOCK(mode)) return "it is a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "it is a device";
  return detail::is_open_file(path) ? "it is an open file of a process" : "";
}

/// The permissions of the file that is to be replaced, or -1 when there is none.
/// @throws file_error when what has the name must not be replaced.
int replaced_mode(const std::string& path, const std::string& target) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return -1;
    detail::throw_file_error("write", path, errno);
  }
  if (S_ISDIR(status.st_mode)) detail::throw_file_error("write", path, EISDIR);
  const std::string kind = kind_of(target, status.st_mode);
  if (!kind.empty())
    detail::throw_file_error("write", path,
                             kind + ", and files take their name when they are complete; savetxt "
                                    "to '-' writes to the standard output");
  if (::access(path.c_str(), W_OK) != 0) detail::throw_file_error("write", path, errno);
  return static_cast<int>(status.st_mode & kept_mode);
}

} // namespace

output_file output_file::create(const std::string& path) {
  std::string target = detail::followed_path(path);
  const int mode = replaced_mode(path, target);
  std::optional<detail::unnoted_file> unnoted(std::in_place);
  detail::temporary_file made = detail::make_temporary(target);
  output_file file(std::move(target), std::move(made.name), made.descriptor, true);
  file.lock_ = made.lock;
  file.noted_ = detail::note_name(file.temporary_);
  unnoted.reset();
  if (mode >= 0 && ::fchmod(file.descriptor_, static_cast<mode_t>(mode)) != 0)
    detail::throw_file_error("write", path, errno);
  return file;
}

output_file output_file::open(const std::string& path, const std::string& temporary) {
  const int descriptor = detail::open_for_writing(temporary, 0);
  if (descriptor < 0)
    detail::throw_file_error("write", path,
                             fmt::format("'{}': {}", temporary, detail::system_message(errno)));
  return {path, temporary, descriptor, false};
}

output_file::output_file(output_file&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)),
      descriptor_(std::exchange(other.descriptor_, -1)), lock_(std::exchange(other.lock_, -1)),
      noted_(std::exchange(other.noted_, nullptr)), made_(std::exchange(other.made_, false)) {}

output_file& output_file::operator=(output_file&& other) noexcept {
  if (this == &other) return *this;
  discard();
  path_ = std::move(other.path_);
  temporary_ = std::move(other.temporary_);
  descriptor_ = std::exchange(other.descriptor_, -1);
  lock_ = std::exchange(other.lock_, -1);
  noted_ = std::exchange(other.noted_, nullptr);
  made_ = std::exchange(other.made_, false);
  return *this;
}

output_file::~output_file() { discard(); }

// The name is forgotten before it can be another's.
void output_file::discard() noexcept {
  detail::forget_name(std::exchange(noted_, nullptr));
  if (made_) ::unlink(temporary_.c_str());
  made_ = false;
  for (int* const descriptor : {&descriptor_, &lock_})
    if (*descriptor >= 0) ::close(std::exchange(*descriptor, -1));
}

void output_file::remove() noexcept {
  made_ = made_ || detail::has_name(descriptor_, temporary_);
  discard();
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
  detail::forget_name(std::exchange(noted_, nullptr));
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    detail::throw_file_error("write", path_, errno);
  made_ = false;
  discard();
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

void detail::make_folder(const std::string& folder) {
  std::error_code failure;
  std::vector<std::filesystem::path> made;
  for (std::filesystem::path path = folder;
       !path.empty() && !std::filesystem::exists(path, failure); path = path.parent_path())
    made.push_back(path);
  std::filesystem::create_directories(folder, failure);
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored))
    throw_file_error("write", folder, failure ? failure.message() : "it is not a folder");
  // What is put on the medium in a folder is lost with the folder's name.
  for (const std::filesystem::path& path : made) sync_folder_of(path.string());
}

void detail::make_folder_of(const std::string& path) {
  const std::string folder = folder_of(path);
  if (!folder.empty()) make_folder(folder);
}

} // namespace tessera
