"""Objects of `tessera-bench messages` in mpi4py. Reads lines of words, answers "no" or seconds.

Runs under mpirun on two ranks, of which rank 0 reads the lines.
"""

import os
import sys
import time

rank = int(os.environ.get("OMPI_COMM_WORLD_RANK", 0))
try:
    # One processor each, as mpirun gives them; what started this may be bound to one.
    os.sched_setaffinity(0, {rank % os.cpu_count()})
except (AttributeError, OSError):
    pass
try:
    import numpy as np
    from mpi4py import MPI
except ImportError:
    for _ in sys.stdin:
        print("no", flush=True)
    sys.exit()

comm = MPI.COMM_WORLD
other = 1 - rank
objects = {
    "map of numbers": {k: 0.5 * k for k in range(1000)},
    "map of texts": {f"number {k}": 0.5 * k for k in range(1000)},
    "10^6 numbers": np.full(1000000, 1.5),
    "nested": {f"group {k}": [(k, [0.5 * k] * 10) for _ in range(10)] for k in range(100)},
}


def there_and_back(value):
    if rank == 0:
        comm.send(value, other)
    comm.recv(source=other)
    if rank != 0:
        comm.send(value, other)


def measure(name, times):
    value = objects[name]
    comm.Barrier()
    start = time.perf_counter()
    for _ in range(times):
        there_and_back(value)
    return comm.allreduce(time.perf_counter() - start, MPI.MAX)


def next_line():
    """The other rank sleeps meanwhile: one that waits in MPI keeps a processor busy."""
    if rank == 0:
        line = sys.stdin.readline()
        comm.send(line, other)
        return line
    while not comm.iprobe(source=0):
        time.sleep(1e-3)
    return comm.recv(source=0)


while True:
    line = next_line()
    if not line:
        break
    name, times = line.rstrip("\n").split("\t")
    seconds = measure(name, int(times))
    if rank == 0:
        print(seconds, flush=True)
