#include "measuring/profile_recorder.hpp"

#include "measuring/profile_clock.hpp"

namespace tessera::detail {

bool profile_is_on = false;
std::atomic<std::uint32_t> current_generation{1};
std::atomic<std::size_t> largest_trace{0};

std::mutex& registry_lock() {
  static std::mutex lock;
  return lock;
}
std::vector<std::unique_ptr<region_recorder>>& recorder_registry() {
  static auto* const recorders = new std::vector<std::unique_ptr<region_recorder>>;
  return *recorders;
}

namespace {

region_recorder& new_recorder() {
  const std::lock_guard guard(registry_lock());
  auto& all = recorder_registry();
  all.push_back(std::make_unique<region_recorder>());
  all.back()->thread = all.size() - 1;
  return *all.back();
}

region_recorder& own_recorder() {
  thread_local region_recorder& mine = new_recorder();
  const std::uint32_t now = current_generation.load(std::memory_order_relaxed);
  if (mine.generation != now) mine.reset(now);
  return mine;
}

} // namespace

open_region enter_region(const profile_site& site) {
  region_recorder& r = own_recorder();
  const std::uint32_t k = r.child(site);
  const std::uint64_t now = ticks();
  if (r.is_waiting) r.split_wait(now);
  r.current = k;
  ++r.nodes[k].calls;
  r.nodes[k].began = now;
  return {&r, k, r.generation};
}

void leave_region(const open_region& region) noexcept {
  const std::uint64_t now = ticks();
  region_recorder& r = *static_cast<region_recorder*>(region.recorder);
  // Cleared since it was entered?
  if (r.generation != region.generation) return;
  if (r.is_waiting) r.split_wait(now);
  recorded_region& n = r.nodes[region.node];
  n.ticks += now - n.began;
  r.current = n.parent;
  r.keep({region.node, n.began, now, false});
}

std::uint32_t enter_wait() noexcept {
  try {
    region_recorder& r = own_recorder();
    if (r.is_waiting) return 0;
    r.is_waiting = true;
    r.wait_began = ticks();
    return r.generation;
  } catch (...) { // no memory: nothing is recorded
    return 0;
  }
}

void leave_wait(std::uint32_t wait) noexcept {
  region_recorder& r = own_recorder();
  if (r.generation == wait && r.is_waiting) r.split_wait(ticks());
  r.is_waiting = false;
}

// A thread that waits has a recorder.
bool pause_wait() noexcept {
  region_recorder& r = own_recorder();
  if (!r.is_waiting) return false;
  r.split_wait(ticks());
  r.is_waiting = false;
  return true;
}

void resume_wait() noexcept {
  region_recorder& r = own_recorder();
  r.wait_began = ticks();
  r.is_waiting = true;
}

void count_sent(index_t messages, index_t bytes) {
  region_recorder& r = own_recorder();
  message_count& to = r.nodes[r.current].sent;
  to.messages += messages;
  to.bytes += bytes;
}

void count_received(index_t messages, index_t bytes) {
  region_recorder& r = own_recorder();
  message_count& to = r.nodes[r.current].received;
  to.messages += messages;
  to.bytes += bytes;
}

void count_collective() {
  region_recorder& r = own_recorder();
  ++r.nodes[r.current].collectives;
}

void count_moved(index_t bytes) {
  region_recorder& r = own_recorder();
  r.nodes[r.current].moved += bytes;
}

index_t largest_profile_trace() noexcept {
  return static_cast<index_t>(largest_trace.load(std::memory_order_relaxed));
}

std::uint64_t profile_ticks() { return ticks(); }

double seconds_of_ticks(std::uint64_t reading) {
  static const double scale = seconds_per_tick();
  const auto since = static_cast<double>(static_cast<std::int64_t>(reading - first_moment.tick));
  return first_moment.seconds + scale * since;
}

void start_profile(const profile_options& options) {
  largest_trace =
      options.trace ? static_cast<std::size_t>(std::max<index_t>(options.largest_trace, 0)) : 0;
  __atomic_store_n(&profile_is_on, true, __ATOMIC_RELAXED);
}

void stop_profile() { __atomic_store_n(&profile_is_on, false, __ATOMIC_RELAXED); }

} // namespace tessera::detail
