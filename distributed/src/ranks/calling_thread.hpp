// Which threads may call MPI.
#pragma once

namespace tessera::detail {

/// Is this thread known to be one that may? `check_usable` finds out.
extern constinit thread_local bool may_call_mpi;

} // namespace tessera::detail
