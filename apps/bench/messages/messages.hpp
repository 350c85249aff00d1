// The benchmark `tessera-bench messages`.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>

namespace bench {

struct messages_options {
  std::string only; // arrays, collectives, views, objects or exchange; all where it is empty
  tessera::index_t repetitions = 21;
};

/// Messages and collective calls of Tessera against MPI's own, what one writes by hand, Boost.MPI
/// and mpi4py. Prints tables on rank 0. Collective, on two ranks.
void run_messages(const tessera::communicator& world, const messages_options& options);

} // namespace bench
