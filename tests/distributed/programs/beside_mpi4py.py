"""Arrays from Tessera to mpi4py and back, in one job: rank 0 is C++, rank 1 this script with --rank."""

import importlib.util
import os
import subprocess
import sys

import numpy as np

NOT_HERE = 77  # how ctest knows a test that is skipped


def exchange(comm, expected):
    got = np.empty_like(expected)
    comm.Recv(got, source=0)
    np.testing.assert_array_equal(got, expected)
    for _ in range(2):
        comm.Send(np.ascontiguousarray(got[::-1]), dest=0)
    some = np.empty_like(expected[::2])
    comm.Recv(some, source=0)
    np.testing.assert_array_equal(some, expected[::2])
    comm.Send(some, dest=0)


def talk(comm):
    exchange(comm, np.array([1, -2, 3, 2147483647], np.int32))
    exchange(comm, np.array([0.5, -1e300, 0.0]))
    exchange(comm, np.array([1 + 2j, -3 + 0.25j]))
    exchange(comm, np.array([True, False, False, True, True]))
    exchange(comm, np.arange(100000.0))

    matrix = np.empty((2, 3))
    comm.Recv(matrix, source=0)
    np.testing.assert_array_equal(matrix, [[1, 2, 3], [4, 5, 6]])
    comm.Send(np.ascontiguousarray(matrix.T), dest=0)

    text = bytearray(4)
    comm.Recv(text, source=0)
    comm.Send(bytes(text).upper(), dest=0)
    number = np.empty(1, np.int32)
    comm.Recv(number, source=0)
    comm.Send(number + 0.5, dest=0)


def main():
    if not importlib.util.find_spec("mpi4py"):
        print("no mpi4py")
        sys.exit(NOT_HERE)
    program = os.path.join(os.environ["TESSERA_BIN"], "tessera_beside_mpi4py")
    *mpiexec, number = os.environ["TESSERA_MPIEXEC"].split()
    job = [*mpiexec, number, "1", program, ":", number, "1", sys.executable, __file__, "--rank"]
    done = subprocess.run(job, stdout=subprocess.PIPE, text=True, timeout=240)
    print(done.stdout)
    sys.exit(0 if done.returncode == 0 and "C++ is content" in done.stdout else 1)


if sys.argv[1:] == ["--rank"]:
    from mpi4py import MPI

    talk(MPI.COMM_WORLD)
else:
    main()
