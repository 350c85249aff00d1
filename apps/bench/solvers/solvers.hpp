// The benchmark `tessera-bench solvers`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>

namespace bench {

struct solvers_options {
  tessera::index_t repetitions = 9;
  std::string only;   ///< this case: cg or multigrid
  bool large = false; ///< also 400 points along each axis: 8 GB for PETSc's matrix
};

/// Conjugate gradients by hand, of Tessera, with exact sums and without, written with kernels that
/// give sums, and of PETSc, an iteration each; and multigrid of Tessera and PETSc, to 1e-10. Prints
/// tables on rank 0. Collective.
void run_solvers(const tessera::communicator& world, const solvers_options& options);

} // namespace bench
