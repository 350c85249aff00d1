"""What is said of mistakes in programs of raw MPI that tessera_check was loaded into: the right ranks, the right lines.

Arguments: numbers of ranks, or names of cases; none: a usual choice; `all` for all cases.
"""

import concurrent.futures
import os
import re
import subprocess
import sys

import marked_lines

BIN = os.environ["TESSERA_BIN"]
SOURCE = marked_lines.Source("raw_mistakes.cpp")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
LIBRARY = os.path.join(BIN, "libtessera_check.so")
SILENT = ("late_for_a_message", "late_for_the_end")
# What must be among the words.
WORDS = {
    "another_root": "MPI_DOUBLE, root 1",
    "another_count": "3 MPI_DOUBLE",
    "another_operation": "MPI_MAX",
    "circle": "a circle of ranks that wait for each other: 0 for",
    "circle_of_sends": "a circle of ranks that wait for each other: 0 for",
    "counts_of_gatherv": "rank 0: receives 4 MPI_DOUBLE from rank 1, which sends 5 MPI_DOUBLE",
    "counts_of_alltoallv": "rank 0: receives 1 MPI_DOUBLE from rank 1, which sends 2 MPI_DOUBLE",
    "exits": "called exit(3)",
    "no_end": "rank 1: ended with exit code 0, without MPI_Finalize",
    "wait_for_request": "waits for a message from rank 0, tag 7",
    "wrong_tag": "tag 6",
}
USUAL = {
    2: "skipped exits circle counts_of_gatherv order_of_started late_for_the_end",
    3: "all",
    4: "order another_communicator sendrecv_missing within_others late_for_a_message",
    7: "another_root wrong_tag to_the_end counts_of_alltoallv",
}
failures = []


def run(ranks, program, *arguments, **environment):
    command = [*MPIEXEC, str(ranks), "env", f"LD_PRELOAD={LIBRARY}", os.path.join(BIN, program), *arguments]
    environment = {**os.environ, "TESSERA_CHECK_SECONDS": "1", **environment}
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(command, None, "", f"it hangs\n{late.stderr}")


def expected(case, ranks, odd):
    """{line: ranks} of a case."""
    roles = SOURCE.marks().get(case, {})
    everyone = set(range(ranks))
    if case in ("wrong_tag", "sendrecv_missing"):
        receiver = (odd + 1) % ranks
        lines = {roles["odd"]: {odd}, roles["each"]: {receiver}}
        if ranks > 2:
            lines[roles["rest"]] = everyone - {odd, receiver}
        return lines
    rest = everyone - {odd} - ({0} if case == "within_others" else set())
    who = {"odd": {odd}, "rest": rest, "both": everyone, "each": everyone}
    return {line: who[role] for role, line in roles.items()}


def check(case, ranks, odd=1):
    if case == "within_others" and ranks < 3:
        return
    done = run(ranks, "tessera_raw_mistakes", case, str(odd))
    # MPI may say something first, without an end of line.
    messages = re.findall(r"tessera_raw_mistakes: .*", done.stderr)
    problems = []
    if case in SILENT:
        if done.returncode != 0 or messages:
            problems.append("a false report")
    elif case == "left_message":
        if done.returncode != 0 or "rank 0 never received a message of 8 bytes from rank 1 with tag 6" not in done.stderr:
            problems.append(f"exit code {done.returncode}, and not told")
    else:
        if done.returncode != 1:
            problems.append(f"exit code {done.returncode}")
        if len(messages) != 1:
            problems.append(f"{len(messages)} messages")
        message = " ".join(messages)
        if WORDS.get(case, "") not in message:
            problems.append(f"not told: {WORDS[case]}")
        lines = SOURCE.told(message)
        for line, who in expected(case, ranks, odd).items():
            if lines.get(line) != who:
                problems.append(f"line {line} is not told of ranks {sorted(who)}")
        unexpected = set(lines) - set(expected(case, ranks, odd))
        if unexpected and case != "no_end":
            problems.append(f"lines {sorted(unexpected)} are told, too")
    if problems:
        failures.append(f"{case} on {ranks} ranks: " + "; ".join(problems) + "\n" + done.stderr)
    if os.environ.get("TESSERA_SHOW"):
        print(f"{case} {ranks}", *messages, sep="\n  ", flush=True)


