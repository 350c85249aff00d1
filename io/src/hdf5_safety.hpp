/// @file
/// Collective writes that are known to be right.
///
/// Open MPI before 4.1.7 writes wrong bytes when several ranks write interleaved parts of a file
/// collectively, and reports success: its aggregators read, change and write back bytes of each
/// other (issue 12718 of open-mpi/ompi). It does not when it locks the ranges it works on, which
/// is asked for through the environment, before its component for files is loaded; and it groups
/// ranks in a way that provokes it when the communicator has a topology.
#pragma once

#include <tessera/distributed/communicator.hpp>

namespace tessera::detail {

/// The same ranks in a communicator for the file: without a topology, which a duplicate would
/// keep. Collective.
communicator communicator_for_file(const communicator& comm);

/// Makes collective writes safe where that is possible, and says on all ranks whether they are.
/// They are not if the component for files was loaded before, or the environment
/// (OMPI_MCA_fs_ufs_lock_algorithm) asks for no locks. Collective.
bool collective_writes_are_safe(const communicator& comm);

} // namespace tessera::detail
