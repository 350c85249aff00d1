#include "job/ending.hpp"
#include "job/ending_signals.hpp"
#include "job/fault_signals.hpp"
#include "job/launch.hpp"
#include "job/node_processes.hpp"
#include "measuring/recorded_run.hpp"
#include "ranks/thread_level.hpp"
#include "watch/call_watch.hpp"
#include "watch/print_message.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/files/file_errors.hpp>
#include <tessera/core/threads/background.hpp>
#include <tessera/core/threads/pieces.hpp>
#include <tessera/distributed/run.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace tessera::detail {

namespace {

/// What was printed may wait in a buffer. A program that was started without a standard output
/// (EBADF) has lost nothing.
void flush_output() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  if (errno != EBADF) throw_file_error("write", "-", errno != 0 ? errno : EIO);
}

/// What is written while the program computes is part of it. Where this rank failed, others may
/// have, too, and what they write together is never complete.
outcome behind_background(const outcome& mine) {
  constexpr double for_ever = 1e9;
  constexpr double a_while = 30; // seconds
  const bool is_well = mine.how == departure::returned;
  const std::exception_ptr failure = end_background(is_well ? for_ever : a_while);
  if (is_well && failure != nullptr) std::rethrow_exception(failure);
  return mine;
}

template <class F> outcome outcome_of(F&& f) {
  try {
    return f();
  } catch (const error& e) {
    return {departure::failed, e.kind() == error_kind::usage ? 2 : 1, e.what()};
  } catch (const std::exception& e) {
    return {departure::failed, 1, e.what()};
  } catch (...) {
    return {departure::failed, 1, "unknown exception"};
  }
}

outcome guarded(program main, communicator& world, void* context, const run_options& options,
                const communicator* outermost) {
  const outcome mine = outcome_of([&]() -> outcome {
    if (options.threads != 0) set_default_threads(options.threads);
    check_thread_count();
    if (outermost != nullptr) begin_recorded_run(*outermost);
    const int code = main(world, context);
    flush_output();
    // As the system would cut it off; what is not zero stays so.
    return {departure::returned, code & 0xff, ""};
  });
  return outcome_of([&] { return behind_background(mine); });
}

/// The profile that was asked for. Returns the exit code: 1 where it cannot be written.
int write_recorded_run(const char* name, const communicator& comm) {
  try {
    end_recorded_run(comm);
    return 0;
  } catch (const std::exception& e) { // of all ranks
    if (comm.rank() == 0) print_message(name, e.what());
    return 1;
  }
}

/// A run that is under way, for who leaves it by other ways than returning or throwing.
struct frame {
  frame(const char* program_name, bool ends_mpi)
      : name(program_name), ends(ends_mpi), comm(communicator::world().duplicate()), watch(comm),
        calls(program_name, comm), processes(comm), outer(innermost),
        before(std::set_terminate(&frame::terminate)) {
    innermost = this;
  }
  frame(const frame&) = delete;
  frame& operator=(const frame&) = delete;
  ~frame() {
    innermost = outer;
    std::set_terminate(before);
  }

  static void terminate();
  static void leave(departure how, int code);
  static void install();

  const char* name;
  bool ends;         // MPI
  communicator comm; // that nothing else uses
  departure_watch watch;
  call_watch calls;
  node_processes processes;
  frame* outer;
  std::terminate_handler before;

  static thread_local frame* innermost;
};

thread_local frame* frame::innermost = nullptr;

/// Says which rank it was: what the system prints does not.
void frame::terminate() {
  frame* const here = std::exchange(innermost, nullptr);
  if (here != nullptr) {
    std::string what = "std::terminate was called";
    try {
      if (const std::exception_ptr thrown = std::current_exception()) {
        what = "an exception that nobody could catch: unknown";
        std::rethrow_exception(thrown);
      }
    } catch (const std::exception& e) {
      what = std::string("an exception that nobody could catch: ") + e.what();
    } catch (...) { // of a type that says nothing
    }
    print_message(here->name, fmt::format("rank {}: {}", here->comm.rank(), what));
  }
  fault_signals::keep_quiet();
  end_other_processes();
  std::abort();
}

/// `exit` within the program is a way of returning: the others are waited for.
void frame::leave(departure how, int code) {
  frame* const here = std::exchange(innermost, nullptr);
  if (here == nullptr) return;
  try {
    if (here->outer == nullptr) stop_recorded_run();
    end_together(here->name, here->comm, here->watch, here->calls, {how, code & 0xff, ""});
    here->calls.stop();
    if (here->outer == nullptr) write_recorded_run(here->name, here->comm);
    if (here->ends) MPI_Finalize();
  } catch (const std::exception& e) {
    print_message(here->name, e.what());
    MPI_Abort(MPI_COMM_WORLD, 1);
  }
}

void frame::install() {
  static const bool done = [] {
    on_exit([](int code, void*) { leave(departure::exited, code); }, nullptr);
    return std::at_quick_exit([] { leave(departure::quick_exited, 0); }) == 0;
  }();
  static_cast<void>(done);
}

bool has_mpi_ended() {
  int ended = 0;
  MPI_Finalized(&ended);
  return ended != 0;
}

int rank_of_last_run = 0;

int refuse_second_run(const char* name) {
  if (rank_of_last_run == 0)
    print_message(name,
                  "tessera::run was called after MPI had ended, and MPI cannot start again; do "
                  "everything in one run, or call MPI_Init before the first of several and "
                  "MPI_Finalize after the last");
  else // mpirun kills the others when the first rank has failed, and rank 0 is to be heard
    std::this_thread::sleep_for(std::chrono::seconds(1));
  return 1;
}

} // namespace

int run_program(int argc, char** argv, program main, void* context, const run_options& options) {
  const char* const name = argc > 0 ? argv[0] : nullptr;
  if (has_mpi_ended()) return refuse_second_run(name);
  // A write beyond a limit on file sizes is to fail, as one on a full disk does, not to kill.
  std::signal(SIGXFSZ, SIG_IGN);
  const ending_signals tidy;
  const fault_signals faults(name);
  int running = 0;
  MPI_Initialized(&running);
  if (running == 0) {
    start_mpi(name, &argc, &argv);
    // Errors are thrown; in a program that started MPI itself, they stay its own.
    check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN),
              "MPI_Comm_set_errhandler");
  }
  int code = 0;
  {
    std::optional<thread_count_later> not_yet(std::in_place); // an error of it is to be agreed on
    communicator world = communicator::world();
    rank_of_last_run = world.rank();
    fault_signals::set_rank(rank_of_last_run);
    frame::install();
    frame here(name, running == 0);
    not_yet.reset();
    const bool is_outermost = here.outer == nullptr;
    const outcome mine =
        guarded(main, world, context, options, is_outermost ? &here.comm : nullptr);
    if (is_outermost) stop_recorded_run();
    code = end_together(name, here.comm, here.watch, here.calls, mine);
    if (is_outermost) code = std::max(code, write_recorded_run(name, here.comm));
  }
  if (running == 0) MPI_Finalize();
  return code;
}

} // namespace tessera::detail
