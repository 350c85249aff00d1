// Whether MPI makes windows for ranks without common memory.
#pragma once

#include "world.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>
#include <tessera/distributed/one_sided/shared_counter.hpp>

namespace tessera_test {

/// Not where its threads may call it at once, as in programs of tests, and ranks cannot read each
/// other's memory (seccomp in containers): Open MPI 4.1 has no component for that. Collective.
inline bool mpi_has_windows() {
  static const bool has = [] {
    const bool shared = tessera::uses_shared_memory();
    tessera::use_shared_memory(false);
    bool found = true;
    try {
      const tessera::shared_counter probe(world());
    } catch (const tessera::communication_error&) {
      found = false;
    }
    tessera::use_shared_memory(shared);
    return found;
  }();
  return has;
}

} // namespace tessera_test
