#!/bin/bash
# MPI_Win_shared_query of a window whose segments need not follow each other: another size than was asked for.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1)
# Behaviour: with the info key alloc_shared_noncontig, segments begin on pages of their own, and the query
#            returns the size of these pages. A program that takes the neighbour's size from the window
#            reads elements that nobody made.
# Expected:  5, as without the key.
# Seen:      4096.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/window.c" <<'C'
#include <mpi.h>
#include <stdio.h>
static int queried(const char* noncontiguous) {
  int unit;
  MPI_Aint size;
  MPI_Win window;
  MPI_Info info;
  void* address;
  MPI_Info_create(&info);
  MPI_Info_set(info, "alloc_shared_noncontig", noncontiguous);
  MPI_Win_allocate_shared(5, 1, info, MPI_COMM_WORLD, &address, &window);
  MPI_Win_shared_query(window, 1, &size, &unit, &address);
  MPI_Win_free(&window);
  MPI_Info_free(&info);
  return (int)size;
}
int main(int argc, char** argv) {
  int rank, without, with;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  without = queried("false");
  with = queried("true");
  if (rank == 0) printf("%d %d\n", without, with);
  MPI_Finalize();
}
C
mpi_cc "$folder/window.c" "$folder/window"
expect "size of a segment of 5 bytes, without and with the key" "$(mpi_run 2 "$folder/window")" "5 4096"
