// The benchmark `tessera-bench iterate`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Heat steps many at a time (`iterate`) against one at a time (`apply`) and against the most that
/// the memory lets through when each step reads and writes every cell. Prints a table on rank 0.
/// Collective.
void run_iterate(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
