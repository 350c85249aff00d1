// The benchmark `tessera-bench subscripts`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Elements that lists of subscripts name, gathered and added to, as unstructured halos and at
/// random: Tessera against Isend and Irecv by hand, and PETSc's VecScatter. Collective.
void run_subscripts(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
