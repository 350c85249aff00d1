#include "job/ending.hpp"

#include "job/node_processes.hpp"
#include "ranks/left_behind.hpp"
#include "watch/call_watch.hpp"
#include "watch/print_message.hpp"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <thread>

namespace tessera::detail {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
constexpr milliseconds patience{1000}; // with the others, after an error of this rank
constexpr milliseconds grace{300};     // between ranks that fail together
constexpr milliseconds between_looks{100};
constexpr int waited_in_vain_tag = 1; // of the message that says so

/// Of several ranks that waited in vain only the lowest is to print: each tells the higher ones.
bool lower_rank_speaks(const communicator& comm) {
  for (int peer = comm.rank() + 1; peer < comm.size(); ++peer) {
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Isend(nullptr, 0, MPI_BYTE, peer, waited_in_vain_tag, comm.native(), &request),
              "MPI_Isend");
    check_mpi(MPI_Request_free(&request), "MPI_Request_free");
  }
  const auto deadline = clock::now() + grace;
  int heard = 0;
  while (heard == 0 && clock::now() < deadline) {
    check_mpi(
        MPI_Iprobe(MPI_ANY_SOURCE, waited_in_vain_tag, comm.native(), &heard, MPI_STATUS_IGNORE),
        "MPI_Iprobe");
    std::this_thread::sleep_for(milliseconds(1));
  }
  return heard != 0;
}

std::string prefix(const communicator& comm) { return fmt::format("rank {}: ", comm.rank()); }

/// The others wait elsewhere for this rank, which failed.
[[noreturn]] void abort_after_failure(const char* program_name, const communicator& comm,
                                      const outcome& mine) {
  if (lower_rank_speaks(comm))
    std::this_thread::sleep_for(2 * patience); // it ends this one before that
  else
    print_message(program_name, prefix(comm) + mine.message);
  end_other_processes();
  MPI_Abort(MPI_COMM_WORLD, mine.code);
  std::abort();
}

/// Waits until all ranks have come to their end. Ends the job where one does not, since it waits
/// for a rank that has left.
void await_all(const char* program_name, const communicator& comm, departure_watch& watch,
               call_watch& calls, const outcome& mine, MPI_Request& request) {
  const auto start = clock::now();
  auto next_look = start + patience;
  int done = 0;
  while (true) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done != 0) return;
    const auto now = clock::now();
    if (now - start > patience && mine.how == departure::failed)
      abort_after_failure(program_name, comm, mine);
    if (now > next_look) {
      next_look = now + between_looks;
      const std::string complaint = watch.look();
      if (complaint.empty()) continue;
      calls.report_departure(watch.exit_code());
      print_message(program_name, complaint);
      end_other_processes();
      MPI_Abort(MPI_COMM_WORLD, watch.exit_code());
    }
    // Others may compute for hours, and need the processor.
    if (now - start < between_looks)
      std::this_thread::yield();
    else
      std::this_thread::sleep_for(milliseconds(1));
  }
}

} // namespace

int end_together(const char* program_name, const communicator& comm, departure_watch& watch,
                 call_watch& calls, const outcome& mine) {
  const bool failed = mine.how == departure::failed;
  watch.leave(mine.how, mine.code);
  calls.leave(text_of_departure(mine.how, mine.code), failed);
  // The lowest rank that failed; whether all did; the largest exit code.
  const int values[3] = {failed ? comm.rank() : std::numeric_limits<int>::max(), failed ? 1 : 0,
                         -mine.code};
  int lowest[3] = {};
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallreduce(values, lowest, 3, MPI_INT, MPI_MIN, comm.native(), &request),
            "MPI_Iallreduce");
  await_all(program_name, comm, watch, calls, mine, request);
  if (lowest[0] == std::numeric_limits<int>::max()) report_unreceived(communicator::world());
  if (lowest[0] == comm.rank())
    print_message(program_name, lowest[1] == 1 ? mine.message : prefix(comm) + mine.message);
  return -lowest[2];
}

} // namespace tessera::detail
