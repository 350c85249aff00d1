// How fast memory is, for what a profile says of stencils.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// Bytes per second of TESSERA_TRIAD, which is in GB/s; -1 where it says nothing.
double given_triad();

/// Bytes per second of all ranks together in STREAM's triad, a = b + s c, at its fastest of a few
/// runs, which take a fraction of a second; 0 where a rank has not the memory for it. Collective.
double measured_triad(const communicator& comm);

} // namespace tessera::detail
