#include <tessera/core/measuring/profile_data.hpp>
#include <tessera/core/timer.hpp>

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

namespace tessera::detail {

bool profile_is_on = false;

namespace {

#if defined(__x86_64__)
/// Does the processor's counter run at one speed, whatever the processor does?
bool counter_is_steady() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(0x80000007U, &a, &b, &c, &d) != 0 && (d & (1U << 8U)) != 0;
}
const bool use_counter = counter_is_steady();
std::uint64_t ticks() {
  return use_counter ? __rdtsc() : static_cast<std::uint64_t>(perf_counter() * 1e9);
}
#else
constexpr bool use_counter = false;
std::uint64_t ticks() { return static_cast<std::uint64_t>(perf_counter() * 1e9); }
#endif

/// The two clocks at one moment; reading the counter takes half the time of reading the clock.
struct moment {
  double seconds = perf_counter();
  std::uint64_t tick = ticks();
};
const moment first_moment;

double seconds_per_tick() {
  constexpr double long_enough = 2e-3; // for the clocks' readings to differ by less than 0.01 %
  if (!use_counter) return 1e-9;
  moment now;
  while (now.seconds - first_moment.seconds < long_enough) now = moment();
  return (now.seconds - first_moment.seconds) / static_cast<double>(now.tick - first_moment.tick);
}

std::atomic<std::uint32_t> current_generation{1};
std::atomic<std::size_t> largest_trace{0};

constexpr std::uint32_t no_node = std::numeric_limits<std::uint32_t>::max();

/// A region as called along one path from the outermost one.
struct node {
  profile_site site;
  std::uint32_t parent;
  std::uint32_t first_child = no_node;
  std::uint32_t next_sibling = no_node;
  index_t calls = 0;
  std::uint64_t ticks = 0; ///< of the calls that have ended
  std::uint64_t began = 0; ///< of the last call
  std::uint64_t waited = 0;
  message_count sent{};
  message_count received{};
  index_t collectives = 0;
  index_t moved = 0;
};

struct event {
  std::uint32_t node;
  std::uint64_t began;
  std::uint64_t ended;
  bool is_wait;
};

/// What one thread has recorded. Outlives the thread.
struct recorder {
  std::size_t thread = 0;
  std::uint32_t generation = 0;
  std::uint32_t current = 0;
  std::vector<node> nodes; ///< the first one stands for the thread and is no region
  std::vector<event> events;
  std::size_t oldest = 0; ///< of the events, when there is no room for more
  bool is_waiting = false;
  std::uint64_t wait_began = 0;

  void reset(std::uint32_t to) {
    generation = to;
    current = 0;
    oldest = 0;
    is_waiting = false;
    nodes.assign(1, node{{"", "", 0}, no_node});
    events.clear();
  }

  /// The node of a region called from the current one.
  std::uint32_t child(const profile_site& site) {
    std::uint32_t k = nodes[current].first_child;
    while (k != no_node && !same_place(nodes[k].site, site)) k = nodes[k].next_sibling;
    if (k != no_node) return k;
    k = static_cast<std::uint32_t>(nodes.size());
    nodes.push_back({site, current, no_node, nodes[current].first_child});
    nodes[current].first_child = k;
    return k;
  }

  void keep(const event& e) noexcept {
    const std::size_t room = largest_trace.load(std::memory_order_relaxed);
    if (events.size() >= room) {
      if (room == 0) return;
      events[oldest] = e;
      oldest = (oldest + 1) % events.size();
      return;
    }
    try {
      events.push_back(e);
    } catch (...) { // no memory: those that are there make room
      largest_trace = events.size();
    }
  }

