#!/bin/bash
# MPI_Ineighbor_alltoall on a ring of two: what comes from below and from above is exchanged.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1)
# Behaviour: on a periodic Cartesian communicator of two ranks the lower and the upper neighbour are the same
#            rank. What that rank sends to its upper side must arrive from the lower side; so it does with
#            MPI_Neighbor_alltoall, but not with MPI_Ineighbor_alltoall (nor its w form).
# Expected:  the same from both.
# Seen:      rank 0 receives 11 and 10 from below and above, but 10 and 11 without blocking.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/ring.c" <<'C'
#include <mpi.h>
#include <stdio.h>
int main(int argc, char** argv) {
  int dims[1] = {2}, periodic[1] = {1}, rank;
  MPI_Comm ring;
  MPI_Request request;
  MPI_Init(&argc, &argv);
  MPI_Cart_create(MPI_COMM_WORLD, 1, dims, periodic, 0, &ring);
  MPI_Comm_rank(ring, &rank);
  int out[2] = {10 * rank, 10 * rank + 1}, in[2], in_later[2];
  MPI_Neighbor_alltoall(out, 1, MPI_INT, in, 1, MPI_INT, ring);
  MPI_Ineighbor_alltoall(out, 1, MPI_INT, in_later, 1, MPI_INT, ring, &request);
  MPI_Wait(&request, MPI_STATUS_IGNORE);
  if (rank == 0) printf("%d %d, %d %d\n", in[0], in[1], in_later[0], in_later[1]);
  MPI_Finalize();
}
C
mpi_cc "$folder/ring.c" "$folder/ring"
expect "from below and above, blocking and not" "$(mpi_run 2 "$folder/ring")" "11 10, 10 11"
