#!/usr/bin/env python3
"""Runs both columns of docs/mpi4py-to-tessera.md on three ranks, and compares row by row what each rank prints.

With --left on each of three ranks: prints what the left cells give.
"""

import importlib.util
import os
import pathlib
import subprocess
import sys

import numpy as np

import cells
import document
from generate import is_of_mistakes, shown

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "mpi4py-to-tessera.md"
RANKS = 3
NOT_HERE = 77  # how ctest knows a test that is skipped


def left_results(comm, namespace):
    """The text of all rows on this rank, as the C++ program prints it."""
    text = "@rank\n"
    for section in document.sections_of(DOCUMENT):
        if is_of_mistakes(section):
            continue
        known = dict(namespace, comm=comm, rank=comm.Get_rank(), size=comm.Get_size())
        for row in section.rows:
            if row.runs and row.compares and shown(row.tessera):
                text += f"@ {row.number}\n{cells.result_of(row.numpy, known)}\n"
            elif row.runs:
                exec(row.numpy, known)  # pylint: disable=exec-used
    return text


def print_left():
    from mpi4py import MPI

    texts = MPI.COMM_WORLD.gather(left_results(MPI.COMM_WORLD, {"np": np, "MPI": MPI}))
    print("".join(texts or []), end="")


def results_of(*command):
    """For each rank, what each row printed by its line in the document."""
    launched = [*os.environ["TESSERA_MPIEXEC"].split(), str(RANKS), *command]
    done = subprocess.run(launched, check=True, stdout=subprocess.PIPE, text=True, timeout=300)
    ranks = [text.split("@ ")[1:] for text in done.stdout.split("@rank\n")[1:]]
    assert len(ranks) == RANKS, done.stdout
    return [{int(n): text.rstrip("\n") for n, text in (block.split("\n", 1) for block in blocks)} for blocks in ranks]


def failures_of(row, left, right, mistakes):
    for rank in range(1 if row.on_rank_0 else RANKS):
        found = right[rank].get(row.number, "nothing")
        expected = row.tessera if mistakes else left[rank].get(row.number)
        if row.tessera not in found if mistakes else found != expected:
            yield f"line {row.number}, rank {rank}: `{row.numpy}` gives\n{expected}\n`{row.tessera}` gives\n{found}\n"


def main():
    if not importlib.util.find_spec("mpi4py"):
        print("no mpi4py")
        sys.exit(NOT_HERE)
    left = results_of(sys.executable, __file__, "--left")
    right = results_of(os.path.join(os.environ["TESSERA_BIN"], "mpi4py_to_tessera"))
    failures, count = [], 0
    for section in document.sections_of(DOCUMENT):
        mistakes = is_of_mistakes(section)
        for row in section.rows:
            if row.runs and (mistakes or row.compares and shown(row.tessera)):
                count += 1
                failures += failures_of(row, left, right, mistakes)
    print(*failures, f"{count} rows, {len(failures)} failures", sep="\n")
    sys.exit(1 if failures or count < 80 else 0)


print_left() if sys.argv[1:] == ["--left"] else main()
