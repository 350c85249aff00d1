"""How programs made with tessera::run end: exit code, message, time."""

import os
import subprocess
import sys
import time

PROGRAM = os.path.join(os.environ["TESSERA_BIN"], "tessera_run_modes")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
PATIENCE = 12.0  # seconds from start to end; the library waits for three

failures = []


def run(mode, ranks, threads=None):
    """Runs the program; 0 ranks: without mpiexec."""
    command = [PROGRAM, mode]
    if ranks > 0:
        command = MPIEXEC + [str(ranks)] + command
    # What check mode says instead, mistakes.py looks at.
    environment = dict(os.environ, TESSERA_CHECK="0")
    environment.pop("TESSERA_THREADS", None)
    if threads is not None:
        environment["TESSERA_THREADS"] = threads
    start = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)
    except subprocess.TimeoutExpired:
        return None, "", "", 60.0
    return done.returncode, done.stdout, done.stderr, time.monotonic() - start


def check(mode, ranks, code, message=None, stdout=None, threads=None):
    """code: the exact one, or None for any but 0. message: a line that must stand on stderr once."""
    found, out, err, seconds = run(mode, ranks, threads)
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


def left(what, ranks):
    """What is said when the last rank has left and the others wait."""
    others = " and ".join(str(rank) for rank in range(ranks - 1))
    who = f"ranks {others} wait" if ranks > 2 else f"rank {others} waits"
    return (f"rank {ranks - 1} {what} while {who} in a collective call; "
            "all ranks must make the same calls before they return")


TWICE = ("tessera::run was called after MPI had ended, and MPI cannot start again; do everything in one run, "
         "or call MPI_Init before the first of several and MPI_Finalize after the last")


def check_leaving(ranks):
    """A rank that has left its program while others wait for it, whatever way it took."""
    last = f"rank {ranks - 1}: "
    check("in_transfer_alone", ranks, None, last + "cannot open a.txt")
    check("last_returns_early", ranks, 1, left("returned 0", ranks))
    check("last_exits", ranks, 3, left("called exit(3)", ranks))
    check("last_quick_exits", ranks, 1, left("called quick_exit", ranks))
    check("last_terminates", ranks, None, last + "std::terminate was called")


NO_LEVEL = ("2 threads in each rank, by TESSERA_THREADS or set_threads, but the program has started MPI without leave for "
            "any (MPI_THREAD_SINGLE); start it by MPI_Init_thread(..., MPI_THREAD_FUNNELED, ...), or have 1 thread")


def threads_error(text):
    return f"TESSERA_THREADS={text} in the environment: the threads of each rank are a number from 1 to 1024"


def check_threads(ranks):
    """How many threads each rank has, and numbers that it cannot have: an error of all ranks, told once."""
    check("threads", ranks, 0, stdout="2 threads\n", threads="2")
    check("three_threads", ranks, 0, stdout="1 threads\n", threads="1")
    check("bad_option", ranks, 1, "-3 threads in each rank: it has from 1 to 1024")
    check("mpi_single", ranks, 1, NO_LEVEL)
    check("threads", ranks, 1, threads_error("two"), threads="two")
    if ranks > 0:
        return
    check("threads", ranks, 0, stdout="1 threads\n")
    check("three_threads", ranks, 0, stdout="3 threads\n")
    check("mpi_funneled", ranks, 0, stdout="2 threads\n")
    check("without_run", ranks, 5)
    check("without_run", ranks, 6, threads="0")
    for text in ("0", "-1", "1025"):
        check("threads", ranks, 1, threads_error(text), threads=text)


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
    check("all_exit", ranks, 0)
    check("nested", ranks, 0, stdout="sum 1\n")
    check("run_twice", ranks, 1, TWICE, stdout="sum 1\n")


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
    check("during_access", ranks, None, last + "cannot open a.txt")
    check("count_one_sidedly", ranks, 0, stdout="600\n")
    check("all_but_first", ranks, None, "rank 1: cannot open a.txt")
    check("mpi_runs_already", ranks, 0, stdout=f"sum {ranks}\n" * 2)
    check("all_exit", ranks, 0)
    check("nested", ranks, 0, stdout=f"sum {ranks}\n")
    check("run_twice", ranks, 1, TWICE, stdout=f"sum {ranks}\n")
    check("rest_computes", ranks, 0, stdout=f"sum {ranks - 1}\n")


check_alone(0)
check_together(3)
check_threads(0)
check_threads(2)
check_leaving(3)
check("last_returns_early", 2, 1, left("returned 0", 2))
if failures:
    sys.exit("\n".join(failures))
