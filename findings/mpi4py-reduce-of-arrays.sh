#!/bin/bash
# mpi4py's reduce(array, op=MPI.MAX): fails on the root alone.
#
# Program:   mpi4py 3.1.4 (Debian 12: python3-mpi4py 3.1.4-2+b2) on Open MPI 4.1.4
# Behaviour: the lower-case reduce compares whole NumPy arrays with Python's >, whose truth is ambiguous, so it
#            raises ValueError; but only where something is compared. The other ranks return None as if all
#            were well, and wait in the next collective call.
# Expected:  the elementwise maximum, as MPI.SUM gives elementwise sums here, or an error on all ranks.
# Seen:      ValueError on rank 0, None on ranks 1 and 2.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_mpi
unpack python3-mpi4py=3.1.4-2+b2

cat >"$folder/reduce.py" <<'P'
import numpy as np
from mpi4py import MPI

world = MPI.COMM_WORLD
try:
    seen = str(world.reduce(np.arange(3) + world.rank, op=MPI.MAX))
except ValueError:
    seen = "ValueError"
texts = world.gather(seen)
if world.rank == 0:
    print(*texts)
P
expect "what reduce gives on ranks 0, 1 and 2" "$(mpi_run 3 /usr/bin/python3 "$folder/reduce.py")" "ValueError None None"
