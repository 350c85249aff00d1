#!/bin/bash
# MPI_Compare_and_swap of a rank with its own memory: a segmentation fault.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1), two ranks on one host, component osc/rdma, which it
#            chooses by itself
# Behaviour: in a window of MPI_Win_create, the call is right for the other rank's memory, and crashes in
#            mca_btl_vader_emu_acswap for the caller's own. MPI_Fetch_and_op is right for both. osc/pt2pt is, too.
# Expected:  0, what the word was.
# Seen:      a segmentation fault at address 0x150.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/swap.c" <<'C'
#include <mpi.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
static void crashed(int signal) {
  (void)signal;
  if (write(1, "crashed\n", 8) == 8) _exit(0);
}
static int64_t swapped(int with, MPI_Win window) {
  int64_t expected = 0, desired = 1, before = -1;
  MPI_Compare_and_swap(&desired, &expected, &before, MPI_INT64_T, with, 0, window);
  MPI_Win_flush(with, window);
  return before;
}
int main(int argc, char** argv) {
  int rank;
  int64_t word = 0;
  MPI_Win window;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  signal(SIGSEGV, crashed);
  MPI_Win_create(&word, 8, 1, MPI_INFO_NULL, MPI_COMM_WORLD, &window);
  MPI_Win_lock_all(0, window);
  if (rank == 0) printf("%d ", (int)swapped(1, window)), fflush(stdout);
  MPI_Barrier(MPI_COMM_WORLD);
  if (rank == 1) usleep(200000);
  if (rank == 0) printf("%d\n", (int)swapped(0, window)), fflush(stdout);
  _exit(0); // the other rank would wait for this one
}
C
mpi_cc "$folder/swap.c" "$folder/swap"
expect "what the other's word was, and what one's own was" "$(mpi_run 2 "$folder/swap" || true)" "0 crashed"
