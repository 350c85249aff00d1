// Signals by which a program is ended that has done what it must not. See decision 27.
#pragma once

#include <array>
#include <csignal>
#include <cstddef>
#include <thread>

namespace tessera::detail {

/// While it lives, the signals that mean a fault (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT) remove
/// the temporary files of this process, print which rank it was and where in the user's program,
/// and then end the program as if there had been no handler. Those for which the program has one,
/// or a sanitizer, stay as they are; that of Open MPI gives way.
class fault_signals {
public:
  explicit fault_signals(const char* program_name);
  fault_signals(const fault_signals&) = delete;
  fault_signals& operator=(const fault_signals&) = delete;
  ~fault_signals();

  /// Once it is known.
  static void set_rank(int rank) noexcept;
  /// mpirun, which has just asked this process to end, will kill it in a while: shortly before, if
  /// it still lives, its temporary files are removed. Safe in a signal handler. Does nothing where
  /// there is no mpirun.
  static void expect_kill() noexcept;
  /// SIGABRT says nothing from now on: that the program aborts has been told.
  static void keep_quiet() noexcept;

private:
  static constexpr std::array numbers{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

  bool is_in_charge_ = false; // and not another one, of a run around this one
  bool has_stack_ = false;
  std::array<bool, numbers.size()> is_taken_{};
  std::array<struct sigaction, numbers.size()> before_{};
  std::thread reporter_;
};

} // namespace tessera::detail
