#!/bin/bash
# MPI_SUM of arrays whose elements are all equal: the sums are not.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1)
# Behaviour: three ranks add 512 elements each: 1e16 on rank 0, 1 on rank 1, -1e16 on rank 2. From 512
#            doubles on, MPI_Allreduce sends parts of the array around a ring, and each part begins at
#            another rank, so that the same three numbers are added in another order.
# Expected:  rounding errors may depend on the order of ranks, as the standard says, but 512 sums of the same
#            three numbers in one call to be one number; up to 511 elements they are.
# Seen:      170 of 512 elements differ from the first; none of 511.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/sum.c" <<'C'
#include <mpi.h>
#include <stdio.h>
static int differing(int n) {
  double mine[512], sum[512];
  int rank, i, count = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (i = 0; i < n; ++i) mine[i] = rank == 0 ? 1e16 : rank == 1 ? 1.0 : -1e16;
  MPI_Allreduce(mine, sum, n, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  for (i = 0; i < n; ++i) count += sum[i] != sum[0];
  return count;
}
int main(int argc, char** argv) {
  int rank, few, many;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  few = differing(511);
  many = differing(512);
  if (rank == 0) printf("%d of 511, %d of 512\n", few, many);
  MPI_Finalize();
}
C
mpi_cc "$folder/sum.c" "$folder/sum"
expect "sums that differ from the first" "$(mpi_run 3 "$folder/sum")" "0 of 511, 170 of 512"
