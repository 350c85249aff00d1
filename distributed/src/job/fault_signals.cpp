#include "job/fault_signals.hpp"

#include "job/fault_text.hpp"
#include "job/node_processes.hpp"
#include "watch/blocked_signals.hpp"

#include <tessera/core/files/output_file.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <exception>
#include <execinfo.h>
#include <semaphore.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <ucontext.h>
#include <unistd.h>

namespace tessera::detail {

namespace {

constexpr timespec time_to_report{1, 300'000'000};
constexpr timespec time_to_be_ended{2, 0};             // by mpirun, since another rank has spoken
constexpr timespec time_to_speak_once{0, 100'000'000}; // other ranks may fail at the same moment

/// Of this process; the handler and the thread that reports have nothing else.
struct fault_state {
  std::array<char, 128> name{}; // of the program
  std::array<char, 80> job{};   // the same on all ranks of a job on this node
  std::atomic<int> rank = -1;
  std::atomic<pid_t> process = 0;
  std::atomic<pthread_t> reporter{};
  std::atomic<bool> has_reporter = false;
  sem_t asked{};
  sem_t answered{};
  std::atomic<bool> stops = false;
  double seconds_to_kill = 0; // of mpirun, from SIGTERM on; 0: nobody kills
  std::atomic<bool> is_to_be_killed = false;

