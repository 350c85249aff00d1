// The benchmark `tessera-bench reduce`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Sums over ranks: a loop by hand and an Allreduce, `fast_sum`, and the reproducible `sum`. Prints
/// a table on rank 0. Collective.
void run_reduce(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