  /// What was waited until now belongs to the current region; what follows may be another's.
  void split_wait(std::uint64_t now) noexcept {
    nodes[current].waited += std::max<std::uint64_t>(now - wait_began, 1);
    keep({current, wait_began, now, true});
    wait_began = now;
  }

private:
  // Equal texts at other addresses are found to be equal later.
  static bool same_place(const profile_site& a, const profile_site& b) {
    return a.name == b.name && a.line == b.line && a.file == b.file;
  }
};

std::mutex& registry_lock() {
  static std::mutex lock;
  return lock;
}
/// Never destroyed: a program that has called `exit` still writes its profile.
std::vector<std::unique_ptr<recorder>>& registry() {
  static auto* const recorders = new std::vector<std::unique_ptr<recorder>>;
  return *recorders;
}

recorder& new_recorder() {
  const std::lock_guard guard(registry_lock());
  auto& all = registry();
  all.push_back(std::make_unique<recorder>());
  all.back()->thread = all.size() - 1;
  return *all.back();
}

recorder& own_recorder() {
  thread_local recorder& mine = new_recorder();
  const std::uint32_t now = current_generation.load(std::memory_order_relaxed);
  if (mine.generation != now) mine.reset(now);
  return mine;
}

void add_messages(message_count& sum, const message_count& more) {
  sum.messages += more.messages;
  sum.bytes += more.bytes;
}

/// Turns the paths of all threads into regions and pairs of regions.
class collector {
public:
  collector() : scale_(seconds_per_tick()), now_(ticks()) {}

  void add(const recorder& r) {
    std::vector<std::uint64_t> in_all(r.nodes.size());
    for (std::size_t k = 0; k < r.nodes.size(); ++k) in_all[k] = r.nodes[k].ticks;
    // Calls that have not ended count up to now.
    for (std::uint32_t k = r.current; k != 0; k = r.nodes[k].parent)
      in_all[k] += now_ - r.nodes[k].began;

    std::vector<std::uint64_t> below(r.nodes.size());
    for (std::size_t k = 1; k < r.nodes.size(); ++k) below[r.nodes[k].parent] += in_all[k];
    // A node stands before those that are called from it.
    std::vector<message_count> sent(r.nodes.size());
    std::vector<message_count> received(r.nodes.size());
    for (std::size_t k = r.nodes.size(); k-- > 0;) {
      add_messages(sent[k], r.nodes[k].sent);
      add_messages(received[k], r.nodes[k].received);
      if (k == 0) break;
      add_messages(sent[r.nodes[k].parent], sent[k]);
      add_messages(received[r.nodes[k].parent], received[k]);
    }
    std::vector<std::size_t> places(r.nodes.size());
    if (has_counts(r.nodes[0])) {
      places[0] = place_of({"(outside of regions)", "", 0});
      profile_entry& outside = data_->entries[places[0]];
      add_counts(outside, r.nodes[0]);
      add_messages(outside.cumulative_sent, r.nodes[0].sent);
      add_messages(outside.cumulative_received, r.nodes[0].received);
    }
    for (std::size_t k = 1; k < r.nodes.size(); ++k) {
      places[k] = place_of(r.nodes[k].site);
      const double own = seconds(in_all[k] - std::min(below[k], in_all[k]));
      if (!add_node(r, k, places, own, seconds(in_all[k]))) continue;
      add_messages(data_->entries[places[k]].cumulative_sent, sent[k]);
      add_messages(data_->entries[places[k]].cumulative_received, received[k]);
    }
    for (const event& e : r.events)
      data_->events.push_back(
          {places[e.node], r.thread, moment_of(e.began), seconds(e.ended - e.began), e.is_wait});
  }

  std::unique_ptr<profile_data> finish() {
    double first = std::numeric_limits<double>::infinity();
    for (const profile_event& e : data_->events) first = std::min(first, e.begin);
    for (profile_event& e : data_->events) e.begin -= first;
    if (!data_->events.empty()) data_->first = first + first_moment.seconds;
    for (std::size_t k = 0; k < data_->entries.size(); ++k) data_->order.push_back(k);
    return std::move(data_);
  }

private:
  [[nodiscard]] double seconds(std::uint64_t n) const { return scale_ * static_cast<double>(n); }
  [[nodiscard]] double moment_of(std::uint64_t tick) const {
    return seconds(tick - first_moment.tick);
  }

  std::size_t place_of(const profile_site& site) {
    const auto key = std::tuple(std::string(site.name), std::string(site.file), site.line);
    const auto [found, is_new] = places_.emplace(key, data_->entries.size());
    if (is_new) {
      profile_entry entry;
      entry.name = interned(site.name);
      entry.file = interned(site.file);
      entry.line = site.line;
      data_->entries.push_back(entry);
    }
    return found->second;
  }

