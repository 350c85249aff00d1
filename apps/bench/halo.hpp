// The benchmark `tessera-bench halo`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Halo exchanges along the axes whose faces are strided, Tessera against hand-written packing;
/// those along the first axis are part of `heat`. Prints a table on rank 0. Collective.
void run_halo(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
