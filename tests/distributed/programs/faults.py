"""What is said of ranks that a signal ends: the right rank, the right lines, once; that nothing is left of them; and that
those who ask are asked to end, and end in good order.

Arguments: numbers of ranks, or names of faults.
"""

import glob
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.join(os.environ["TESSERA_BIN"], "tessera_faults")
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faults.cpp")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
LIMIT = 240  # seconds, of what takes two
# As for users, ranks have a second to end before mpiexec kills them; other tests do not wait for it.
ENVIRONMENT = dict(os.environ, OMPI_MCA_odls_base_sigkill_timeout="1")
failures = []

FAULTS = {
    "segv": (signal.SIGSEGV, r"segmentation fault, address 0x0"),
    "bus": (signal.SIGBUS, r"bus error, address 0x[0-9a-f]+"),
    "fpe": (signal.SIGFPE, r"integer division by zero"),
    "ill": (signal.SIGILL, r"illegal instruction"),
    "abort": (signal.SIGABRT, r"abort"),
    "assert": (signal.SIGABRT, r"abort"),
    "free": (signal.SIGABRT, r"abort"),
    "heap": (signal.SIGABRT, r"abort"),
    "recursion": (signal.SIGSEGV, r"segmentation fault, address 0x[0-9a-f]+"),
    "call": (signal.SIGSEGV, r"segmentation fault, address 0x0"),
    "library": (signal.SIGSEGV, r"segmentation fault, address 0x0"),
    "thread": (signal.SIGSEGV, r"segmentation fault, address 0x0"),
    "sent": (signal.SIGSEGV, r"segmentation fault"),
    "asks_before": (signal.SIGSEGV, r"segmentation fault, address 0x0"),
}
SIGNALS = "segv bus fpe ill abort".split()  # one fault for each


def lines():
    """{fault: (function, line)} of the marked lines of the program."""
    found = {}
    with open(SOURCE, encoding="utf-8") as source:
        function = ""
        for number, line in enumerate(source, 1):
            if start := re.match(r"NOT_INLINED \w+ (\w+)\(", line):
                function = start.group(1)
            if mark := re.search(r"// line: (\w+)", line):
                found[mark.group(1)] = function, number
    found["asks_before"] = found["segv"]
    return found


def processes(folder):
    """Those of the program that work in a folder."""
    found = []
    for path in glob.glob("/proc/[0-9]*"):
        try:
            if os.readlink(f"{path}/exe") == PROGRAM and os.readlink(f"{path}/cwd") == folder:
                found.append(int(path.split("/")[2]))
        except OSError:
            continue
    return found


def is_gone(folder):
    """Ended processes may take a moment to go."""
    for _ in range(100):
        if not processes(folder):
            return True
        time.sleep(0.02)
    return False


def start(folder, ranks, *arguments):
    command = ([*MPIEXEC, str(ranks)] if ranks else []) + [PROGRAM, *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)


def left(folder):
    """What is wrong when a job is over."""
    problems = [] if is_gone(folder) else ["processes are left"]
    files = os.listdir(folder)
    return problems + ([f"files are left: {files}"] if files else [])


def check_fault(fault, ranks, who):
    number, name = FAULTS[fault]
    function, line = lines()[fault]
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        job = start(folder, ranks, fault, who)
        try:
            _, err = job.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            job.kill()
            failures.append(f"{fault} on {ranks} ranks: it hangs")
            return
        problems = left(folder)
    if job.returncode != (128 + number if ranks else -number):
        problems.append(f"exit code {job.returncode}")
    rank = r"\d" if who == "all" else str(who)
    where = rf"(?:{line}|{line - 1})" if fault == "recursion" else line  # where the stack ends
    pattern = rf"tessera_faults: rank {rank} was ended by signal {int(number)} \({name}\).* at faults\.cpp:{where}:"
    told = [text for text in err.splitlines() if text.startswith("tessera_faults: ") and "Assertion" not in text]
    if len(told) != 1 or not re.fullmatch(pattern, told[0]):
        problems.append(f"told is {told}, not {pattern}")
    if "*** Process received signal ***" in err:
        problems.append("MPI speaks, too")
    frames = [text for text in err.splitlines() if re.fullmatch(r"  .* at faults\.cpp:\d+(, \d+ times)?", text)]
    if not frames or not re.search(rf"faults\.cpp:{where}", frames[0]):
        problems.append(f"the first function is none at line {line}: {frames}")
    # A thread does not know who started it, and what is called in vain leaves no trace behind its caller.
    if not any(text.startswith(f"  {function} at ") or fault == "thread" for text in frames):
        problems.append(f"no function {function} is among {frames}")
    if frames and fault not in ("thread", "call", "recursion") and not frames[-1].startswith("  main at "):
        problems.append(f"main is not the last function of {frames}")
    if fault == "recursion" and not re.search(r"recursion at faults\.cpp:\d+, \d\d+ times", err):
        problems.append("a recursion is not told as such")
    if problems:
        failures.append(f"{fault} of {who} on {ranks} ranks: " + "; ".join(problems) + "\n" + err)


