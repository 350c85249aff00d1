/// @file
/// The frame of a program: starts MPI, runs, ends all ranks together.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <type_traits>

namespace tessera {

/// What a program wants of `run`.
struct run_options {
  int threads =
      0; ///< of each rank, where TESSERA_THREADS and set_threads say nothing; 0 stands for 1
};

namespace detail {

using program = int (*)(communicator& world, void* context);
int run_program(int argc, char** argv, program main, void* context, const run_options& options);

} // namespace detail

/// Starts MPI, calls `main(world)` on every rank and ends MPI. Returns the exit code: what `main`
/// returned (0 if nothing), the largest over all ranks; after an exception 1, or 2 for a
/// usage_error.
///
/// An exception on any rank ends the whole job. Its message is printed once, on stderr, by the
/// lowest rank that threw. If the others do not come to their end within a second, because they
/// wait for a rank that is no longer there, the job is aborted. Works without mpirun, as one rank;
/// if MPI runs already, it is neither started nor ended; runs may be nested. Once MPI has ended,
/// it cannot start again: a second run prints an error and returns 1. Collective over all ranks.
///
/// A rank that has returned, or called `exit`, waits for the others, however long they compute.
/// If all of them wait inside the library and none gets on for two seconds, the job is aborted
/// with a message that says who left and who waits. TESSERA_WATCH=0 in the environment switches
/// that off; so does MPI_THREAD_MULTIPLE.
///
/// MPI is started with MPI_THREAD_FUNNELED. Each rank has one thread, or as many as TESSERA_THREADS
/// in its environment or the options say (see <tessera/core/threads.hpp>). That the number is none
/// from 1 to 1024, or that the program has started MPI with MPI_THREAD_SINGLE and there is more
/// than one, is an error as those of `main` are.
///
///     int main(int argc, char** argv) {
///       return tessera::run(argc, argv, [](tessera::communicator& world) { ... });
///     }
///     tessera::run(argc, argv, solve, {.threads = 2});
template <class F> int run(int argc, char** argv, F&& main, const run_options& options = {}) {
  auto body = [&main](communicator& world) -> int {
    if constexpr (std::is_void_v<std::invoke_result_t<F&, communicator&>>) {
      main(world);
      return 0;
    } else {
      return main(world);
    }
  };
  const auto call = [](communicator& world, void* context) -> int {
    return (*static_cast<decltype(body)*>(context))(world);
  };
  return detail::run_program(argc, argv, call, &body, options);
}

} // namespace tessera
