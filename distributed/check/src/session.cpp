#include "session.hpp"

#include "measuring/recorded_run.hpp"
#include "ranks/left_behind.hpp"
#include "stack/call_site.hpp"
#include "watch/call_watch.hpp"
#include "watch/print_message.hpp"

#include <tessera/distributed/ranks/agreed.hpp>

#include <fmt/core.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <thread>
#include <unistd.h>

namespace tessera::detail {

namespace {

constexpr auto between_looks = std::chrono::milliseconds(50);

struct session {
  session() : comm(communicator::world().duplicate()), watch(program_invocation_name, comm) {
    record = own_record;
    note = own_note;
  }

  communicator comm;
  call_watch watch;
  wait_record* record = nullptr; // of the thread that started MPI
  call_note* note = nullptr;
  bool is_paused = false; // where `run` watches
  pid_t process = getpid();
};

session* current = nullptr;
std::atomic<bool> checks = false;

std::string variable(const char* name) {
  const char* const text = std::getenv(name);
  return text != nullptr ? text : "";
}

bool is_profile_wanted() {
  return !variable("TESSERA_PROFILE").empty() || !variable("TESSERA_TRACE").empty();
}

bool is_check_wanted() {
  const std::string text = variable("TESSERA_CHECK");
  return text.empty() ? !is_profile_wanted() : text != "0";
}

std::string text_of_exit(int code) {
  const call_site site = find_call_site();
  const std::string end = ", without MPI_Finalize";
  if (!site.has_line) return fmt::format("ended with exit code {}{}", code, end);
  return fmt::format("called exit({}) at {}{}", code, site.place, end);
}

bool has_mpi_ended() {
  int ended = 0;
  PMPI_Finalized(&ended);
  return ended != 0;
}

/// A rank that ends without MPI_Finalize waits here as long as others are at work, which would be
/// killed: where they wait for it in vain, they say so.
void leave_without_end(const std::string& how) {
  if (current == nullptr || current->is_paused || has_mpi_ended()) return;
  if (current->process != getpid()) return; // a child of the rank's
  const inside here;
  current->watch.leave(how, false);
  std::this_thread::sleep_for(2 * between_looks); // for the watch to see it
  while (!current->watch.have_all_left()) std::this_thread::sleep_for(between_looks);
}

void note_exits() {
  static const bool done = [] {
    on_exit([](int code, void*) { leave_without_end(text_of_exit(code & 0xff)); }, nullptr);
    const auto quickly = [] { leave_without_end("called quick_exit, without MPI_Finalize"); };
    return std::at_quick_exit(quickly) == 0;
  }();
  static_cast<void>(done);
}

} // namespace

namespace {

/// Raw calls note what they wait for; a rank that ends early is told.
void begin_checks() {
  setenv("TESSERA_CHECK", "1", 0); // for what Tessera itself compares
  check_arguments(true);
  current = new session; // not destroyed where a program ends without MPI_Finalize
  hidden_of(MPI_COMM_WORLD);
  note_exits();
  checks = true;
}

/// The profile of a program that does not use `run`, which has one of its own.
communicator* profiled = nullptr;

[[noreturn]] void fail(const std::exception& failure) {
  print_message(program_invocation_name, failure.what());
  _exit(1);
}

void begin_profile() {
  profiled = new communicator(communicator::world().duplicate());
  begin_recorded_run(*profiled);
  profile_of_calls = &own_profile_functions();
}

void end_profile() {
  if (profiled == nullptr) return;
  if (profile_of_calls == &own_profile_functions()) {
    stop_recorded_run();
    end_recorded_run(*profiled);
  }
  delete profiled;
  profiled = nullptr;
}

} // namespace

bool is_checking() noexcept { return checks.load(std::memory_order_relaxed); }

void begin_session(const void* caller) {
  int size = 0;
  PMPI_Comm_size(MPI_COMM_WORLD, &size);
  const inside here;
  try {
    if (size > 1 && is_check_wanted()) begin_checks();
    if (is_profile_wanted() && is_of_program(caller)) begin_profile();
  } catch (const std::exception& failure) {
    fail(failure);
  }
}

void end_session() {
  const inside here;
  checks = false;
  try {
    end_profile();
    if (current == nullptr) return;
    report_unreceived(communicator::world());
    free_hidden(MPI_COMM_WORLD);
  } catch (const std::exception& failure) {
    fail(failure);
  }
  delete current;
  current = nullptr;
}

void end_job(const std::string& message, bool is_mine_to_say) {
  current->watch.report(message, is_mine_to_say);
}

} // namespace tessera::detail

/// `run` watches this thread, and has it note what it waits for there; see
/// watch/wrapped_calls.hpp.
extern "C" void tessera_check_watch_1(tessera::detail::wait_record* record,
                                      tessera::detail::call_note* note) {
  using namespace tessera::detail;
  if (current == nullptr || inside::is()) return;
  const bool goes_on = record == nullptr || note == current->note;
  own_record = goes_on ? current->record : note != nullptr ? record : nullptr;
  own_note = goes_on ? current->note : note;
  if (goes_on == !current->is_paused) return;
  current->is_paused = !goes_on;
  if (goes_on)
    current->watch.resume();
  else
    current->watch.pause();
}

/// Tessera records a profile, in which raw calls are counted, too; see
/// measuring/wrapped_profile.hpp.
extern "C" void tessera_check_profile_1(const tessera::detail::profile_functions* functions) {
  if (!tessera::detail::inside::is()) tessera::detail::profile_of_calls = functions;
}
