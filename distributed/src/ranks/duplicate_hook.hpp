// What others know about the ranks of a communicator, for its duplicates.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// Called when a communicator is duplicated: `find` before, `pass_on` with what it found after.
/// Both are collective over the ranks of the communicator.
struct duplicate_hook {
  void* (*find)(const communicator& from) = nullptr;
  void (*pass_on)(const communicator& duplicate, void* known) = nullptr;
};

/// There is one hook: that of the memory which the ranks of a node share.
void set_duplicate_hook(const duplicate_hook& hook);
duplicate_hook current_duplicate_hook();

} // namespace tessera::detail
