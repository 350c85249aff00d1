// States of ranks as one text, for other hosts.
#pragma once

#include "watch/stall_report.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tessera::detail {

/// Of the ranks that are named.
std::string text_of_states(const std::vector<rank_state>& states, const std::vector<int>& ranks);
/// Puts those that a text tells into their places.
void take_states(std::string_view text, std::vector<rank_state>& states);

} // namespace tessera::detail
