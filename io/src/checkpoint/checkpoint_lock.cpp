#include "checkpoint/checkpoint_lock.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace tessera::detail {

namespace {

/// One lock of the process for each path: closing any descriptor of a file ends its locks.
struct known_locks {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<checkpoint_lock>> by_path;
};

known_locks& locks() {
  static known_locks known;
  return known;
}

std::string path_of(const std::string& folder) {
  std::error_code ignored;
  const std::filesystem::path real = std::filesystem::canonical(folder, ignored);
  return (ignored ? std::filesystem::path(folder) : real) / ".lock";
}

struct flock whole_file() {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// What the holder wrote into the file.
std::string written_in(int descriptor) {
  char text[200];
  const ssize_t bytes = ::pread(descriptor, text, sizeof text, 0);
  const std::string found(text, bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  return found.empty() ? "another process" : found;
}

std::string this_process() {
  char host[100] = {};
  static_cast<void>(::gethostname(host, sizeof host - 1));
  return fmt::format("process {} on host {}", ::getpid(), host);
}

/// Has the file still its name? The one that had the lock may have removed it.
bool is_named(int descriptor, const std::string& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

} // namespace

checkpoint_lock::checkpoint_lock(std::string path) : path_(std::move(path)) {
  for (;;) {
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor_ < 0) return; // what is wrong with the folder, saving tells
    struct flock lock = whole_file();
    if (::fcntl(descriptor_, F_SETLK, &lock) != 0) {
      if (errno != EAGAIN && errno != EACCES) return;
      const std::string other = written_in(descriptor_);
      ::close(descriptor_);
      throw file_error(
          fmt::format("cannot save to '{}': {} saves to it; each job needs a folder of its own",
                      std::filesystem::path(path_).parent_path().string(), other));
    }
    if (is_named(descriptor_, path_)) break;
    ::close(descriptor_);
  }
  const std::string text = this_process();
  if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, text.data(), text.size(), 0) < 0) {
    // It only tells others who we are.
  }
}

checkpoint_lock::~checkpoint_lock() {
  if (descriptor_ < 0) return;
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

std::shared_ptr<checkpoint_lock> checkpoint_lock::of(const std::string& folder) {
  const std::string path = path_of(folder);
  const std::scoped_lock guard(locks().mutex);
  std::weak_ptr<checkpoint_lock>& known = locks().by_path[path];
  std::shared_ptr<checkpoint_lock> held = known.lock();
  if (!held) {
    held.reset(new checkpoint_lock(path));
    known = held;
  }
  return held;
}

std::string checkpoint_lock::holder(const std::string& folder) {
  const std::string path = path_of(folder);
  const std::scoped_lock guard(locks().mutex);
  if (!locks().by_path[path].expired()) return "";
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return "";
  struct flock lock = whole_file();
  const bool is_held = ::fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  std::string other = is_held ? written_in(descriptor) : "";
  ::close(descriptor);
  return other;
}

} // namespace tessera::detail
