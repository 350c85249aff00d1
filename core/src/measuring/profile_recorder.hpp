// What a thread records of its regions. profile_collector.cpp makes a profile of what all have
// recorded.
#pragma once

#include <tessera/core/measuring/profile_data.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <vector>

namespace tessera::detail {

/// Records of earlier ones count no more.
extern std::atomic<std::uint32_t> current_generation;
extern std::atomic<std::size_t> largest_trace;

inline constexpr std::uint32_t no_region = std::numeric_limits<std::uint32_t>::max();

/// A region as called along one path from the outermost one.
struct recorded_region {
  profile_site site;
  std::uint32_t parent;
  std::uint32_t first_child = no_region;
  std::uint32_t next_sibling = no_region;
  index_t calls = 0;
  std::uint64_t ticks = 0; ///< of the calls that have ended
  std::uint64_t began = 0; ///< of the last call
  std::uint64_t waited = 0;
  message_count sent{};
  message_count received{};
  index_t collectives = 0;
  index_t moved = 0;
};

struct recorded_event {
  std::uint32_t node;
  std::uint64_t began;
  std::uint64_t ended;
  bool is_wait;
};

/// What one thread has recorded. Outlives the thread.
struct region_recorder {
  std::size_t thread = 0;
  std::uint32_t generation = 0;
  std::uint32_t current = 0;
  std::vector<recorded_region> nodes; ///< the first one stands for the thread and is no region
  std::vector<recorded_event> events;
  std::size_t oldest = 0; ///< of the events, when there is no room for more
  bool is_waiting = false;
  std::uint64_t wait_began = 0;

  void reset(std::uint32_t to) {
    generation = to;
    current = 0;
    oldest = 0;
    is_waiting = false;
    nodes.assign(1, recorded_region{{"", "", 0}, no_region});
    events.clear();
  }

  /// The node of a region called from the current one.
  std::uint32_t child(const profile_site& site) {
    std::uint32_t k = nodes[current].first_child;
    while (k != no_region && !same_place(nodes[k].site, site)) k = nodes[k].next_sibling;
    if (k != no_region) return k;
    k = static_cast<std::uint32_t>(nodes.size());
    nodes.push_back({site, current, no_region, nodes[current].first_child});
    nodes[current].first_child = k;
    return k;
  }

  void keep(const recorded_event& e) noexcept {
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

std::mutex& registry_lock();
/// Of all threads. Never destroyed: a program that has called `exit` still writes its profile.
std::vector<std::unique_ptr<region_recorder>>& recorder_registry();

} // namespace tessera::detail
