#!/bin/bash
# PDGETRF of ScaLAPACK: a matrix of one zero is not said to be singular.
#
# Program:   ScaLAPACK 2.2.1 (Debian 12: libscalapack-openmpi2.2 2.2.1-2+b1)
# Behaviour: one process factors the 1 x 1 matrix (0), and 2 x 2 zeros. Where the whole array has one row, PDGETRF
#            returns before it looks at an element; PDGETRS then divides by it.
# Expected:  INFO = 1, "U(1,1) is exactly zero", of both, as LAPACK's DGETRF says.
# Seen:      INFO = 0 of the 1 x 1 matrix, 1 of the 2 x 2 one.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_scalapack

cat >"$folder/lu.c" <<'C'
#include <mpi.h>
#include <stdio.h>
void Cblacs_get(int context, int what, int* value);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void pdgetrf_(const int* m, const int* n, double* a, const int* ia, const int* ja, const int* desca, int* pivots,
              int* info);
int main(int argc, char** argv) {
  int context, n;
  MPI_Init(&argc, &argv);
  Cblacs_get(0, 0, &context);
  Cblacs_gridinit(&context, "Col", 1, 1);
  for (n = 1; n <= 2; ++n) {
    int desc[9] = {1, context, n, n, 32, 32, 0, 0, n}, one = 1, pivots[34], info = 0;
    double a[4] = {0};
    pdgetrf_(&n, &n, a, &one, &one, desc, pivots, &info);
    printf("%d%c", info, n == 1 ? ' ' : '\n');
  }
  MPI_Finalize();
}
C
scalapack_cc "$folder/lu.c" "$folder/lu"
expect "INFO of 1 x 1 and of 2 x 2 zeros" "$(mpi_run 1 "$folder/lu")" "0 1"
