// Products, equations and eigenvalues of matrices over ranks.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Multiplies and solves n x n doubles, and finds eigenvectors of n/2 x n/2, against local BLAS
/// and ScaLAPACK by hand with each of several block sizes. Collective.
void run_matrices(const tessera::communicator& world, tessera::index_t n,
                  tessera::index_t repetitions);

} // namespace bench
