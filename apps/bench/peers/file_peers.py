"""Files of `tessera-bench io` in NumPy, pandas and h5py. Reads lines of words, answers "no" or seconds.

Under mpirun, rank 0 reads the lines; all ranks use h5py over MPI-IO together.
"""

import os
import sys
import time

import numpy as np

comm = None
if "OMPI_COMM_WORLD_SIZE" in os.environ:
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
rank, size = (comm.rank, comm.size) if comm else (0, 1)
kept = {}


def table(path):
    if path not in kept:
        kept[path] = np.load(path)
    return kept[path]


def has(module):
    try:
        __import__(module)
        if module == "h5py" and comm:
            return __import__("h5py").get_config().mpi
        return True
    except ImportError:
        return False


def numpy_loadtxt(path):
    np.loadtxt(path)


def pandas_read(path):
    import pandas

    pandas.read_csv(path, sep=" ", header=None, engine="c")


def numpy_savetxt(source, path):
    np.savetxt(path, table(source))


def part(rows, columns, by):
    n = rows if by == "rows" else columns
    mine = slice(n * rank // size, n * (rank + 1) // size)
    return (mine, slice(None)) if by == "rows" else (slice(None), mine)


def mine_of(rows, columns, by):
    key = (rows, columns, by)
    if key not in kept:
        mine = part(rows, columns, by)
        shape = (mine[0].stop - mine[0].start, columns) if by == "rows" else (rows, mine[1].stop - mine[1].start)
        kept.clear()
        kept[key] = np.full(shape, 1.5)
    return kept[key], part(rows, columns, by)


def h5py_write(path, rows, columns, by):
    import h5py

    values, mine = mine_of(int(rows), int(columns), by)
    if rank == 0:
        if os.path.exists(path):
            os.remove(path)
        os.sync()
    if comm:
        comm.Barrier()
    start = time.perf_counter()
    options = {"driver": "mpio", "comm": comm} if comm else {}
    with h5py.File(path, "w", **options) as file:
        dataset = file.create_dataset("u", (int(rows), int(columns)), dtype="f8")
        dataset[mine] = values
    return time.perf_counter() - start


def h5py_read(path, rows, columns, by):
    import h5py

    values, mine = mine_of(int(rows), int(columns), by)
    if comm:
        comm.Barrier()
    start = time.perf_counter()
    options = {"driver": "mpio", "comm": comm} if comm else {}
    with h5py.File(path, "r", **options) as file:
        file["u"].read_direct(values, mine)
    return time.perf_counter() - start


def answer(words):
    if words[0] == "has":
        return "yes" if all(has(module) for module in words[1:]) else "no"
    start = time.perf_counter()
    taken = globals()[words[0]](*words[1:])
    return taken if taken is not None else time.perf_counter() - start


def next_line():
    """Rank 0 reads; the others sleep meanwhile, since a rank that waits in MPI keeps a processor busy."""
    if rank == 0:
        line = sys.stdin.readline()
        for other in range(1, size):
            comm.send(line, other)
        return line
    while not comm.iprobe(source=0):
        time.sleep(1e-3)
    return comm.recv(source=0)


while True:
    line = next_line()
    if not line:
        break
    result = answer(line.rstrip("\n").split("\t"))
    if rank == 0:
        print(result, flush=True)
