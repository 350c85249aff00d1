#!/bin/bash
# MPI_Win_allocate_shared: the memory of a rank begins at whatever byte its neighbour's ends.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1)
# Behaviour: three ranks allocate 5 bytes each in one shared window. The standard lets the segments follow each
#            other; here no segment but the first is aligned for any type of more than a byte.
# Expected:  each rank's own segment aligned as malloc's memory is.
# Seen:      addresses of 0, 5 and 2 modulo 8.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/window.c" <<'C'
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
int main(int argc, char** argv) {
  int rank, unit, i;
  MPI_Aint size;
  MPI_Win window;
  void* address;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Win_allocate_shared(5, 1, MPI_INFO_NULL, MPI_COMM_WORLD, &address, &window);
  for (i = 0; i < 3; ++i) {
    MPI_Win_shared_query(window, i, &size, &unit, &address);
    if (rank == 0) printf("%s%d", i ? " " : "", (int)((uintptr_t)address % 8));
  }
  if (rank == 0) printf("\n");
  MPI_Win_free(&window);
  MPI_Finalize();
}
C
mpi_cc "$folder/window.c" "$folder/window"
expect "addresses of three segments of 5 bytes, modulo 8" "$(mpi_run 3 "$folder/window")" "0 5 2"
