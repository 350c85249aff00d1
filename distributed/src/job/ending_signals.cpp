#include "job/ending_signals.hpp"

#include <tessera/core/files/output_file.hpp>

#include <csignal>

namespace tessera::detail {

namespace {

extern "C" void end_program(int number) {
  remove_temporaries();
  // The handler was taken away (SA_RESETHAND): this ends the program as if there had been none.
  static_cast<void>(::raise(number));
}

bool is_default(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_DFL;
}

bool is_ours(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == end_program;
}

} // namespace

ending_signals::ending_signals() noexcept {
  struct sigaction ours {};
  ours.sa_handler = end_program;
  ours.sa_flags = static_cast<int>(SA_RESETHAND);
  for (const int number : numbers) {
    struct sigaction before {};
    if (::sigaction(number, nullptr, &before) == 0 && is_default(before))
      static_cast<void>(::sigaction(number, &ours, nullptr));
  }
}

ending_signals::~ending_signals() {
  struct sigaction none {};
  none.sa_handler = SIG_DFL;
  for (const int number : numbers) {
    struct sigaction now {};
    if (::sigaction(number, nullptr, &now) == 0 && is_ours(now))
      static_cast<void>(::sigaction(number, &none, nullptr));
  }
}

} // namespace tessera::detail
