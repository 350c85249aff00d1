// The benchmark `tessera-bench sort`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Sorting `size` numbers over the ranks, and finding the different ones among them: Tessera over
/// all ranks and on one, std::sort, an exchange by samples written by hand, and NumPy where it is.
/// Prints a table on rank 0. Collective.
void run_sort(const tessera::communicator& world, tessera::index_t size,
              tessera::index_t repetitions);

} // namespace bench
