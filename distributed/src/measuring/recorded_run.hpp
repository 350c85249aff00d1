// The profile of a whole program, which `run` records when it is asked to.
#pragma once

#include <tessera/distributed/communicator.hpp>

#include <string>

namespace tessera::detail {

/// Starts to record when the environment of rank 0 asks for it. Collective.
void begin_recorded_run(const communicator& comm);
/// This rank has come to its end: what follows is not the program's. Local.
void stop_recorded_run() noexcept;
/// Writes what was asked for. Collective; all ranks have come to their end.
/// @throws file_error on all ranks.
void end_recorded_run(const communicator& comm);

} // namespace tessera::detail
