#include "job/stop_request.hpp"

#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/stop_requested.hpp>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <ctime>

namespace tessera {

namespace {

enum class request_state { not_asked_for, awaited, made };

std::atomic<request_state> state = request_state::not_asked_for;
std::atomic<std::int64_t> made_at = 0; // ms; 0: not made
static_assert(std::atomic<request_state>::is_always_lock_free);

/// Signals of one cause: a scheduler may send them to mpirun, which sends its own, and to ranks.
constexpr std::int64_t same_cause = 500; // ms

std::int64_t milliseconds_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{1000} * now.tv_sec + now.tv_nsec / 1'000'000;
}

} // namespace

namespace detail {

bool take_as_stop_request(int number) noexcept {
  if (number != SIGINT && number != SIGTERM && number != SIGUSR1 && number != SIGUSR2) return false;
  if (state == request_state::not_asked_for) return false;
  const std::int64_t now = milliseconds_now();
  std::int64_t first = 0;
  if (!made_at.compare_exchange_strong(first, now)) return now - first < same_cause;
  state = request_state::made;
  return true;
}

void forget_stop_request() noexcept {
  state = request_state::not_asked_for;
  made_at = 0;
}

} // namespace detail

bool stop_requested() noexcept {
  request_state now = state.load(std::memory_order_relaxed);
  if (now == request_state::not_asked_for)
    state.compare_exchange_strong(now, request_state::awaited);
  return now == request_state::made;
}

bool stop_requested(const communicator& comm) {
  return allreduce_max(comm, stop_requested() ? 1 : 0) != 0;
}

} // namespace tessera
