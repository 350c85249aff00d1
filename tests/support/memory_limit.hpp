// Memory that runs out.
#pragma once

#include <sys/resource.h>

#include <cstdint>
#include <fstream>

namespace tessera_test {

/// Lets this process have little more memory than it has now (32 MiB), while it lives.
class memory_limit {
public:
  memory_limit() {
    getrlimit(RLIMIT_AS, &before_);
    std::int64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit low = before_;
    low.rlim_cur = static_cast<rlim_t>(pages * 4096 + (32 << 20));
    setrlimit(RLIMIT_AS, &low);
  }
  memory_limit(const memory_limit&) = delete;
  memory_limit& operator=(const memory_limit&) = delete;
  ~memory_limit() { setrlimit(RLIMIT_AS, &before_); }

private:
  rlimit before_{};
};

/// The sanitizer's allocator ends a program that has no memory.
inline constexpr bool is_sanitized =
#ifdef __SANITIZE_ADDRESS__
    true;
#else
    false;
#endif

} // namespace tessera_test
