#!/usr/bin/env python3
"""Collective HDF5 writes of interleaved blocks: right with the library's cure, whatever the
environment; and, as a control, wrong without it."""

import os
import pathlib
import re
import shlex
import subprocess
import sys

LOCKS = "OMPI_MCA_fs_ufs_lock_algorithm"
SKIP_LOCKS = "1"


def run(test, ranks, **environment):
    program = pathlib.Path(os.environ["TESSERA_BIN"]) / "io_tests"
    command = [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), program,
               "--gtest_also_run_disabled_tests", f"--gtest_filter=hdf5_corruption.{test}"]
    result = subprocess.run(command, env={**os.environ, **environment}, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0 or "Running 0 tests" in result.stdout:
        sys.exit(f"{test} on {ranks} ranks with {environment}:\n{result.stdout}")
    return result.stdout


def main():
    os.environ.pop(LOCKS, None)
    for ranks in (3, 4, 6):
        run("does_not_happen", ranks)
        run("does_not_happen", ranks, **{LOCKS: SKIP_LOCKS})
        run("DISABLED_does_not_happen_after_other_files", ranks)

    for ranks in (6, 4, 8, 6, 4, 8):
        found = re.search(r"wrong files: (\d+) of (\d+)", run("DISABLED_without_the_cure", ranks))
        if int(found.group(1)) > 0:
            print("without the cure,", found.group(0), "on", ranks, "ranks")
            return
    print("skipped: the fault did not show here without the cure")


main()
