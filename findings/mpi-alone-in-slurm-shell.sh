#!/bin/bash
# An MPI program started by hand in a shell of srun: MPI_Init ends it.
#
# Program:   Open MPI 4.1.4 (Debian 12: libopenmpi3 4.1.4-3+b1)
# Behaviour: what is started without mpirun is a world of one process. In a shell that srun started, as by
#            srun --pty bash, SLURM's variables are inherited; Open MPI takes the program for a task of srun,
#            finds nothing to connect to, and gives up, though the variables say that there is one task.
# Expected:  a world of one process.
# Seen:      The application appears to have been direct launched using "srun"; exit status 1. It starts once
#            SLURM_NODELIST is unset.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi

cat >"$folder/size.c" <<'C'
#include <mpi.h>
#include <stdio.h>
int main(int argc, char** argv) {
  int size;
  MPI_Init(&argc, &argv);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  printf("a world of %d\n", size);
  MPI_Finalize();
}
C
mpi_cc "$folder/size.c" "$folder/size"
export SLURM_JOBID=1 SLURM_NODELIST=node SLURM_STEP_ID=0 SLURM_NTASKS=1
status=0
"$folder/size" >"$folder/said" 2>&1 || status=$?
expect "the exit status in such a shell" "$status" 1
expect "what it says" "$(grep -o 'direct launched using "srun"' "$folder/said")" 'direct launched using "srun"'
unset SLURM_NODELIST
expect "without SLURM_NODELIST" "$("$folder/size" 2>&1)" "a world of 1"
