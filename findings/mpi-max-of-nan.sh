#!/bin/bash
# MPI_MAX of numbers of which one is NaN: the result depends on who has it, and may be neither NaN nor the largest.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1)
# Behaviour: ranks 0 to 3 reduce 1, 2, 3 and 4 with MPI_Allreduce and MPI_MAX, one of them NaN in place of
#            its number. The result is NaN only if rank 0 has it, and else not always the largest number.
# Expected:  one rule: NaN always (as NumPy's max), or never (as C's fmax). The standard is silent.
# Seen:      nan, 4, 2, 3 where rank 0, 1, 2, 3 has the NaN.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/max.c" <<'C'
#include <math.h>
#include <mpi.h>
#include <stdio.h>
int main(int argc, char** argv) {
  int rank, holder;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  for (holder = 0; holder < 4; ++holder) {
    double mine = rank == holder ? NAN : rank + 1.0, largest;
    MPI_Allreduce(&mine, &largest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    if (rank == 0) printf("%s%g", holder ? " " : "", fabs(largest));
  }
  if (rank == 0) printf("\n");
  MPI_Finalize();
}
C
mpi_cc "$folder/max.c" "$folder/max"
expect "largest of 1 2 3 4, where rank 0, 1, 2, 3 has NaN in place of its number" \
  "$(mpi_run 4 "$folder/max")" "nan 4 2 3"
