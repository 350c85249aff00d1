#include "ranks/calling_thread.hpp"
#include "ranks/communicator_text.hpp"
#include "ranks/duplicate_hook.hpp"
#include "ranks/left_behind.hpp"
#include "ranks/thread_level.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/agreed.hpp>
#include <tessera/distributed/ranks/group.hpp>
#include <tessera/distributed/ranks/traffic.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <fmt/core.h>

#include <atomic>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

namespace detail {

namespace {

/// May this thread call MPI, for all that MPI was told when it was started?
void check_caller() {
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

constinit thread_local bool may_call_mpi = false;

void check_thread() {
  if (may_call_mpi) return;
  check_caller();
  check_thread_count();
  may_call_mpi = true;
}

void check_usable(const communicator& comm) {
  check_thread();
  check_not_freed(comm.native());
  if (comm.native() == MPI_COMM_NULL)
    throw communication_error(
        "a collective call on a communicator of no ranks: it was made without "
        "arguments, or moved from; so may be the process grid that has it" +
        text_of_call());
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

namespace {

void agree_on_call(const communicator& comm, const char* call) {
  detail::agree_if_checked(comm, call, [&] { return fmt::format("of {} ranks", comm.size()); });
}

} // namespace

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
  detail::watch_handle(handle, owned);
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
  if (finalized != 0) return;
  if (!detail::is_freed(handle_)) detail::report_unreceived(*this);
  detail::free_handle(handle_);
}

communicator communicator::world() { return communicator(MPI_COMM_WORLD); }

void communicator::barrier() const {
  detail::check_usable(*this);
  agree_on_call(*this, "a barrier");
  const detail::waiting here;
  detail::note_collective();
  check_mpi(MPI_Barrier(handle_), "MPI_Barrier");
}

communicator communicator::duplicate() const {
  detail::check_usable(*this);
  agree_on_call(*this, "a duplicate of a communicator");
  const detail::duplicate_hook hook = detail::current_duplicate_hook();
  void* const known = hook.find != nullptr ? hook.find(*this) : nullptr;
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_dup(handle_, &handle), "MPI_Comm_dup");
  communicator result(handle, true);
  if (const std::string known_as = detail::given_name(*this); !known_as.empty())
    result.set_name(known_as);
  if (hook.pass_on != nullptr) hook.pass_on(result, known);
  return result;
}

communicator communicator::split(int color, int key) const {
  detail::check_usable(*this);
  agree_on_call(*this, "a split of a communicator");
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_split(handle_, color, key, &handle), "MPI_Comm_split");
  return {handle, true};
}

communicator communicator::split_by_node() const {
  detail::check_usable(*this);
  agree_on_call(*this, "a split of a communicator by nodes");
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_split_type(handle_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &handle),
            "MPI_Comm_split_type");
  return {handle, true};
}

namespace {

/// The numbers that all ranks of a group have in a communicator.
std::vector<int> ranks_of(const group& members, const group& all) {
  std::vector<int> ranks(static_cast<std::size_t>(members.size()));
  std::iota(ranks.begin(), ranks.end(), 0);
  return members.translate(ranks, all);
}

void check_are_there(const std::vector<int>& ranks, int size, const char* call) {
  for (std::size_t k = 0; k < ranks.size(); ++k)
    if (ranks[k] == MPI_PROC_NULL)
      throw argument_error(fmt::format("{}: rank {} of the group is none of the {} ranks of the "
                                       "communicator",
                                       call, k, size));
}

/// Throws unless all ranks of a group gave the same one.
void check_same_group(const std::vector<int>& ranks, const std::vector<std::uint64_t>& given,
                      int me) {
  const std::uint64_t mine = given[static_cast<std::size_t>(me)];
  for (const int rank : ranks)
    if (given[static_cast<std::size_t>(rank)] != mine)
      throw argument_error(fmt::format("create: rank {} is in the group that rank {} gave, and "
                                       "gave another one",
                                       rank, me));
}

} // namespace

communicator communicator::create(const tessera::group& members) const {
  detail::check_usable(*this);
  const std::vector<int> ranks = ranks_of(members, group());
  const std::uint64_t mine = detail::fingerprint().add(ranks.data(), ranks.size()).value();
  const std::vector<std::uint64_t> given = allgather(*this, mine);
  collectively(*this, [&] {
    check_are_there(ranks, size_, "create");
    check_same_group(ranks, given, rank_);
  });
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_create(handle_, members.native(), &handle), "MPI_Comm_create");
  return {handle, true};
}

communicator communicator::create_group(const tessera::group& members, int tag) const {
  detail::check_usable(*this);
  check_are_there(ranks_of(members, group()), size_, "create_group");
  if (members.rank() == MPI_PROC_NULL)
    throw argument_error(fmt::format("create_group: rank {} is not in the group, whose ranks alone "
                                     "call it; all ranks of the communicator call create",
                                     rank_));
  if (tag < 0)
    throw argument_error(fmt::format("create_group: {} is no tag; tags are 0, 1, ...", tag));
  MPI_Comm handle = MPI_COMM_NULL;
  const detail::waiting here;
  check_mpi(MPI_Comm_create_group(handle_, members.native(), tag, &handle),
            "MPI_Comm_create_group");
  return {handle, true};
}

group communicator::group() const {
  if (is_null()) return {};
  detail::check_not_freed(handle_);
  MPI_Group handle = MPI_GROUP_NULL;
  check_mpi(MPI_Comm_group(handle_, &handle), "MPI_Comm_group");
  return tessera::group(handle);
}

void communicator::set_name(const std::string& name) const {
  if (is_null()) throw argument_error(fmt::format("set_name: \"{}\" for no communicator", name));
  if (name.size() >= MPI_MAX_OBJECT_NAME)
    throw argument_error(fmt::format("set_name: \"{}\" has {} characters; names have at most {}",
                                     name, name.size(), MPI_MAX_OBJECT_NAME - 1));
  detail::check_not_freed(handle_);
  check_mpi(MPI_Comm_set_name(handle_, name.c_str()), "MPI_Comm_set_name");
}

std::string communicator::name() const {
  if (is_null()) return "";
  detail::check_not_freed(handle_);
  char text[MPI_MAX_OBJECT_NAME] = "";
  int length = 0;
  check_mpi(MPI_Comm_get_name(handle_, text, &length), "MPI_Comm_get_name");
  return {text, static_cast<std::size_t>(length)};
}

bool communicator::same_ranks(const communicator& other) const {
  if (handle_ == other.handle_) return true;
  if (handle_ == MPI_COMM_NULL || other.handle_ == MPI_COMM_NULL) return false;
  detail::check_not_freed(handle_);
  detail::check_not_freed(other.handle_);
  int result = MPI_UNEQUAL;
  check_mpi(MPI_Comm_compare(handle_, other.handle_, &result), "MPI_Comm_compare");
  return result == MPI_IDENT || result == MPI_CONGRUENT;
}

} // namespace tessera
