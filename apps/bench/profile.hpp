// The benchmark `tessera-bench profile`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// What a profile costs: a region, a counted message, a wait, and heat steps on 512 x 512 cells
/// with and without it. Prints a table on rank 0. Collective.
void run_profile(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
