#include "job/ending_signals.hpp"

#include "job/fault_signals.hpp"
#include "job/node_processes.hpp"
#include "job/stop_request.hpp"

#include <tessera/core/files/output_file.hpp>

#include <csignal>
#include <cstddef>
#include <ctime>
#include <unistd.h>

namespace tessera::detail {

namespace {

/// mpirun kills all that still live when it sees one end: the others are to have time to tidy up.
constexpr timespec moment_of_others{0, 100'000'000};
/// It is to see the rank that failed first.
constexpr timespec moment_of_failed{0, 300'000'000};

/// As if there were no handler, unless the program is to end itself.
extern "C" void end_program(int number, siginfo_t* signal, void* /*unused*/) {
  if (comes_again(number)) return;
  const bool has_other_failed = is_end_of_other(*signal);
  const bool is_of_mpirun = number == SIGTERM && signal->si_pid == ::getppid();
  if (!has_other_failed && take_as_stop_request(number)) {
    if (is_of_mpirun) fault_signals::expect_kill();
    return;
  }
  remove_temporaries();
  if (has_other_failed)
    ::nanosleep(&moment_of_failed, nullptr);
  else if (is_of_mpirun)
    ::nanosleep(&moment_of_others, nullptr);
  std::signal(number, SIG_DFL);
  static_cast<void>(::raise(number)); // comes when this returns
}

bool is_default(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_DFL;
}

bool is_ours(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == end_program;
}

} // namespace

ending_signals::ending_signals() noexcept {
  struct sigaction ours {};
  ours.sa_sigaction = end_program;
  ours.sa_flags = SA_SIGINFO | SA_RESTART; // a program that goes on for a while is not to notice it
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    struct sigaction before {};
    if (::sigaction(numbers[k], nullptr, &before) == 0 && is_default(before))
      is_taken_[k] = ::sigaction(numbers[k], &ours, nullptr) == 0;
  }
}

ending_signals::~ending_signals() {
  struct sigaction none {};
  none.sa_handler = SIG_DFL;
  bool is_outermost = false;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    struct sigaction now {};
    is_outermost |= is_taken_[k];
    if (is_taken_[k] && ::sigaction(numbers[k], nullptr, &now) == 0 && is_ours(now))
      static_cast<void>(::sigaction(numbers[k], &none, nullptr));
  }
  if (is_outermost) forget_stop_request();
}

} // namespace tessera::detail
