// Whom the messages of a communicator go to.
#pragma once

#include <mpi.h>

namespace tessera::detail {

/// Its ranks; of an intercommunicator, those of the remote group. To be freed.
inline MPI_Group peer_group(MPI_Comm comm) {
  int is_between = 0;
  MPI_Comm_test_inter(comm, &is_between);
  MPI_Group peers = MPI_GROUP_NULL;
  if (is_between != 0)
    MPI_Comm_remote_group(comm, &peers);
  else
    MPI_Comm_group(comm, &peers);
  return peers;
}

} // namespace tessera::detail
