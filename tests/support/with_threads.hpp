/// @file
/// Numbers of threads to try.
#pragma once

#include <tessera/core/threads.hpp>

/// So many threads while it lives.
class with_threads {
public:
  explicit with_threads(int count) : before_(tessera::threads()) { tessera::set_threads(count); }
  with_threads(const with_threads&) = delete;
  with_threads& operator=(const with_threads&) = delete;
  ~with_threads() { tessera::set_threads(before_); }

private:
  int before_;
};
