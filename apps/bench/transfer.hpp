// The benchmark `tessera-bench transfer`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

namespace bench {

struct transfer_options {
  tessera::index_t size = 8192; // rows and columns; a multiple of the ranks
  tessera::index_t repetitions = 15;
};

/// Redistribution of a matrix from rows to columns, and to rows of the transposed matrix: Tessera
/// by shared memory and by messages against what one writes by hand and against other libraries.
/// Prints tables on rank 0. Collective.
void run_transfer(const tessera::communicator& world, const transfer_options& options);

/// Moves more bytes from one rank to another than MPI can count in one message, and checks them.
/// Collective.
void run_large_transfer(const tessera::communicator& world);

} // namespace bench
