#include "started_calls.hpp"

#include "ranks/started_agreement.hpp"
#include "session.hpp"

#include <tessera/core/error.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace tessera::detail {

struct started_collective::state {
  started_agreement agreement;
  int rank = 0;
};

namespace {

struct started_call {
  started_wait what;
  std::shared_ptr<started_agreement> agreement; // of a collective call
  int rank = 0;                                 // in its communicator
};

struct registry {
  std::mutex lock;
  std::unordered_map<MPI_Request, started_call> calls;
  std::atomic<long> collectives = 0;
};
registry& started() {
  static auto* const all = new registry;
  return *all;
}

/// A copy: another thread may add to the registry.
started_call find(MPI_Request request) {
  registry& all = started();
  const std::lock_guard guard(all.lock);
  const auto found = all.calls.find(request);
  return found != all.calls.end() ? found->second : started_call{};
}

void put(MPI_Request request, started_call call) {
  if (request == MPI_REQUEST_NULL) return;
  registry& all = started();
  const std::lock_guard guard(all.lock);
  if (call.agreement) ++all.collectives;
  started_call& place = all.calls[request];
  if (place.agreement) --all.collectives; // was ended where nobody looked
  place = std::move(call);
}

} // namespace

void note_started(MPI_Request request, direction way, MPI_Comm comm, int peer, int tag) {
  if (peer == MPI_PROC_NULL) return;
  const int whom = is_checking() ? rank_of_world(comm, peer) : -1;
  put(request, {{way, comm, whom, tag, true, false}, nullptr, 0});
}

started_collective::started_collective(const hidden_communicator& hidden, const operands& mine)
    : state_(new state) {
  state_->rank = hidden.rank;
  state_->agreement.start(hidden.comm, mine.call(), mine.text());
}

void started_collective::belongs_to(MPI_Request request) {
  const std::shared_ptr<state> shared(state_);
  put(request, {{direction::both, MPI_COMM_NULL, -1, -1, false, true},
                std::shared_ptr<started_agreement>(shared, &shared->agreement),
                shared->rank});
}

void forget_started(MPI_Request request) {
  registry& all = started();
  const std::lock_guard guard(all.lock);
  const auto found = all.calls.find(request);
  if (found == all.calls.end()) return;
  if (found->second.agreement) --all.collectives;
  all.calls.erase(found);
}

started_wait what_is_awaited(int count, const MPI_Request* requests) {
  started_wait result;
  for (int k = 0; k < count; ++k) {
    if (requests[k] == MPI_REQUEST_NULL) continue;
    const started_wait what = find(requests[k]).what;
    if (what.is_collective) return what;
    if (!what.is_message) continue;
    if (!result.is_message) {
      result = what;
    } else if (result.peer != what.peer) {
      result.peer = -1;
      result.tag = -1;
      result.way = result.way == what.way ? what.way : direction::both;
    }
  }
  return result;
}

bool has_collective(int count, const MPI_Request* requests) {
  if (started().collectives == 0) return false;
  for (int k = 0; k < count; ++k)
    if (requests[k] != MPI_REQUEST_NULL && find(requests[k]).what.is_collective) return true;
  return false;
}

bool is_agreed(MPI_Request request, bool blocking) {
  if (request == MPI_REQUEST_NULL || started().collectives == 0) return true;
  const started_call call = find(request);
  if (!call.agreement) return true;
  try {
    return call.agreement->advance(blocking);
  } catch (const argument_error& difference) {
    end_job(difference.what(), call.rank == 0);
  }
}

} // namespace tessera::detail
