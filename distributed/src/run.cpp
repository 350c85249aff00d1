#include "ending_signals.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/file_errors.hpp>
#include <tessera/distributed/run.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>
#include <thread>

namespace tessera::detail {

namespace {

using clock = std::chrono::steady_clock;
constexpr auto patience = std::chrono::seconds(2);
constexpr auto grace = std::chrono::milliseconds(300); // between ranks that fail together
constexpr int waited_in_vain = 1;                      // the tag of the message that says so

/// How one rank ended.
struct outcome {
  bool failed = false;
  int code = 0;
  std::string message;
};

/// What was printed may wait in a buffer. A program that was started without a standard output
/// (EBADF) has lost nothing.
void flush_output() {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return;
  if (errno != EBADF) throw_file_error("write", "-", errno != 0 ? errno : EIO);
}

outcome guarded(program main, communicator& world, void* context) {
  try {
    const int code = main(world, context);
    flush_output();
    // As the system would cut it off; what is not zero stays so.
    return {false, code & 0xff, ""};
  } catch (const error& e) {
    return {true, e.kind() == error_kind::usage ? 2 : 1, e.what()};
  } catch (const std::exception& e) {
    return {true, 1, e.what()};
  } catch (...) {
    return {true, 1, "unknown exception"};
  }
}

void print(const char* program_name, const std::string& message) {
  std::string name = program_name != nullptr ? program_name : "tessera";
  name.erase(0, name.find_last_of('/') + 1);
  std::fflush(stdout);
  std::fprintf(stderr, "%s: %s\n", name.c_str(), message.c_str());
  std::fflush(stderr);
}

/// Waits for a request; for a limited time when this rank failed, since then the others may wait
/// for it elsewhere. False when the time is up.
bool wait(MPI_Request& request, bool limited) {
  if (!limited) {
    check_mpi(MPI_Wait(&request, MPI_STATUS_IGNORE), "MPI_Wait");
    return true;
  }
  const auto deadline = clock::now() + patience;
  int done = 0;
  while (true) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
    if (done != 0) return true;
    if (clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// Of several ranks that waited in vain only the lowest is to print: each tells the higher ones.
bool lower_rank_speaks(const communicator& ending) {
  for (int peer = ending.rank() + 1; peer < ending.size(); ++peer) {
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Isend(nullptr, 0, MPI_BYTE, peer, waited_in_vain, ending.native(), &request),
              "MPI_Isend");
    check_mpi(MPI_Request_free(&request), "MPI_Request_free");
  }
  const auto deadline = clock::now() + grace;
  int heard = 0;
  while (heard == 0 && clock::now() < deadline) {
    check_mpi(
        MPI_Iprobe(MPI_ANY_SOURCE, waited_in_vain, ending.native(), &heard, MPI_STATUS_IGNORE),
        "MPI_Iprobe");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return heard != 0;
}

/// Ends all ranks together and returns their common exit code. `ending` is a communicator that
/// nothing else uses.
int finish(const char* program_name, const communicator& ending, const outcome& mine) {
  const std::string where = "rank " + std::to_string(ending.rank()) + ": ";
  // The lowest rank that failed; whether all did; the largest exit code.
  const int values[3] = {mine.failed ? ending.rank() : std::numeric_limits<int>::max(),
                         mine.failed ? 1 : 0, -mine.code};
  int lowest[3] = {};
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Iallreduce(values, lowest, 3, MPI_INT, MPI_MIN, ending.native(), &request),
            "MPI_Iallreduce");
  if (!wait(request, mine.failed)) {
    if (lower_rank_speaks(ending))
      std::this_thread::sleep_for(patience); // it ends this one before that
    else
      print(program_name, where + mine.message);
    MPI_Abort(MPI_COMM_WORLD, mine.code);
  }
  if (lowest[0] == ending.rank())
    print(program_name, lowest[1] == 1 ? mine.message : where + mine.message);
  return -lowest[2];
}

} // namespace

int run_program(int argc, char** argv, program main, void* context) {
  // A write beyond a limit on file sizes is to fail, as one on a full disk does, not to kill.
  std::signal(SIGXFSZ, SIG_IGN);
  const ending_signals tidy;
  int running = 0;
  MPI_Initialized(&running);
  if (running == 0) check_mpi(MPI_Init(&argc, &argv), "MPI_Init");
  int code = 0;
  {
    communicator world = communicator::world();
    const communicator ending = world.duplicate();
    const outcome mine = guarded(main, world, context);
    code = finish(argc > 0 ? argv[0] : nullptr, ending, mine);
  }
  if (running == 0) MPI_Finalize();
  return code;
}

} // namespace tessera::detail
