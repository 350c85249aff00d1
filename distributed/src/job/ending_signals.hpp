/// @file
/// Signals that end a program.
#pragma once

#include <array>
#include <csignal>

namespace tessera::detail {

/// While it lives, the signals that end a program (SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, and
/// SIGUSR1 and SIGUSR2, by which schedulers warn) remove the temporary files of this process before
/// they do so, or are noted for `stop_requested`. Those for which the program has a handler, or
/// that it ignores, stay as they are.
class ending_signals {
public:
  ending_signals() noexcept;
  ending_signals(const ending_signals&) = delete;
  ending_signals& operator=(const ending_signals&) = delete;
  ~ending_signals();

private:
  static constexpr std::array numbers{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXCPU, SIGUSR1, SIGUSR2};
  std::array<bool, numbers.size()> is_taken_{}; // and not by a run around this one
};

} // namespace tessera::detail
