"""Where shared memory cannot be had, ranks say so once, exchange messages, and all results are right."""

import os
import shutil
import subprocess
import sys

PROGRAM = os.path.join(os.environ["TESSERA_BIN"], "distributed_tests")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
# Where the folder is too small, what ranks do with each other's memory; otherwise as much as makes them warn.
TESTS = "halo.*:redistribution.*"
FEW_TESTS = "update_halos.*"
RANKS = "3"
WARNING = "tessera: no shared memory"
FOLDER = "/dev/shm"

# Either way of having none: a shell prefix that ends where the command follows.
NO_LARGE_FILES = "ulimit -f 100000000; exec "
SMALL_FOLDER = f"mount -t tmpfs -o size=256k tmpfs {FOLDER} && exec "

failures = []


def environment():
    """Open MPI has files of its own for messages, which need the room that is taken away."""
    changed = dict(os.environ, OMPI_MCA_btl_vader_backing_directory="/tmp")
    changed.pop("TESSERA_SHARED", None)
    return changed


def run(prefix, tests, launcher=()):
    command = " ".join(MPIEXEC + [RANKS, PROGRAM, f"'--gtest_filter={tests}'"])
    return subprocess.run([*launcher, "bash", "-c", prefix + command], capture_output=True, text=True, timeout=300,
                          env=environment(), check=False)


def check(name, done, warnings):
    found = done.stderr.count(WARNING)
    if done.returncode != 0 or "PASSED" not in done.stdout:
        failures.append(f"{name}: exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    elif found != warnings:
        failures.append(f"{name}: {found} warnings, not {warnings}\n{done.stderr[-2000:]}")


def may_mount():
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-m", "bash", "-c", SMALL_FOLDER + "true"], capture_output=True,
                          check=False).returncode == 0


check("with all of it", run("exec ", FEW_TESTS), 0)
check("with a limit on files", run(NO_LARGE_FILES, FEW_TESTS), 1)
if may_mount():
    check("with a small folder", run(SMALL_FOLDER, TESTS, ["unshare", "-m"]), 1)
else:
    print(f"skipped: a small {FOLDER}, which takes the right to mount one")
if failures:
    sys.exit("\n".join(failures))
