// Where the library `tessera_check` counts raw calls of MPI. See decision 29.
#pragma once

#include <tessera/core/profile.hpp>

#include <cstdint>

#include <mpi.h>

namespace tessera::detail {

/// The recorder of a profile as functions: the library may have been compiled into another one,
/// with a recorder of its own.
struct profile_functions {
  bool (*is_recorded)() noexcept;
  open_region (*enter)(const profile_site& site);
  void (*leave)(const open_region& region) noexcept;
  std::uint32_t (*enter_wait)() noexcept;
  void (*leave_wait)(std::uint32_t wait) noexcept;
  /// A message; the peer is a rank of the communicator, or of its remote group.
  void (*sent)(MPI_Comm comm, int peer, int tag, index_t bytes);
  void (*received)(MPI_Comm comm, int peer, int tag, index_t bytes);
  void (*collective)();
};

/// Of this copy of Tessera.
const profile_functions& own_profile_functions();

/// Raw calls count here from now on. Does nothing where the library is not loaded.
void profile_wrapped_calls() noexcept;

} // namespace tessera::detail
