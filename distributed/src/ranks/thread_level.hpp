// What MPI allows, where a rank has several threads.
#pragma once

namespace tessera::detail {

/// Are there as many threads as the environment or the program wants, and does MPI allow for them?
/// Asked where MPI is used first; `run` asks within what it guards.
/// @throws argument_error for the environment, communication_error for MPI.
void check_thread_count();

/// While it lives, `check_thread_count` is left to who made it.
class thread_count_later {
public:
  thread_count_later();
  thread_count_later(const thread_count_later&) = delete;
  thread_count_later& operator=(const thread_count_later&) = delete;
  ~thread_count_later();
};

} // namespace tessera::detail
