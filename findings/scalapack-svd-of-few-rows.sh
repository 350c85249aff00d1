#!/bin/bash
# PDGESVD of ScaLAPACK: the singular values of a matrix with fewer rows and columns than there are processes
# "were not identical across the process grid", on one machine.
#
# Program:   ScaLAPACK 2.2.1 (Debian 12: libscalapack-openmpi2.2 2.2.1-2+b1)
# Behaviour: processes of a 2 x 2 grid decompose 3 x 3 ones. Each calls DBDSQR for all singular values and its own
#            rows of U and columns of VT, dealt out one by one; the last has none, and DBDSQR without
#            vectors takes another algorithm (dqds), of which the last bits differ. With 4 x 4 all have a share.
# Expected:  INFO = 0: any size is valid, and the processors are all the same.
# Seen:      INFO = 4, min(M, N) + 1: "PDGESVD has detected heterogeneity"; of 4 x 4 ones, 0.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_scalapack

cat >"$folder/svd.c" <<'C'
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
void Cblacs_get(int context, int what, int* value);
void Cblacs_gridinit(int* context, const char* order, int rows, int columns);
void pdgesvd_(const char* jobu, const char* jobvt, const int* m, const int* n, double* a, const int* ia, const int* ja,
              const int* desca, double* s, double* u, const int* iu, const int* ju, const int* descu, double* vt,
              const int* ivt, const int* jvt, const int* descvt, double* work, const int* lwork, int* info, size_t,
              size_t);
static int info_of(int context, int n) {
  int desc[9] = {1, context, n, n, 32, 32, 0, 0, n}, one = 1, size = 10000, info = 0, i;
  double a[16], u[16], vt[16], s[4], *work = malloc(size * sizeof *work);
  for (i = 0; i < 16; ++i) a[i] = 1;
  pdgesvd_("V", "V", &n, &n, a, &one, &one, desc, s, u, &one, &one, desc, vt, &one, &one, desc, work, &size, &info, 1,
           1);
  free(work);
  return info;
}
int main(int argc, char** argv) {
  int rank, context, of_three, of_four;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  Cblacs_get(0, 0, &context);
  Cblacs_gridinit(&context, "Col", 2, 2);
  of_three = info_of(context, 3);
  of_four = info_of(context, 4);
  if (rank == 0) printf("%d %d\n", of_three, of_four);
  MPI_Finalize();
}
C
scalapack_cc "$folder/svd.c" "$folder/svd"
expect "INFO of 3 x 3 and of 4 x 4 ones on 2 x 2 processes" "$(mpi_run 4 "$folder/svd")" "4 0"
