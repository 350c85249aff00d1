// The benchmark `tessera-bench solvers`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

struct solvers_options {
  tessera::index_t repetitions = 9;
  bool large = false; ///< also 400 points along each axis: 8 GB for PETSc's matrix
};

/// Conjugate gradients by hand, of Tessera and of PETSc, an iteration each; and multigrid of both,
/// to 1e-10. Prints tables on rank 0. Collective.
void run_solvers(const tessera::communicator& world, const solvers_options& options);

} // namespace bench
