// Which messages of a trace have both of their ends in it.
#pragma once

#include <tessera/distributed/communicator.hpp>
#include <tessera/distributed/ranks/traffic.hpp>

#include <vector>

namespace tessera::detail {

/// Of each end that this rank has kept: has the rank on the other side kept the other one? A trace
/// keeps the latest calls alone, and a communicator may be without the other rank. Collective.
std::vector<bool> have_other_end(const communicator& comm, const std::vector<message_event>& ends);

} // namespace tessera::detail