  /// Returns whether the node is in no other one of the same region.
  bool add_node(const recorder& r, std::size_t k, const std::vector<std::size_t>& places,
                double own, double in_all) {
    bool is_outermost = true;
    for (std::uint32_t p = r.nodes[k].parent; p != 0; p = r.nodes[p].parent)
      is_outermost = is_outermost && places[p] != places[k];
    const auto count = [&](auto& to) {
      to.calls += r.nodes[k].calls;
      to.own += own;
      if (!is_outermost) return;
      to.primitive_calls += r.nodes[k].calls;
      to.cumulative += in_all;
    };
    count(data_->entries[places[k]]);
    add_counts(data_->entries[places[k]], r.nodes[k]);
    const std::uint32_t parent = r.nodes[k].parent;
    if (parent != 0) count(edge_of(places[parent], places[k]));
    return is_outermost;
  }

  static bool has_counts(const node& n) {
    return n.waited != 0 || n.sent.messages + n.received.messages + n.collectives + n.moved != 0;
  }

  void add_counts(profile_entry& to, const node& n) const {
    to.waiting += seconds(n.waited);
    add_messages(to.sent, n.sent);
    add_messages(to.received, n.received);
    to.collectives += n.collectives;
    to.moved += n.moved;
  }

  profile_edge& edge_of(std::size_t caller, std::size_t callee) {
    const auto [found, is_new] = edges_.emplace(std::pair(caller, callee), data_->edges.size());
    if (is_new) data_->edges.push_back({caller, callee});
    return data_->edges[found->second];
  }

  double scale_;
  std::uint64_t now_;
  std::unique_ptr<profile_data> data_ = std::make_unique<profile_data>();
  std::map<std::tuple<std::string, std::string, int>, std::size_t> places_;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> edges_;
};

} // namespace

open_region enter_region(const profile_site& site) {
  recorder& r = own_recorder();
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
  recorder& r = *static_cast<recorder*>(region.recorder);
  // Cleared since it was entered?
  if (r.generation != region.generation) return;
  if (r.is_waiting) r.split_wait(now);
  node& n = r.nodes[region.node];
  n.ticks += now - n.began;
  r.current = n.parent;
  r.keep({region.node, n.began, now, false});
}

std::uint32_t enter_wait() noexcept {
  try {
    recorder& r = own_recorder();
    if (r.is_waiting) return 0;
    r.is_waiting = true;
    r.wait_began = ticks();
    return r.generation;
  } catch (...) { // no memory: nothing is recorded
    return 0;
  }
}

void leave_wait(std::uint32_t wait) noexcept {
  recorder& r = own_recorder();
  if (r.generation == wait && r.is_waiting) r.split_wait(ticks());
  r.is_waiting = false;
}

// A thread that waits has a recorder.
bool pause_wait() noexcept {
  recorder& r = own_recorder();
  if (!r.is_waiting) return false;
  r.split_wait(ticks());
  r.is_waiting = false;
  return true;
}

void resume_wait() noexcept {
  recorder& r = own_recorder();
  r.wait_began = ticks();
  r.is_waiting = true;
}

void count_sent(index_t messages, index_t bytes) {
  recorder& r = own_recorder();
  message_count& to = r.nodes[r.current].sent;
  to.messages += messages;
  to.bytes += bytes;
}

void count_received(index_t messages, index_t bytes) {
  recorder& r = own_recorder();
  message_count& to = r.nodes[r.current].received;
  to.messages += messages;
  to.bytes += bytes;
}

void count_collective() {
  recorder& r = own_recorder();
  ++r.nodes[r.current].collectives;
}

void count_moved(index_t bytes) {
  recorder& r = own_recorder();
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

namespace tessera {

void profile::clear() { ++detail::current_generation; }

profile profile::collected() {
  detail::collector result;
  const std::lock_guard guard(detail::registry_lock());
  for (const auto& r : detail::registry())
    if (r->generation == detail::current_generation) result.add(*r);
  profile p(result.finish().release());
  p.data_->traced = !p.data_->events.empty();
  p.sort("name");
  return p;
}

} // namespace tessera
