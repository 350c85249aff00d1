// The stack of another thread of this process.
#pragma once

#include <cstddef>
#include <pthread.h>
#include <vector>

namespace tessera::detail {

/// While it lives, one thread can be asked for its stack, by the signal SIGURG, which nothing else
/// comes of. One at a time.
class stack_of_thread {
public:
  /// Of the calling thread.
  stack_of_thread();
  stack_of_thread(const stack_of_thread&) = delete;
  stack_of_thread& operator=(const stack_of_thread&) = delete;
  ~stack_of_thread();
  /// Return addresses, the innermost first; none where the thread does not answer. By another
  /// thread.
  [[nodiscard]] std::vector<void*> ask() const;

private:
  pthread_t thread_;
  bool is_installed_ = false;
};

} // namespace tessera::detail
