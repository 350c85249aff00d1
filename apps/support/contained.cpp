#include "contained.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace apps {

namespace {

constexpr std::size_t longest_note = 4096;
constexpr std::array endings{SIGINT, SIGTERM, SIGHUP, SIGQUIT};
constexpr std::array crashes{SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

char* note = nullptr;                 // seen by both processes
volatile std::sig_atomic_t child = 0; // 0 before there is one

extern "C" void pass_on(int signal) {
  const int reason = errno;
  if (child > 0) kill(static_cast<pid_t>(child), signal);
  errno = reason;
}

/// Which of the signals that end programs wait while this object is there.
class held_signals {
public:
  held_signals() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : endings) sigaddset(&held, signal);
    sigprocmask(SIG_BLOCK, &held, &before_);
  }
  held_signals(const held_signals&) = delete;
  held_signals& operator=(const held_signals&) = delete;
  ~held_signals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

private:
  sigset_t before_{};
};

bool is_crash(int signal) {
  return std::find(crashes.begin(), crashes.end(), signal) != crashes.end();
}

void pass_endings_on() {
  struct sigaction action {};
  action.sa_handler = pass_on;
  for (const int signal : endings) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

[[noreturn]] void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::_Exit(128 + signal); // where it does not end programs
}

extern "C" void crash(int signal) { static_cast<void>(std::raise(signal)); }

/// What is to be said of crashes, the other process says.
void crash_silently() {
  struct sigaction action {};
  action.sa_handler = crash;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (const int signal : crashes) sigaction(signal, &action, nullptr);
  setenv("OMPI_MCA_opal_signal", "", 0); // so Open MPI shows no stack
}

int outcome_of(const char* program, int status) {
  if (WIFEXITED(status)) return WEXITSTATUS(status);
  const int signal = WTERMSIG(status);
  if (!is_crash(signal)) end_by(signal);
  const std::string_view input = note;
  std::fprintf(stderr,
               "%s: %s%s%sreading crashed (%s): the file is damaged in a way that a library does "
               "not survive\n",
               program, input.empty() ? "" : "'", note,
               input.empty() ? "" : "': ", strsignal(signal));
  return 1;
}

int wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool is_started_by_mpirun() {
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr || std::getenv("PMIX_RANK") != nullptr ||
         std::getenv("PMI_RANK") != nullptr;
}

} // namespace

void note_input(const std::string& path) {
  if (note == nullptr) return;
  const std::size_t length = std::min(path.size(), longest_note - 1);
  std::memcpy(note, path.data(), length);
  note[length] = '\0';
}

int contained(const char* program, const std::function<int()>& body) {
  if (is_started_by_mpirun()) return body();
  void* const shared =
      mmap(nullptr, longest_note, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return body();
  note = static_cast<char*>(shared);
  const pid_t caller = getpid();
  {
    const held_signals none_is_lost;
    child = fork();
    if (child > 0) pass_endings_on();
  }
  if (child < 0) return body(); // there is no room for a process
  if (child > 0) return outcome_of(program, wait_for(static_cast<pid_t>(child)));
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  crash_silently();
  if (getppid() != caller) return 1; // it is gone already
  return body();
}

} // namespace apps
