// How `run` starts MPI.
#pragma once

namespace tessera::detail {

/// MPI_Init, in surroundings that MPI does not mistake. What the user has set stays so.
void start_mpi(const char* program_name, int* argc, char*** argv);

} // namespace tessera::detail
