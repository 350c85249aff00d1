// The library `tessera_check`, which stands around raw calls of MPI where it is loaded. See
// decision 29.
#pragma once

#include <tessera/distributed/ranks/call_note.hpp>
#include <tessera/distributed/ranks/waiting.hpp>

namespace tessera::detail {

/// Raw calls of this thread note what they wait for here, and the watch of their own pauses; with
/// no record it goes on, and with a record alone nothing is noted. Does nothing where the library
/// is not loaded.
void watch_wrapped_calls(wait_record* record, call_note* note) noexcept;

} // namespace tessera::detail
