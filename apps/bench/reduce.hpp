// The benchmark `tessera-bench reduce`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>

namespace bench {

/// Sums over ranks by hand, rounded as they come, and exact: of vectors that the ranks have, of
/// matrices along their axes, of whole arrays; only the case `vectors`, `axes` or `whole` where one
/// is named. Prints a table on rank 0. Collective.
void run_reduce(const tessera::communicator& world, tessera::index_t repetitions,
                const std::string& only);

} // namespace bench
