#include "files/followed_path.hpp"
#include "files/temporary_file.hpp"
#include "files/temporary_folder.hpp"

#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/files/output_folder.hpp>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tessera {

namespace {

constexpr mode_t all_rights = 0777;

/// "run.zarr/" is "run.zarr".
std::string without_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// The permissions of the folder that is to be replaced; -1 when there is none.
int replaced_folder_mode(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode)) detail::throw_file_error("write", path, ENOTDIR);
    return static_cast<int>(status.st_mode & all_rights);
  }
  if (errno != ENOENT) detail::throw_file_error("write", path, errno);
  return -1;
}

} // namespace

output_folder::output_folder(std::string path, std::string temporary, int lock, bool made)
    : path_(std::move(path)), temporary_(std::move(temporary)), lock_(lock),
      noted_(detail::note_name(temporary_)), made_(made) {}

output_folder output_folder::create(const std::string& path) {
  const std::string target = detail::followed_path(without_slashes(path));
  const int mode = replaced_folder_mode(target);
  std::optional<detail::unnoted_file> unnoted(std::in_place);
  detail::temporary_folder made = detail::make_temporary_folder(target);
  output_folder folder(target, std::move(made.name), made.lock, true);
  unnoted.reset();
  if (mode >= 0 && ::fchmod(folder.lock_, static_cast<mode_t>(mode)) != 0)
    detail::throw_file_error("write", path, errno);
  return folder;
}

output_folder output_folder::open(const std::string& path, const std::string& temporary) {
  const int descriptor = detail::open_folder(temporary);
  if (descriptor < 0)
    detail::throw_file_error("write", path,
                             "'" + temporary + "': " + detail::system_message(errno));
  return {path, temporary, descriptor, false};
}

output_folder::output_folder(output_folder&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::move(other.temporary_)),
      lock_(std::exchange(other.lock_, -1)), noted_(std::exchange(other.noted_, nullptr)),
      made_(std::exchange(other.made_, false)) {}

output_folder& output_folder::operator=(output_folder&& other) noexcept {
  if (this == &other) return *this;
  discard();
  path_ = std::move(other.path_);
  temporary_ = std::move(other.temporary_);
  lock_ = std::exchange(other.lock_, -1);
  noted_ = std::exchange(other.noted_, nullptr);
  made_ = std::exchange(other.made_, false);
  return *this;
}

output_folder::~output_folder() { discard(); }

void output_folder::close() noexcept { detail::forget_name(std::exchange(noted_, nullptr)); }

// The name is forgotten before it can be another's.
void output_folder::discard() noexcept {
  close();
  std::error_code ignored;
  if (made_) std::filesystem::remove_all(temporary_, ignored);
  made_ = false;
  if (lock_ >= 0) ::close(std::exchange(lock_, -1));
}

void output_folder::remove() noexcept {
  made_ = made_ || detail::has_name(lock_, temporary_);
  discard();
}

void output_folder::commit() {
  close();
  detail::rename_folder(temporary_, path_);
  made_ = false;
  discard();
}

} // namespace tessera
