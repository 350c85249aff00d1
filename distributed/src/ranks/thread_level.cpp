#include "ranks/thread_level.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/threads.hpp>
#include <tessera/core/threads/pieces.hpp>
#include <tessera/distributed/communicator.hpp>

#include <fmt/core.h>

#include <atomic>

namespace tessera::detail {

namespace {

constinit std::atomic<int> later = 0; // how many want that

bool is_running() {
  int begun = 0;
  int ended = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&ended);
  return begun != 0 && ended == 0;
}

/// Threads that compute do not call MPI, but it must know that there are some.
void check_level(int count) {
  if (!is_running()) return;
  int level = MPI_THREAD_SINGLE;
  check_mpi(MPI_Query_thread(&level), "MPI_Query_thread");
  if (level >= MPI_THREAD_FUNNELED) return;
  throw communication_error(fmt::format(
      "{} threads in each rank, by TESSERA_THREADS or set_threads, but the program has started MPI "
      "without leave for any (MPI_THREAD_SINGLE); start it by MPI_Init_thread(..., "
      "MPI_THREAD_FUNNELED, ...), or have 1 thread",
      count));
}

} // namespace

void check_thread_count() {
  check_threads_by(&check_level);
  if (later > 0) return;
  const int count = threads();
  if (count > 1) check_level(count);
}

thread_count_later::thread_count_later() { ++later; }
thread_count_later::~thread_count_later() { --later; }

} // namespace tessera::detail
