#include "ranks/waits.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/memory.hpp>
#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

#include <algorithm>
#include <chrono>
#include <sched.h>
#include <vector>

namespace tessera::detail {

constinit thread_local wait_record* own_record = nullptr;

namespace {

using clock = std::chrono::steady_clock;
constexpr auto longest_wait = std::chrono::milliseconds(500);
constexpr auto moment = std::chrono::milliseconds(100);

struct limit_state {
  int depth = 0;
  bool others_are_late = false;
  clock::time_point deadline;
};
limit_state& limit() {
  thread_local limit_state state;
  return state;
}

/// Requests that nobody waits for, whose memory is kept.
std::vector<MPI_Request>& abandoned() {
  static auto* const all = new std::vector<MPI_Request>;
  return *all;
}

bool all_done(MPI_Request* requests, std::size_t count) {
  int done = 0;
  check_mpi(MPI_Testall(static_cast<int>(count), requests, &done, MPI_STATUSES_IGNORE),
            "MPI_Testall");
  return done != 0;
}

bool is_pending(MPI_Request& request) {
  int done = 0;
  // A request that has failed has ended.
  return request != MPI_REQUEST_NULL &&
         MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && done == 0;
}

/// MPI_Waitall says only that one has failed.
/// Of a request that has ended.
void check_request(int code, const char* call) {
  if (code == MPI_ERR_TRUNCATE)
    throw communication_error("ranks disagree: a message is longer than expected; all ranks must "
                              "make arrays of the same shape and type, and the same calls");
  check_mpi(code, call);
}

/// Where several threads may call MPI, MPI_Waitall may wait without end when one had failed before
/// the call.
bool threads_call_mpi() {
  static const bool they_do = [] {
    int level = MPI_THREAD_SINGLE;
    check_mpi(MPI_Query_thread(&level), "MPI_Query_thread");
    return level == MPI_THREAD_MULTIPLE;
  }();
  return they_do;
}

void wait_one_by_one(MPI_Request* requests, std::size_t count) {
  int index = 0;
  while (index != MPI_UNDEFINED)
    check_request(MPI_Waitany(static_cast<int>(count), requests, &index, MPI_STATUS_IGNORE),
                  "MPI_Waitany");
}

[[noreturn]] void throw_failure(MPI_Request* requests, std::size_t count, int code) {
  for (std::size_t k = 0; k < count; ++k) {
    int done = 0;
    if (requests[k] == MPI_REQUEST_NULL) continue;
    const int own = MPI_Test(&requests[k], &done, MPI_STATUS_IGNORE);
    check_request(own, "MPI_Test");
  }
  check_mpi(code, "MPI_Waitall");
  throw communication_error("MPI_Waitall failed");
}

} // namespace

limited_waits::limited_waits() noexcept {
  limit_state& state = limit();
  if (state.depth++ > 0) return;
  state.deadline = clock::now();
  if (!state.others_are_late) state.deadline += longest_wait;
}

limited_waits::~limited_waits() { --limit().depth; }

bool limited_waits::are_on() noexcept { return limit().depth > 0; }

void limited_waits::check() {
  limit_state& state = limit();
  if (state.depth == 0 || clock::now() < state.deadline) return;
  state.others_are_late = true;
  throw waited_in_vain();
}

void limited_waits::forget() noexcept { limit().others_are_late = false; }

void wait_for_all(MPI_Request* requests, std::size_t count, index_t bytes) {
  if (count == 0) return;
  const waiting here(bytes);
  if (!limited_waits::are_on()) {
    if (threads_call_mpi()) return wait_one_by_one(requests, count);
    const int code = MPI_Waitall(static_cast<int>(count), requests, MPI_STATUSES_IGNORE);
    if (code != MPI_SUCCESS) throw_failure(requests, count, code);
    return;
  }
  while (!all_done(requests, count)) {
    limited_waits::check();
    sched_yield();
  }
}

int wait_for_any(MPI_Request* requests, std::size_t count, index_t bytes) {
  const int n = static_cast<int>(count);
  int which = MPI_UNDEFINED;
  if (!limited_waits::are_on()) {
    const waiting here(bytes);
    check_request(MPI_Waitany(n, requests, &which, MPI_STATUS_IGNORE), "MPI_Waitany");
    return which;
  }
  for (int found = 0; found == 0; limited_waits::check())
    check_mpi(MPI_Testany(n, requests, &which, &found, MPI_STATUS_IGNORE), "MPI_Testany");
  return which;
}

void abandon(MPI_Request* requests, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k)
    if (is_pending(requests[k])) MPI_Cancel(&requests[k]);
  const auto deadline = clock::now() + moment;
  std::vector<MPI_Request> left(requests, requests + count);
  while (true) {
    std::erase_if(left, [](MPI_Request& request) { return !is_pending(request); });
    if (left.empty() || clock::now() > deadline) break;
    sched_yield();
  }
  std::fill_n(requests, count, MPI_REQUEST_NULL);
  if (left.empty()) return;
  if (abandoned().empty()) keep_freed_memory();
  abandoned().insert(abandoned().end(), left.begin(), left.end());
}

void look_after_abandoned() {
  std::vector<MPI_Request>& all = abandoned();
  if (all.empty()) return;
  std::erase_if(all, [](MPI_Request& request) { return !is_pending(request); });
  if (all.empty()) give_kept_memory();
}

} // namespace tessera::detail
