// Tags of messages that are cut into pieces.
#pragma once

#include "transfer/message.hpp"

namespace tessera::detail {

/// Gives each streamed message a tag of its own, which its sender chooses: pieces of several plans
/// may be under way at once, and are sent when those before them have gone, not in the order in
/// which the plans were started. Collective; the ranks have agreed on what is streamed.
void agree_on_tags(const communicator& comm, std::vector<message>& sends,
                   std::vector<message>& receives);

} // namespace tessera::detail
