#include "ranks/shared_pages.hpp"

#include <tessera/core/threads/pieces.hpp>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace tessera::detail {

index_t page_size() {
  static const index_t size = sysconf(_SC_PAGESIZE);
  return size;
}

bool has_pages(double bytes) {
  struct statvfs room {};
  if (statvfs("/dev/shm", &room) != 0) return false;
  constexpr double spare = 1.02; // others take from it, too
  return bytes * spare < static_cast<double>(room.f_bavail) * static_cast<double>(room.f_bsize);
}

bool has_large_files() {
  struct rlimit limit {};
  return getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY;
}

bool has_addresses(double bytes) {
  constexpr double most = 1e17;
  constexpr double spare = 3e7; // for what MPI allocates beside it
  if (bytes > most) return false;
  const auto length = static_cast<std::size_t>(bytes + spare);
  void* const trial = mmap(nullptr, length, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (trial == MAP_FAILED) return false;
  munmap(trial, length);
  return true;
}

window_room room_for_window(double bytes) {
  if (!has_addresses(bytes)) return window_room::no_addresses;
  if (!has_large_files()) return window_room::no_large_files;
  return has_pages(bytes) ? window_room::enough : window_room::no_pages;
}

const char* advice_for(window_room room) {
  switch (room) {
  case window_room::no_addresses: return "The limit on memory is too low: raise it (ulimit -v)";
  case window_room::no_large_files:
    return "The size of files is limited: lift that (ulimit -f unlimited)";
  default: return "/dev/shm has too little room: enlarge it";
  }
}

namespace {

/// Whole pages.
bool populate_pages([[maybe_unused]] std::byte* data, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_POPULATE_WRITE
  if (madvise(data, bytes, MADV_POPULATE_WRITE) == 0) return true;
  return errno == EINVAL; // a kernel that does not know how
#else
  return true;
#endif
}

} // namespace

bool populate(std::byte* data, index_t bytes) {
  constexpr index_t least_bytes = index_t{1} << 20U;
  const auto past = static_cast<index_t>(reinterpret_cast<std::uintptr_t>(data) %
                                         static_cast<std::uintptr_t>(page_size()));
  std::atomic<bool> has_all = true;
  // The thread that touches a part first is the one that will use it.
  for_parts(bytes + past, least_bytes, page_size(), [&](index_t begin, index_t end) {
    if (!populate_pages(data - past + begin, static_cast<std::size_t>(end - begin)))
      has_all = false;
  });
  return has_all;
}

bool give_pages_back(std::byte* data, index_t bytes) {
  return madvise(data, static_cast<std::size_t>(bytes), MADV_REMOVE) == 0;
}

} // namespace tessera::detail
