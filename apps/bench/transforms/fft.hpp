// The benchmark `tessera-bench fft`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

/// Transforms of 4096 x 4096 and of 256 x 256 x 256 complex numbers, there and back, beside
/// FFTW-MPI and mpi4py-fft, of two ranks and of one. Prints tables on rank 0. Collective.
void run_fft(const tessera::communicator& world, tessera::index_t repetitions);

} // namespace bench
