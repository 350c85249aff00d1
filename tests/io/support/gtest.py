"""Runs one test of io_tests that works on a folder of a Python script, given in $TESSERA_H5PY."""

import os
import pathlib
import shlex
import subprocess
import sys


def run(suite, test, ranks, folder):
    program = pathlib.Path(os.environ["TESSERA_BIN"]) / "io_tests"
    result = subprocess.run(
        [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), program,
         "--gtest_also_run_disabled_tests", f"--gtest_filter={suite}.DISABLED_{test}"],
        env={**os.environ, "TESSERA_H5PY": str(folder)}, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT)
    if result.returncode != 0 or "Running 1 test" not in result.stdout:
        sys.exit(f"{suite}.{test} on {ranks} ranks:\n{result.stdout}")
