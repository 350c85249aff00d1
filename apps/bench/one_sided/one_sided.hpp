// The benchmark `tessera-bench one_sided`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Elements and patches of the next rank's, read, written and added to without it: by Tessera, by
/// windows of MPI, and by other libraries. Prints tables on rank 0. Collective.
void run_one_sided(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
