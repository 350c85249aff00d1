#include "files/temporary_folder.hpp"
#include "files/temporary_file.hpp"
#include "files/temporary_names.hpp"

#include <tessera/core/files/file_errors.hpp>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace tessera::detail {

namespace {

constexpr int folder_attempts = 100;

bool is_folder(const std::string& name) {
  struct stat status {};
  return ::lstat(name.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

void remove_all(const std::string& name) {
  std::error_code ignored;
  std::filesystem::remove_all(name, ignored);
}

/// The same of an older folder that another one has replaced, also when a signal comes meanwhile.
void remove_noted(const std::string& name) {
  noted_name* const noted = note_name(name);
  remove_all(name);
  forget_name(noted);
}

/// Removes a folder of ours that no living process writes. True where there was none.
bool remove_left_folder(const std::string& name) {
  struct stat status {};
  if (::lstat(name.c_str(), &status) != 0) return true;
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid()) return false;
  const int descriptor = open_folder(name);
  if (descriptor < 0) return false;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && has_name(descriptor, name)) remove_all(name);
  ::close(descriptor);
  return false;
}

/// Where an older folder is while the new one takes its name, if the two cannot be exchanged.
std::string aside(const std::string& path) { return temporary_names(path).with("old"); }

/// What a process left that was killed between two renames goes back to its name.
void put_back(const std::string& path) {
  const std::string old = aside(path);
  struct stat status {};
  if (!is_folder(old)) return;
  if (::lstat(path.c_str(), &status) == 0)
    remove_all(old);
  else
    static_cast<void>(std::rename(old.c_str(), path.c_str()));
}

/// Exchanges two folders; false where the file system cannot.
bool exchange([[maybe_unused]] const std::string& a, [[maybe_unused]] const std::string& b) {
#ifdef RENAME_EXCHANGE
  return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
#else
  return false;
#endif
}

} // namespace

int open_folder(const std::string& name) {
  return ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

temporary_folder make_temporary_folder(const std::string& path) {
  // As with files, two that follow each other have different names.
  static std::atomic<unsigned> made{0};
  const temporary_names all(path);
  all.for_left([](const std::string& name) { return remove_left_folder(name); });
  put_back(path);
  auto number = static_cast<int>(made++ % 2U);
  for (int attempt = 1;; ++attempt, number += 2) {
    const std::string name = all[number];
    if (::mkdir(name.c_str(), 0777) != 0) {
      if (errno != EEXIST || attempt == folder_attempts) throw_cannot_make(path, errno);
      continue;
    }
    const int lock = open_folder(name);
    if (lock < 0) throw_cannot_make(path, errno);
    // Another process may have taken it for one that was left.
    const bool is_ours = ::flock(lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
    if (is_ours && has_name(lock, name)) return {name, lock};
    ::close(lock);
  }
}

namespace {

#ifdef SYS_getdents64
constexpr int deepest_folder = 100;
constexpr int most_passes = 100; // others may still be making files there

/// What the system's call writes.
struct folder_entry {
  std::uint64_t number;
  std::int64_t offset;
  std::uint16_t length;
  unsigned char kind;
  char name[1];
};

void remove_below(int at, const char* name, int depth) noexcept;

/// Removes what one call lists; false where it lists nothing.
bool remove_listed(int folder, int depth) noexcept {
  alignas(folder_entry) char buffer[1024];
  const long bytes = ::syscall(SYS_getdents64, folder, buffer, sizeof buffer);
  for (long at = 0; at < bytes;) {
    const auto* const entry = reinterpret_cast<const folder_entry*>(buffer + at);
    const char* const name = buffer + at + offsetof(folder_entry, name);
    at += entry->length;
    if (std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) continue;
    if (::unlinkat(folder, name, 0) != 0 && errno == EISDIR) remove_below(folder, name, depth + 1);
  }
  return bytes > 0;
}

void remove_below(int at, const char* name, int depth) noexcept {
  if (depth > deepest_folder) return;
  const int folder = ::openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  if (folder < 0) return;
  for (int pass = 0; pass < most_passes; ++pass) {
    ::lseek(folder, 0, SEEK_SET);
    while (remove_listed(folder, depth)) {
    }
    if (::unlinkat(at, name, AT_REMOVEDIR) == 0 || errno != ENOTEMPTY) break;
  }
  ::close(folder);
}
#endif

} // namespace

void remove_folder_now([[maybe_unused]] const char* name) noexcept {
#ifdef SYS_getdents64
  const int before = errno;
  remove_below(AT_FDCWD, name, 0);
  errno = before;
#endif
}

void rename_folder(const std::string& temporary, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISDIR(status.st_mode))
    throw_file_error("write", path, ENOTDIR);
  if (std::rename(temporary.c_str(), path.c_str()) == 0) return;
  if (errno != ENOTEMPTY && errno != EEXIST) throw_file_error("write", path, errno);
  if (exchange(temporary, path)) return remove_noted(temporary);
  const std::string old = aside(path);
  if (std::rename(path.c_str(), old.c_str()) != 0) throw_file_error("write", path, errno);
  if (std::rename(temporary.c_str(), path.c_str()) != 0) {
    const int code = errno;
    static_cast<void>(std::rename(old.c_str(), path.c_str()));
    throw_file_error("write", path, code);
  }
  remove_noted(old);
}

} // namespace tessera::detail
