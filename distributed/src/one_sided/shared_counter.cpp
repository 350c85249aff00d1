#include "one_sided/rank_memory.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/memory/block_storage.hpp>
#include <tessera/distributed/one_sided/shared_counter.hpp>

#include <fmt/core.h>

#include <cstring>
#include <exception>
#include <utility>

namespace tessera {

struct shared_counter::state {
  state(const communicator& ranks, std::int64_t first)
      : comm(ranks), storage(comm, detail::cache_line),
        memory(comm, (std::memcpy(storage.data(), &first, sizeof first), storage.data()),
               detail::cache_line) {}

  communicator comm;
  detail::block_storage storage;
  detail::rank_memory memory;
  state* older = nullptr;
  static state* kept; ///< the last one that had to stay
};
shared_counter::state* shared_counter::state::kept = nullptr;

shared_counter::shared_counter(const communicator& comm, std::int64_t first)
    : state_(new state(comm, first)) {}

shared_counter::~shared_counter() {
  if (state_ == nullptr) return;
  if (std::uncaught_exceptions() > 0) {
    // While an error is on its way, other ranks may still count: the memory stays.
    state_->older = std::exchange(state::kept, state_);
    return;
  }
  try {
    state_->comm.barrier();
  } catch (const std::exception&) { // of MPI, which the next call says too
  }
  delete state_;
}

std::int64_t shared_counter::fetch_add(std::int64_t n) const {
  if (state_ == nullptr)
    throw argument_error("a shared counter that was moved from; make one with a communicator");
  return state_->memory.fetch_add(0, 0, n);
}

void detail::check_tasks(index_t n, index_t chunk) {
  if (n < 0 || chunk < 1)
    throw argument_error(
        fmt::format("for_tasks of {} tasks, {} at a time; tasks are 0 or more, and 1 or more at a "
                    "time",
                    n, chunk));
}

} // namespace tessera