def check_own_handler():
    """The program's handler stays."""
    with tempfile.TemporaryDirectory() as folder:
        job = start(folder, 2, "own", 1)
        _, err = job.communicate(timeout=LIMIT)
    if job.returncode != 42 or "tessera_faults: " in err:
        failures.append(f"the program's own handler: exit code {job.returncode}\n{err}")


def started(folder, ranks, name):
    """Starts it; returns the job and the processes of its ranks, once these wait."""
    job = start(folder, ranks, name)
    pids = {}
    while len(pids) < (ranks or 1):
        found = re.match(r"rank (\d+) of process (\d+) waits", job.stderr.readline())
        if found:
            pids[int(found.group(1))] = int(found.group(2))
    return job, [pids[rank] for rank in sorted(pids)]


def check_request(what, name, ranks, act, code):
    """code: the exact one, or None for any but 0."""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        job, pids = started(folder, ranks, name)
        act(job, pids)
        try:
            _, err = job.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            job.kill()
            failures.append(f"{what} on {ranks} ranks: it hangs")
            return
        problems = left(folder)
    if (job.returncode == 0) if code is None else (job.returncode != code):
        problems.append(f"exit code {job.returncode}")
    if code == 0 and err.count("asked after some steps") != 1:
        problems.append("rank 0 does not end by itself")
    if problems:
        failures.append(f"{what} on {ranks} ranks: " + "; ".join(problems) + "\n" + err)


def send(number, whom):
    def act(job, pids):
        time.sleep(0.2)
        os.kill(job.pid if whom == "job" else pids[whom], number)
    return act


def send_twice(pause):
    def act(_, pids):
        for _ in range(2):
            os.kill(pids[-1], signal.SIGTERM)
            time.sleep(pause)
    return act


def send_at_once(job, pids):
    """As one cause; then the program still lives, and is ended."""
    send_twice(0.05)(job, pids)
    time.sleep(0.7)
    if job.poll() is not None:
        failures.append("two signals of one cause end the program")
    else:
        os.kill(pids[-1], signal.SIGTERM)


def check_requests():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
        check_request(f"{number.name} to one", "until_asked", 3, send(number, 1), 0)
        check_request(f"{number.name}", "until_asked", 0, send(number, 0), 0)
    for ranks in (1, 2, 4, 7):
        check_request("SIGTERM to the last", "until_asked", ranks, send(signal.SIGTERM, ranks - 1), 0)
        check_request("SIGUSR1 to mpiexec", "until_asked", ranks, send(signal.SIGUSR1, "job"), 0)
    check_request("SIGTERM to mpiexec", "until_asked", 3, send(signal.SIGTERM, "job"), None)
    check_request("SIGINT to mpiexec", "deaf", 3, send(signal.SIGINT, "job"), None)
    check_request("SIGTERM twice", "deaf", 3, send_twice(0.8), None)
    check_request("SIGTERM twice at once", "deaf", 3, send_at_once, None)


def main(arguments):
    numbers = [int(a) for a in arguments if a.isdigit()]
    names = [a for a in arguments if not a.isdigit()]
    if names or numbers:
        for fault in names or FAULTS:
            for ranks in numbers or [3]:
                for who in (*range(ranks), "all"):
                    check_fault(fault, ranks, who)
    else:
        for fault in FAULTS:
            check_fault(fault, 3, 1)
        for fault in SIGNALS:
            for ranks, who in ((0, 0), (2, 0), (4, 3), (7, 2), (7, "all")):
                check_fault(fault, ranks, who)
        check_own_handler()
        check_requests()
    if failures:
        sys.exit("\n".join(failures))


main(sys.argv[1:])
