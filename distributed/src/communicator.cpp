#include "node_memory.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/waiting.hpp>

#include <string>
#include <utility>

namespace tessera {

namespace detail {

void check_mpi(int code, const char* call) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = "";
  int length = 0;
  MPI_Error_string(code, text, &length);
  throw communication_error(std::string(call) + " failed: " + text);
}

} // namespace detail

using detail::check_mpi;

communicator::communicator(MPI_Comm handle, bool owned) : handle_(handle) {
  if (handle == MPI_COMM_NULL) return;
  if (owned) users_ = new long(1);
  // Otherwise a failing call ends the program before its return code can be checked.
  check_mpi(MPI_Comm_set_errhandler(handle, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  check_mpi(MPI_Comm_rank(handle, &rank_), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(handle, &size_), "MPI_Comm_size");
}

communicator::communicator(MPI_Comm borrowed) : communicator(borrowed, false) {}

communicator::communicator(const communicator& other) noexcept
    : handle_(other.handle_), users_(other.users_), rank_(other.rank_), size_(other.size_) {
  if (users_ != nullptr) ++*users_;
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
  if (users_ == nullptr || --*users_ > 0) return;
  delete users_;
  int finalized = 0; // arrays of static lifetime may outlive MPI
  MPI_Finalized(&finalized);
  if (finalized == 0) MPI_Comm_free(&handle_);
}

communicator communicator::world() { return communicator(MPI_COMM_WORLD); }

void communicator::barrier() const {
  const detail::waiting here;
  check_mpi(MPI_Barrier(handle_), "MPI_Barrier");
}

communicator communicator::duplicate() const {
  detail::node_memory::of(*this); // found once, it is inherited
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_dup(handle_, &handle), "MPI_Comm_dup");
  return {handle, true};
}

communicator communicator::split(int color, int key) const {
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_split(handle_, color, key, &handle), "MPI_Comm_split");
  return {handle, true};
}

communicator communicator::split_by_node() const {
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
