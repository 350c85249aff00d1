// One rank with two threads against two ranks.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <string>

namespace bench {

/// On two ranks, which may run anywhere (`--bind-to none`); a text is written to `folder`.
/// Collective.
void run_threads(const tessera::communicator& world, const std::string& folder,
                 tessera::index_t repetitions);

} // namespace bench
