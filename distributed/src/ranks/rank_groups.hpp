// Which ranks say the same, in few words.
#pragma once

#include <string>
#include <vector>

namespace tessera::detail {

/// Ranks that say the same.
struct rank_group {
  std::string text;
  std::vector<int> ranks;
};

/// Of what each rank says, in the order of the first rank of each group.
std::vector<rank_group> groups_of(const std::vector<std::string>& texts);

/// "rank 3", "ranks 0-2, 5"
std::string text_of_ranks(const std::vector<int>& ranks);

/// "ranks 0-2, 5: sum; rank 3: max; and 7 others", where only a few groups are told.
std::string text_of_groups(const std::vector<rank_group>& groups);

} // namespace tessera::detail