  // Of the fault.
  std::atomic<bool> is_under_way = false;
  std::atomic<bool> is_told = false;
  std::atomic<pthread_t> thread{};
  siginfo_t signal{};
  std::array<void*, 96> addresses{};
  std::size_t count = 0;
};
fault_state fault;

alignas(64) std::array<std::byte, 65536> handler_stack; // the thread's own one may be full

template <std::size_t N> void copy_to(std::array<char, N>& to, std::string_view text) {
  const std::size_t length = std::min(text.size(), N - 1);
  std::copy_n(text.begin(), length, to.begin());
  to[length] = '\0';
}

void write_all(const char* text, std::size_t length) noexcept {
  while (length > 0) {
    const ssize_t done = ::write(STDERR_FILENO, text, length);
    if (done < 0 && errno != EINTR) return;
    if (done <= 0) continue;
    text += done;
    length -= static_cast<std::size_t>(done);
  }
}

/// Without memory of the heap, which may be what is broken.
class plain_text {
public:
  void add(const char* text) noexcept {
    while (*text != '\0' && length_ < text_.size()) text_[length_++] = *text++;
  }
  void add(int number) noexcept {
    std::array<char, 12> digits{};
    std::size_t at = digits.size() - 1;
    do {
      digits[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number > 0);
    add(digits.data() + at);
  }
  void write() const noexcept { write_all(text_.data(), length_); }

private:
  std::array<char, 300> text_{};
  std::size_t length_ = 0;
};

/// Where the stack cannot be told.
void write_plainly() noexcept {
  if (fault.is_told.exchange(true)) return;
  plain_text text;
  text.add(fault.name.data());
  if (const int rank = fault.rank; rank >= 0) {
    text.add(": rank ");
    text.add(rank);
  } else {
    text.add(": the program");
  }
  text.add(" was ended by signal ");
  text.add(fault.signal.si_signo);
  text.add(" (");
  text.add(name_of_fault(fault.signal.si_signo, fault.signal.si_code));
  text.add(")\n");
  text.write();
}

/// As if there were no handler; leaves a core file where they are wanted.
[[noreturn]] void end_by(int number) noexcept {
  std::signal(number, SIG_DFL);
  sigset_t these;
  sigemptyset(&these);
  sigaddset(&these, number);
  pthread_sigmask(SIG_UNBLOCK, &these, nullptr);
  ::raise(number);
  ::_exit(128 + number);
}

/// One rank of a node is to speak where several fail together: who has this name, which is gone
/// with its process.
bool is_first_to_speak() noexcept {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = ::strnlen(fault.job.data(), sizeof address.sun_path - 2);
  std::copy_n(fault.job.data(), length, address.sun_path + 1); // behind a zero: not a file
  const int name = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  return name < 0 || ::bind(name, reinterpret_cast<const sockaddr*>(&address), size) == 0 ||
         errno != EADDRINUSE;
}

struct machine_state {
  void* at = nullptr;           // the instruction
  void* const* stack = nullptr; // what lies on top
};

machine_state state_of(void* context) noexcept {
#if defined(__x86_64__)
  const mcontext_t& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
  return {std::bit_cast<void*>(machine.gregs[REG_RIP]),
          std::bit_cast<void* const*>(machine.gregs[REG_RSP])};
#elif defined(__aarch64__)
  return {std::bit_cast<void*>(static_cast<ucontext_t*>(context)->uc_mcontext.pc), nullptr};
#else
  static_cast<void>(context);
  return {};
#endif
}

/// From the instruction of the fault on. All others are where calls return to, behind the call.
void note_stack(void* context) noexcept {
  const machine_state state = state_of(context);
  auto& addresses = fault.addresses;
  const auto end =
      addresses.begin() + ::backtrace(addresses.data(), static_cast<int>(addresses.size()));
  const auto found = std::find(addresses.begin(), end, state.at);
  if (found != end) {
    fault.count =
        static_cast<std::size_t>(std::copy(found, end, addresses.begin()) - addresses.begin());
    addresses[0] = static_cast<std::byte*>(addresses[0]) + 1;
  } else if (state.stack != nullptr) { // a call of what is no function
    addresses[0] = *state.stack;
    fault.count = 1;
  }
}

timespec after(const timespec& time) noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  constexpr long second = 1'000'000'000;
  now.tv_sec += time.tv_sec + (now.tv_nsec + time.tv_nsec) / second;
  now.tv_nsec = (now.tv_nsec + time.tv_nsec) % second;
  return now;
}

void wait_for_report() noexcept {
  const timespec deadline = after(time_to_report);
  while (::sem_timedwait(&fault.answered, &deadline) != 0)
    if (errno != EINTR) return;
}

void tell(void* context) noexcept {
  note_stack(context);
  if (fault.has_reporter) {
    ::sem_post(&fault.asked);
    wait_for_report();
  }
  write_plainly();
  ::nanosleep(&time_to_speak_once, nullptr);
}

[[noreturn]] void wait_for_end() noexcept {
  while (true) ::pause();
}

extern "C" void report_fault(int number, siginfo_t* signal, void* context) {
  if (::getpid() != fault.process) end_by(number); // a child, which has no thread that reports
  if (fault.has_reporter && ::pthread_equal(::pthread_self(), fault.reporter) != 0) {
    ::sem_post(&fault.answered);
    wait_for_end();
  }
  if (fault.is_under_way.exchange(true)) {
    if (::pthread_equal(::pthread_self(), fault.thread) == 0) wait_for_end();
    write_plainly();
    end_other_processes();
    end_by(number);
  }
  fault.thread = ::pthread_self();
  fault.signal = *signal;
  remove_temporaries();
  if (is_first_to_speak())
    tell(context);
  else
    ::nanosleep(&time_to_be_ended, nullptr);
  end_other_processes();
  end_by(number);
}

/// Until something is to be done; false where the time is up.
bool wait_until_asked(const timespec* deadline) noexcept {
  int code = 0;
  do {
    code = deadline == nullptr ? ::sem_wait(&fault.asked) : ::sem_timedwait(&fault.asked, deadline);
  } while (code != 0 && errno == EINTR);
  return code == 0;
}

/// What mpirun will do, a little earlier and without leaving files. When one rank ends, it kills
/// the others.
void end_unless_asked() noexcept {
  constexpr double earlier = 0.35;
  constexpr timespec moment{0, 150'000'000};
  const double seconds = std::max(fault.seconds_to_kill - earlier, 0.0);
  const auto whole = static_cast<time_t>(seconds);
  const timespec deadline =
      after({whole, static_cast<long>(1e9 * (seconds - static_cast<double>(whole)))});
  if (wait_until_asked(&deadline)) return;
  remove_temporaries();
  ::nanosleep(&moment, nullptr);
  ::kill(::getpid(), SIGKILL);
}

/// In a thread of its own, which has memory of its own: where the heap is broken, or the fault lies
/// within `malloc`, the thread that failed could not.
void report() {
  wait_until_asked(nullptr);
  if (fault.is_to_be_killed && !fault.is_under_way && !fault.stops) end_unless_asked();
  if (fault.stops) return;
  sigset_t faults;
  sigemptyset(&faults);
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaddset(&faults, number);
  pthread_sigmask(SIG_UNBLOCK, &faults, nullptr);
  try {
    const std::string text = fault_text(fault.name.data(), fault.rank, fault.signal,
                                        fault.addresses.data(), fault.count);
    if (ftrylockfile(stdout) == 0) std::fflush(stdout);
    if (!fault.is_told.exchange(true)) write_all(text.data(), text.size());
  } catch (const std::exception&) { // then it is told plainly
  }
  ::sem_post(&fault.answered);
}

bool is_of_open_mpi(const struct sigaction& action) {
  Dl_info found{};
  void* const handler = (action.sa_flags & SA_SIGINFO) != 0
                            ? reinterpret_cast<void*>(action.sa_sigaction)
                            : reinterpret_cast<void*>(action.sa_handler);
  return handler != nullptr && ::dladdr(handler, &found) != 0 && found.dli_fname != nullptr &&
         std::string_view(found.dli_fname).find("libopen-pal") != std::string_view::npos;
}

bool is_free(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_DFL;
}

bool is_reporting(const struct sigaction& action) {
  return (action.sa_flags & SA_SIGINFO) != 0 && action.sa_sigaction == report_fault;
}

/// False where the thread has one already.
bool give_stack() {
  stack_t now{};
  if (::sigaltstack(nullptr, &now) != 0 || (now.ss_flags & SS_DISABLE) == 0) return false;
  stack_t ours{};
  ours.ss_sp = handler_stack.data();
  ours.ss_size = handler_stack.size();
  return ::sigaltstack(&ours, nullptr) == 0;
}

void take_stack_back() {
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

/// Open MPI hands what is set of it on by the environment.
double seconds_to_kill() {
  if (std::getenv("OMPI_COMM_WORLD_SIZE") == nullptr) return 0;
  const char* const text = std::getenv("OMPI_MCA_odls_base_sigkill_timeout");
  return text != nullptr ? std::strtod(text, nullptr) : 1;
}

void name_process(const char* program_name) {
  std::string_view name = program_name != nullptr ? program_name : "tessera";
  name.remove_prefix(name.find_last_of('/') + 1);
  copy_to(fault.name, name);
  const char* const job = std::getenv("PMIX_NAMESPACE"); // of Open MPI
  copy_to(fault.job, "tessera fault " + std::to_string(::getuid()) + " " +
                         (job != nullptr ? job : std::to_string(::getpid())));
  fault.seconds_to_kill = seconds_to_kill();
  fault.process = ::getpid();
}

/// All signals are for other threads. None where the system gives no more threads.
std::thread started_reporter() {
  const blocked_signals none;
  try {
    return std::thread(report);
  } catch (const std::exception&) {
    return {};
  }
}

} // namespace

fault_signals::fault_signals(const char* program_name) {
  if (fault.process == ::getpid()) return;
  is_in_charge_ = true;
  name_process(program_name);
  void* first = nullptr;
  ::backtrace(&first, 1); // loads what it needs: a handler must not
  ::sem_init(&fault.asked, 0, 0);
  ::sem_init(&fault.answered, 0, 0);
  fault.stops = false;
  fault.is_to_be_killed = false;
  reporter_ = started_reporter();
  if (reporter_.joinable()) fault.reporter = reporter_.native_handle();
  fault.has_reporter = reporter_.joinable();
  has_stack_ = give_stack();
  struct sigaction ours {};
  ours.sa_sigaction = report_fault;
  ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    struct sigaction& before = before_[k];
    if (::sigaction(numbers[k], nullptr, &before) == 0 &&
        (is_free(before) || is_of_open_mpi(before)))
      is_taken_[k] = ::sigaction(numbers[k], &ours, nullptr) == 0;
  }
}

fault_signals::~fault_signals() {
  if (!is_in_charge_) return;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    struct sigaction now {};
    if (is_taken_[k] && ::sigaction(numbers[k], nullptr, &now) == 0 && is_reporting(now))
      static_cast<void>(::sigaction(numbers[k], &before_[k], nullptr));
  }
  if (has_stack_) take_stack_back();
  fault.stops = true;
  ::sem_post(&fault.asked);
  if (reporter_.joinable()) reporter_.join();
  fault.process = 0;
  fault.rank = -1;
}

void fault_signals::set_rank(int rank) noexcept { fault.rank = rank; }

void fault_signals::expect_kill() noexcept {
  if (fault.process != ::getpid() || fault.seconds_to_kill <= 0) return;
  if (!fault.is_to_be_killed.exchange(true)) ::sem_post(&fault.asked);
}

void fault_signals::keep_quiet() noexcept {
  struct sigaction now {};
  if (::sigaction(SIGABRT, nullptr, &now) == 0 && is_reporting(now)) std::signal(SIGABRT, SIG_DFL);
}

} // namespace tessera::detail
