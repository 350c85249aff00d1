// To be preloaded: notes what a program does to files, in the order of events, for power_cut.py.
//
// $TESSERA_FILE_NOTES names the file of notes. A line is one call that succeeded: "open PATH" of a
// file that was made, "write PATH OFFSET HEX", "truncate PATH SIZE", "sync PATH", "rename PATH
// PATH", "remove PATH", "folder PATH", "print TEXT". Of several processes, lines follow each other
// as the events did, since none goes on before its line is there. Only paths in
// $TESSERA_NOTED_PATHS are noted. With $TESSERA_FULL, writing to paths that hold this text fails as
// on a full disk.
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace {

template <class F> F* next(const char* name) {
  return reinterpret_cast<F*>(::dlsym(RTLD_NEXT, name));
}

const char* setting(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool is_traced(const std::string& path) {
  const std::string traced = setting("TESSERA_NOTED_PATHS");
  return !traced.empty() && path.compare(0, traced.size(), traced) == 0;
}

bool is_full(const std::string& path) {
  const std::string full = setting("TESSERA_FULL");
  return !full.empty() && path.find(full) != std::string::npos;
}

std::string path_of(int descriptor) {
  std::string path(4096, '\0');
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  path.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return path;
}

void note(const std::string& line) {
  static const int log = next<int(const char*, int, ...)>("open")(
      setting("TESSERA_FILE_NOTES"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  static auto* const write = next<ssize_t(int, const void*, std::size_t)>("write");
  const std::string whole = line + "\n";
  if (log < 0 || write(log, whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
    std::abort();
}

std::string hexadecimal(const void* data, std::size_t bytes) {
  std::string text;
  for (std::size_t k = 0; k < bytes; ++k) {
    const unsigned byte = static_cast<const unsigned char*>(data)[k];
    text += {"0123456789abcdef"[byte / 16], "0123456789abcdef"[byte % 16]};
  }
  return text;
}

int traced_open(const char* name, const char* path, int flags, mode_t mode) {
  const bool existed = ::access(path, F_OK) == 0;
  const int descriptor = next<int(const char*, int, ...)>(name)(path, flags, mode);
  if (descriptor < 0) return descriptor;
  const std::string whole = path_of(descriptor);
  const int code = errno;
  if (is_traced(whole) && !existed) note("open " + whole);
  if (is_traced(whole) && existed && (flags & O_TRUNC) != 0) note("truncate " + whole + " 0");
  errno = code;
  return descriptor;
}

ssize_t traced_pwrite(const char* name, int descriptor, const void* data, std::size_t bytes,
                      off_t offset) {
  const std::string path = path_of(descriptor);
  if (is_full(path)) {
    errno = ENOSPC;
    return -1;
  }
  const ssize_t put =
      next<ssize_t(int, const void*, std::size_t, off_t)>(name)(descriptor, data, bytes, offset);
  if (put > 0 && is_traced(path))
    note("write " + path + ' ' + std::to_string(offset) + ' ' +
         hexadecimal(data, static_cast<std::size_t>(put)));
  return put;
}

int traced_truncate(const char* name, int descriptor, off_t size) {
  const int code = next<int(int, off_t)>(name)(descriptor, size);
  const std::string path = path_of(descriptor);
  if (code == 0 && is_traced(path)) note("truncate " + path + ' ' + std::to_string(size));
  return code;
}

} // namespace

// The names that programs and libraries call, with and without large files.
extern "C" {

int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = static_cast<mode_t>((flags & O_CREAT) != 0 ? va_arg(more, int) : 0);
  va_end(more);
  return traced_open("open", path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = static_cast<mode_t>((flags & O_CREAT) != 0 ? va_arg(more, int) : 0);
  va_end(more);
  return traced_open("open64", path, flags, mode);
}
ssize_t pwrite(int descriptor, const void* data, size_t bytes, off_t offset) {
  return traced_pwrite("pwrite", descriptor, data, bytes, offset);
}
ssize_t pwrite64(int descriptor, const void* data, size_t bytes, off64_t offset) {
  return traced_pwrite("pwrite64", descriptor, data, bytes, offset);
}
int ftruncate(int descriptor, off_t size) noexcept {
  return traced_truncate("ftruncate", descriptor, size);
}
int ftruncate64(int descriptor, off64_t size) noexcept {
  return traced_truncate("ftruncate64", descriptor, size);
}
int fsync(int descriptor) {
  const int code = next<int(int)>("fsync")(descriptor);
  const std::string path = path_of(descriptor);
  if (code == 0 && is_traced(path)) note("sync " + path);
  return code;
}
int rename(const char* from, const char* to) noexcept {
  const int code = next<int(const char*, const char*)>("rename")(from, to);
  if (code == 0 && is_traced(from)) note(std::string("rename ") + from + ' ' + to);
  return code;
}
int unlink(const char* path) noexcept {
  const int code = next<int(const char*)>("unlink")(path);
  if (code == 0 && is_traced(path)) note(std::string("remove ") + path);
  return code;
}
int remove(const char* path) noexcept {
  const int code = next<int(const char*)>("remove")(path);
  if (code == 0 && is_traced(path)) note(std::string("remove ") + path);
  return code;
}
int mkdir(const char* path, mode_t mode) noexcept {
  const int code = next<int(const char*, mode_t)>("mkdir")(path, mode);
  if (code == 0 && is_traced(path)) note(std::string("folder ") + path);
  return code;
}
ssize_t write(int descriptor, const void* data, size_t bytes) {
  if (descriptor == STDOUT_FILENO && *setting("TESSERA_NOTED_PATHS") != '\0') {
    std::string text(static_cast<const char*>(data), bytes);
    note("print " + text.substr(0, text.find('\n')));
  }
  return next<ssize_t(int, const void*, std::size_t)>("write")(descriptor, data, bytes);
}
}
