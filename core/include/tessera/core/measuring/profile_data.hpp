/// @file
/// What a profile holds. Not included by what users include.
#pragma once

#include <tessera/core/profile.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tessera::detail {

/// The one copy of a text that lives as long as the program.
const char* interned(const std::string& text);

/// Calls of one region from another; places count in `profile_data::entries`.
struct profile_edge {
  std::size_t caller;
  std::size_t callee;
  index_t calls = 0;
  index_t primitive_calls = 0;
  double own = 0;
  double cumulative = 0;
};

/// One call, or one wait in it, in seconds since the first one.
struct profile_event {
  std::size_t entry;
  std::size_t thread;
  double begin;
  double duration;
  bool is_wait;
};

struct profile_data {
  std::vector<profile_entry> entries;
  std::vector<std::size_t> order; ///< of entries, as sorted
  std::vector<profile_edge> edges;
  std::vector<profile_event> events;
  bool traced = false;
  double first = 0; ///< when the first event began, by perf_counter()
};

/// The clock of profiles, and its readings as seconds of perf_counter().
std::uint64_t profile_ticks();
double seconds_of_ticks(std::uint64_t ticks);

} // namespace tessera::detail
