#!/bin/bash
# MPI_SUM of 8-bit integers: some elements of one result saturate, and others wrap around.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1)
# Behaviour: two ranks add 70 elements of 100 each as MPI_INT8_T. The loop over whole vector registers
#            adds with saturation, the loop over what is left over as C does; how many elements are in
#            which depends on the processor's registers (AVX needed). 16-bit integers alike.
# Expected:  70 equal elements.
# Seen:      127 first, -56 last.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/sum.c" <<'C'
#include <mpi.h>
#include <stdio.h>
int main(int argc, char** argv) {
  signed char mine[70], sum[70];
  int rank, i;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (i = 0; i < 70; ++i) mine[i] = 100;
  MPI_Allreduce(mine, sum, 70, MPI_INT8_T, MPI_SUM, MPI_COMM_WORLD);
  if (rank == 0) printf("%d ... %d\n", sum[0], sum[69]);
  MPI_Finalize();
}
C
mpi_cc "$folder/sum.c" "$folder/sum"
expect "the first and the last of 70 sums 100 + 100" "$(mpi_run 2 "$folder/sum")" "127 ... -56"
