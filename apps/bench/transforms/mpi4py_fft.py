"""Transforms of `tessera-bench fft` by mpi4py-fft. Reads a shape and a number of times, answers "no" or seconds.

Runs under mpirun on two ranks, of which rank 0 reads the lines.
"""

import os
import sys
import time

rank = int(os.environ.get("OMPI_COMM_WORLD_RANK", 0))
try:
    os.sched_setaffinity(0, {rank % os.cpu_count()})
except (AttributeError, OSError):
    pass
try:
    from mpi4py import MPI
    from mpi4py_fft import PFFT, newDistArray
except ImportError:
    for _ in sys.stdin:
        print("no", flush=True)
    sys.exit()

comm = MPI.COMM_WORLD
plans = {}


def plan_of(shape):
    if shape not in plans:
        sizes = [int(n) for n in shape.split("x")]
        fft = PFFT(comm, sizes, dtype="D", slab=True)
        u = newDistArray(fft, False)
        u[:] = 0
        plans.clear()
        plans[shape] = fft, u, newDistArray(fft, True)
    return plans[shape]


def measure(shape, times):
    fft, u, v = plan_of(shape)
    comm.Barrier()
    start = time.perf_counter()
    for _ in range(times):
        fft.forward(u, v)
        fft.backward(v, u)
    return comm.allreduce(time.perf_counter() - start, MPI.MAX)


def next_line():
    """The other rank sleeps meanwhile: one that waits in MPI keeps a processor busy."""
    if rank == 0:
        line = sys.stdin.readline()
        for other in range(1, comm.size):
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
