#include "ranks/duplicate_hook.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <atomic>
#include <utility>

namespace tessera {

namespace detail {

namespace {

/// May this thread call MPI, for all that MPI was told when it was started?
void check_level() {
  int level = MPI_THREAD_SINGLE;
  check_mpi(MPI_Query_thread(&level), "MPI_Query_thread");
  int is_main = 1;
  check_mpi(MPI_Is_thread_main(&is_main), "MPI_Is_thread_main");
  if (is_main != 0 || level >= MPI_THREAD_SERIALIZED) return;
  throw communication_error(
      "a thread calls MPI that did not start it, at a level of threads that forbids it; start MPI "
      "by MPI_Init_thread(..., MPI_THREAD_MULTIPLE, ...), with a communicator for each thread");
}

} // namespace

void check_thread() {
  thread_local bool is_checked = false;
  if (is_checked) return;
  check_level();
  is_checked = true;
}

void check_usable(const communicator& comm) {
  check_thread();
  if (comm.native() == MPI_COMM_NULL)
    throw communication_error(
        "a collective call on a communicator of no ranks: it was made without "
        "arguments, or moved from; so may be the process grid that has it");
}

void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw communication_error(fmt::format("{} failed: {}", call, text));
}

} // namespace detail

using detail::check_mpi;

struct communicator::user_count {
  std::atomic<long> copies = 1;
};

communicator::communicator(MPI_Comm handle, bool owned) : handle_(handle) {
  if (handle == MPI_COMM_NULL) return;
  if (owned) {
    users_ = new user_count;
    // Otherwise a failing call ends the program before its return code can be checked. What is
    // borrowed does what its owner wants.
    check_mpi(MPI_Comm_set_errhandler(handle, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  }
  check_mpi(MPI_Comm_rank(handle, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(handle, &size_), "MPI_Comm_size");
}

communicator::communicator(MPI_Comm borrowed) : communicator(borrowed, false) {}

communicator::communicator(const communicator& other) noexcept
    : handle_(other.handle_), users_(other.users_), rank_(other.rank_), size_(other.size_) {
  if (users_ != nullptr) ++users_->copies;
}

communicator::communicator(communicator&& other) noexcept
    : handle_(std::exchange(other.handle_, MPI_COMM_NULL)),
      users_(std::exchange(other.users_, nullptr)), rank_(std::exchange(other.rank_, 0)),
      size_(std::exchange(other.size_, 0)) {}

communicator& communicator::operator=(communicator other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(users_, other.users_);
  std::swap(rank_, other.rank_);
  std::swap(size_, other.size_);
  return *this;
}

communicator::~communicator() {
  if (users_ == nullptr || --users_->copies > 0) return;
  delete users_;
  int finalized = 0; // arrays of static lifetime may outlive MPI
  MPI_Finalized(&finalized);
  if (finalized == 0) MPI_Comm_free(&handle_);
}

communicator communicator::world() { return communicator(MPI_COMM_WORLD); }

void communicator::barrier() const {
  detail::check_usable(*this);
  const detail::waiting here;
  detail::note_collective();
  check_mpi(MPI_Barrier(handle_), "MPI_Barrier");
}

communicator communicator::duplicate() const {
  detail::check_usable(*this);
  const detail::duplicate_hook hook = detail::current_duplicate_hook();
  void* const known = hook.find != nullptr ? hook.find(*this) : nullptr;
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_dup(handle_, &handle), "MPI_Comm_dup");
  communicator result(handle, true);
  if (hook.pass_on != nullptr) hook.pass_on(result, known);
  return result;
}

communicator communicator::split(int color, int key) const {
  detail::check_usable(*this);
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_split(handle_, color, key, &handle), "MPI_Comm_split");
  return {handle, true};
}

communicator communicator::split_by_node() const {
  detail::check_usable(*this);
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &handle),
            "MPI_Comm_split_type");
  return {handle, true};
}

bool communicator::same_ranks(const communicator& other) const {
  if (handle_ == other.handle_) return true;
  if (handle_ == MPI_COMM_NULL || other.handle_ == MPI_COMM_NULL) return false;
  int result = MPI_UNEQUAL;
  check_mpi(MPI_Comm_compare(handle_, other.handle_, &result), "MPI_Comm_compare");
  return result == MPI_IDENT || result == MPI_CONGRUENT;
}

} // namespace tessera
