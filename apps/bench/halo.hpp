// The benchmark `tessera-bench halo`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Halo exchanges along every kind of axis: Tessera by messages and by shared memory against what
/// one writes by hand, and other libraries. Prints a table on rank 0. Collective.
void run_halo(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
