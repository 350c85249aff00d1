#include "files/temporary_file.hpp"
#include "files/temporary_folder.hpp"
#include "files/temporary_names.hpp"

#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/files/output_file.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tessera::detail {

namespace {

constexpr int name_attempts = 100;

/// Removes a file of ours that no living process writes. True where there was none.
bool remove_left(const std::string& name) {
  struct stat status {};
  if (::lstat(name.c_str(), &status) != 0) return true;
  if (!S_ISREG(status.st_mode) || status.st_uid != ::geteuid()) return false;
  const int descriptor = open_for_writing(name, O_NONBLOCK);
  if (descriptor < 0) return false;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0 && has_name(descriptor, name))
    ::unlink(name.c_str());
  ::close(descriptor);
  return false;
}

/// Takes the lock of a new file; false where another process took that for one that was left.
bool is_locked(const std::string& name, int descriptor) {
  const bool is_ours = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  return is_ours && has_name(descriptor, name);
}

} // namespace

bool has_name(int descriptor, const std::string& name) {
  struct stat open {};
  struct stat named {};
  return ::fstat(descriptor, &open) == 0 && ::lstat(name.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

int open_for_writing(const std::string& name, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | flags, 0666);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

temporary_file make_temporary(const std::string& path) {
  // Two files that follow each other have different names: a rank that removes the first when its
  // maker has removed it already does no harm to the second.
  static std::atomic<unsigned> made{0};
  const temporary_names all(path);
  all.for_left([](const std::string& name) { return remove_left(name); });
  auto number = static_cast<int>(made++ % 2U);
  for (int attempt = 1;; ++attempt, number += 2) {
    std::string name = all[number];
    const int descriptor = open_for_writing(name, O_CREAT | O_EXCL);
    if (descriptor < 0 && (errno != EEXIST || attempt == name_attempts))
      throw_cannot_make(path, errno);
    if (descriptor < 0) continue;
    if (is_locked(name, descriptor)) {
      const int lock = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
      if (lock >= 0) return {std::move(name), descriptor, lock};
      const int code = errno;
      ::unlink(name.c_str());
      ::close(descriptor);
      throw_cannot_make(path, code);
    }
    ::close(descriptor);
  }
}

/// Never freed, and used again: a signal may come at any time.
struct noted_name {
  std::atomic<bool> is_used{true};
  std::atomic<char*> name{nullptr};
  std::atomic<pid_t> owner{0};
  noted_name* next = nullptr;
};

namespace {

std::atomic<noted_name*> first_noted{nullptr};

noted_name* free_note() {
  for (noted_name* noted = first_noted; noted != nullptr; noted = noted->next)
    if (!noted->is_used.exchange(true)) return noted;
  auto* const noted = new noted_name;
  noted->next = first_noted;
  while (!first_noted.compare_exchange_weak(noted->next, noted)) {
  }
  return noted;
}

struct remover {
  ~remover() { remove_temporaries(); }
};

} // namespace

namespace {

constinit thread_local volatile std::sig_atomic_t unnoted = 0;
constinit thread_local volatile std::sig_atomic_t held_up = 0; // a signal

} // namespace

unnoted_file::unnoted_file() noexcept { unnoted = 1; }

unnoted_file::~unnoted_file() {
  unnoted = 0;
  const int number = held_up;
  held_up = 0;
  if (number != 0) static_cast<void>(::raise(number));
}

bool comes_again(int number) noexcept {
  if (unnoted == 0) return false;
  held_up = number;
  return true;
}

noted_name* note_name(const std::string& name) {
  static const remover at_exit;
  char* const copy = ::strdup(name.c_str());
  if (copy == nullptr) return nullptr;
  noted_name* const noted = free_note();
  noted->owner = ::getpid();
  noted->name = copy;
  return noted;
}

void forget_name(noted_name* noted) noexcept {
  if (noted == nullptr) return;
  std::free(noted->name.exchange(nullptr));
  noted->is_used = false;
}

void remove_temporaries() noexcept {
  const pid_t process = ::getpid(); // a child has the notes of its parent
  for (noted_name* noted = first_noted; noted != nullptr; noted = noted->next) {
    if (noted->owner != process) continue;
    const char* const name = noted->name.exchange(nullptr);
    if (name != nullptr && ::unlink(name) != 0) remove_folder_now(name);
  }
}

} // namespace tessera::detail
