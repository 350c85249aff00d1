// The benchmark `tessera-bench heat`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

struct heat_options {
  tessera::index_t repetitions = 21;
  bool json = false;
};

/// Heat steps and halo exchanges of Tessera against hand-written MPI and other libraries, on fields
/// from latency-bound to far beyond the caches. Prints a table on rank 0. Collective.
void run_heat(const tessera::communicator& world, const heat_options& options);

} // namespace bench
