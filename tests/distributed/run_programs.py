"""How programs made with tessera::run end: exit code, message, time."""

import os
import subprocess
import sys
import time

PROGRAM = os.path.join(os.environ["TESSERA_BIN"], "tessera_run_modes")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
PATIENCE = 8.0  # seconds from start to end; the library waits for two

failures = []


def run(mode, ranks):
    """Runs the program; 0 ranks: without mpiexec."""
    command = [PROGRAM, mode]
    if ranks > 0:
        command = MPIEXEC + [str(ranks)] + command
    start = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return None, "", "", 60.0
    return done.returncode, done.stdout, done.stderr, time.monotonic() - start


def check(mode, ranks, code, message=None, stdout=None):
    """code: the exact one, or None for any but 0. message: a line that must stand on stderr once."""
    found, out, err, seconds = run(mode, ranks)
    problems = []
    if found is None:
        problems.append("it hangs")
    elif code is None and found == 0 or code is not None and found != code:
        problems.append(f"exit code {found}, not {'any but 0' if code is None else code}")
    if seconds > PATIENCE:
        problems.append(f"took {seconds:.1f} s")
    lines = [line for line in err.splitlines() if "tessera_run_modes: " in line]
    expected = [] if message is None else ["tessera_run_modes: " + message]
    if lines != expected:
        problems.append(f"messages {lines}, not {expected}")
    if stdout is not None and out != stdout:
        problems.append(f"stdout {out!r}, not {stdout!r}")
    if problems:
        failures.append(f"{mode} on {ranks} ranks: " + "; ".join(problems) + "\n" + err)


def check_alone(ranks):
    """On one rank there is no rank to be named."""
    check("succeed", ranks, 0, stdout="sum 1\n")
    check("nothing_returned", ranks, 0)
    check("return_three", ranks, 3)
    check("all_throw", ranks, 1, "all of us")
    check("usage", ranks, 2, "no such option: --colour")
    check("standard_exception", ranks, 1, "from elsewhere")
    check("throw_number", ranks, 1, "unknown exception")
    check("agreed", ranks, 1, "cannot open a.txt")
    check("before_halo", ranks, 1, "cannot open a.txt")
    check("mpi_runs_already", ranks, 0, stdout="sum 1\nsum 1\n")


def check_together(ranks):
    last = f"rank {ranks - 1}: "
    check("succeed", ranks, 0, stdout=f"sum {ranks}\n")
    check("return_three", ranks, 3)
    check("last_returns_three", ranks, 3)
    check("all_throw", ranks, 1, "all of us")
    check("usage", ranks, 2, "no such option: --colour")
    check("last_throws", ranks, 1, last + "cannot open a.txt")
    check("agreed", ranks, 1, last + "cannot open a.txt")
    check("standard_exception", ranks, 1, last + "from elsewhere")
    check("before_barrier", ranks, None, last + "cannot open a.txt")
    check("before_halo", ranks, None, last + "cannot open a.txt")
    check("during_halo", ranks, None, last + "cannot open a.txt")
    check("all_but_first", ranks, None, "rank 1: cannot open a.txt")
    check("mpi_runs_already", ranks, 0, stdout=f"sum {ranks}\n" * 2)


check_alone(0)
check_together(3)
if failures:
    sys.exit("\n".join(failures))
