// The benchmark `tessera-bench select`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Half of the elements, chosen by a mask at random: `u(mask)` over ranks and on each of them
/// alone, beside two passes by hand, a copy of as many bytes as must be read and written, and NumPy
/// in one process. Prints a table on rank 0. Collective.
void run_select(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
