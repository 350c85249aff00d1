// The benchmark `tessera-bench stages`.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <string>

namespace bench {

/// Steps of several kernels on several fields: many together and stage by stage (`iterate`),
/// against plain loops that exchange halos by MPI. Collective.
void run_stages(const tessera::communicator& world, tessera::index_t repetitions,
                const std::string& only);

} // namespace bench
