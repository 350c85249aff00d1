/// @file
/// What a profile of ranks holds, and how two become one. Not included by what users include.
#pragma once

#include <tessera/core/measuring/profile_data.hpp>
#include <tessera/distributed/parallel_profile.hpp>

#include <array>
#include <iosfwd>
#include <limits>
#include <string>
#include <vector>

namespace tessera::detail {

/// What one rank sent to another.
struct traffic {
  int from;
  int to;
  message_count sent;
};

/// Of the ranks `first_rank` to `first_rank + ranks`.
struct parallel_profile_data {
  int first_rank = 0;
  int ranks = 0;
  bool has_traffic = true;
  rank_spread seconds;
  double triad = 0; ///< bytes per second of all ranks; 0: not known
  std::array<memory_spread, memory_kinds> memory;
  std::vector<parallel_profile_entry> entries; ///< by name, file and line
  std::vector<std::size_t> order;              ///< of entries, as sorted
  std::vector<profile_edge> edges;             ///< sums over ranks
  std::vector<traffic> messages;               ///< by sender, then receiver
};

/// More ranks have no matrix of messages in their profile.
inline constexpr int most_ranks_of_traffic = 1024;

/// Local. Of one rank: what core recorded, without what this rank sent to whom.
parallel_profile_data profile_of_rank(int rank, profile own, double seconds);
/// Adds the profile of the ranks that follow. Local.
void merge(parallel_profile_data& all, const parallel_profile_data& next);

/// How the time of a region changes with the number of ranks; NaN where that cannot be told.
struct scaling {
  double speedup = std::numeric_limits<double>::quiet_NaN();
  double efficiency = std::numeric_limits<double>::quiet_NaN(); ///< speed-up for each added rank
  double serial = std::numeric_limits<double>::quiet_NaN();     ///< fraction of Amdahl's law
};
/// Local. Times in seconds.
[[nodiscard]] scaling scaling_of(double before, int ranks_before, double now, int ranks_now);

/// As lines, and back. Local.
/// @throws parse_error naming `path` and the line.
std::string profile_text(const parallel_profile_data& data);
parallel_profile_data parse_profile(std::istream& lines, const std::string& path);

} // namespace tessera::detail
