// Windows of MPI on memory that is there.
#include "one_sided/rank_memory.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <exception>
#include <utility>

namespace tessera::detail {

namespace {

/// Open MPI 4.1 has no component for these where its threads may call it at once and ranks lie on
/// several hosts.
[[noreturn]] void throw_no_window() {
  throw communication_error(
      "one-sided access between ranks that share no memory: MPI makes no window for it. Open MPI "
      "4.1 has none between hosts for programs that ask for MPI_THREAD_MULTIPLE, nor where "
      "OMPI_MCA_osc names a component that cannot serve these ranks; start it by tessera::run, "
      "which asks for pt2pt");
}

} // namespace

rank_window::rank_window(const communicator& comm, std::byte* mine, index_t bytes) {
  const waiting here;
  // What is wrong with windows, MPI says by the handler of the communicator.
  const communicator asking = comm.duplicate();
  collectively(comm, [&] {
    if (MPI_Win_create(mine, bytes, 1, MPI_INFO_NULL, asking.native(), &handle_) != MPI_SUCCESS)
      throw_no_window();
  });
  check_mpi(MPI_Win_set_errhandler(handle_, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
  check_mpi(MPI_Win_lock_all(0, handle_), "MPI_Win_lock_all");
}

rank_window& rank_window::operator=(rank_window&& other) noexcept {
  std::swap(handle_, other.handle_);
  return *this;
}

rank_window::~rank_window() {
  // While an error is on its way, other ranks may be elsewhere: the window stays.
  if (handle_ == MPI_WIN_NULL || std::uncaught_exceptions() > 0) return;
  const waiting here;
  MPI_Win_unlock_all(handle_);
  MPI_Win_free(&handle_);
}

} // namespace tessera::detail
