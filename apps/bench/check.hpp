// The benchmark `tessera-bench check`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// What collective calls cost with their checks and without, beside an Allreduce of 16 bytes by
/// hand. With TESSERA_CHECK=1, also what it costs to be watched. Prints a table on rank 0.
/// Collective.
void run_check(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