def check_right_program(ranks):
    for arguments, environment in (((), {}), (("threads",), {}), ((), {"TESSERA_CHECK": "0"})):
        done = run(ranks, "tessera_raw_calls", *arguments, **environment)
        if (done.returncode, done.stdout, done.stderr) != (0, f"{ranks} ranks, 0 wrong\n", ""):
            failures.append(f"right calls on {ranks} ranks {arguments} {environment}: "
                            f"{done.returncode} {done.stdout}{done.stderr}")


SCRIPT = """
from mpi4py import MPI
world = MPI.COMM_WORLD
data = bytearray(8)
if world.rank == 1:
    world.%s
else:
    world.Allreduce([bytearray(8), 1, MPI.DOUBLE], [data, 1, MPI.DOUBLE])
"""


def check_python():
    """mpi4py's calls have names, and no lines."""
    python = "/usr/bin/python3"
    if not os.path.exists(python) or subprocess.run([python, "-c", "import mpi4py"], capture_output=True).returncode:
        return
    for call, told in (("Barrier()", "ranks 0, 2: MPI_Allreduce; rank 1: MPI_Barrier;"),
                       ("Recv([data, MPI.BYTE], 0, 3)", "rank 1: MPI_Recv waits for a message from rank 0, tag 3;")):
        done = run(3, python, "-c", SCRIPT % call)
        if done.returncode != 1 or told not in done.stderr:
            failures.append(f"mpi4py's {call}: {done.returncode} {done.stderr}")


def check_beside_run():
    """Programs of Tessera's, whose calls are told as without the library; raw ones among them, too."""
    folder = os.path.dirname(os.path.abspath(__file__))
    cases = "skip_sum order exits waits_in_mpi circle slow_in_a_call late no_mistake".split()
    mpiexec = " ".join([*MPIEXEC[:-1], "-x", f"LD_PRELOAD={LIBRARY}", MPIEXEC[-1]])
    done = subprocess.run([sys.executable, os.path.join(folder, "mistakes.py"), "--ranks=3", *cases], capture_output=True, text=True,
                          env={**os.environ, "TESSERA_MPIEXEC": mpiexec})
    if done.returncode != 0:
        failures.append(f"beside run: {done.stdout}{done.stderr}")


def check_linked():
    """Without debug information, functions are told instead of lines."""
    done = subprocess.run([*MPIEXEC, "3", os.path.join(BIN, "tessera_raw_linked"), "another_root"], capture_output=True,
                          text=True, timeout=240)
    if done.returncode != 1 or "ranks 0, 2: 1 MPI_DOUBLE, root 0" not in done.stderr:
        failures.append(f"linked: {done.returncode} {done.stderr}")


def check_switched_off():
    done = run(3, "tessera_raw_mistakes", "another_operation", TESSERA_CHECK="0")
    if done.returncode != 0 or done.stderr:
        failures.append(f"switched off, it says: {done.returncode} {done.stderr}")


def guarded(test, *arguments):
    """What a thread of the pool throws would be lost."""
    try:
        test(*arguments)
    except Exception as problem:  # pylint: disable=broad-except
        failures.append(f"{arguments}: {problem!r}")


def main(arguments):
    numbers = [int(a) for a in arguments if a.isdigit()] or sorted(USUAL)
    names = [a for a in arguments if not a.isdigit()]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:  # they wait, most of the time
        for ranks in numbers:
            cases = names or USUAL.get(ranks, "all").split()
            for case in [*SOURCE.cases(), "no_end"] if cases == ["all"] else cases:
                pool.submit(guarded, check, case, ranks)
    if not arguments:
        for ranks in (1, *sorted(USUAL)):
            check_right_program(ranks)
        check_switched_off()
        check_python()
        check_linked()
        check_beside_run()
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main(sys.argv[1:])
