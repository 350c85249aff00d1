"""What is said in check mode of ranks that do something else than the others: the right ranks, the right lines, in time.

mistakes.py [--trials N] [--ranks 2,3,4,7] [--jobs N] [--odd RANK] [--seed N] [--within SECONDS] [NAME...]

runs all cases, or those named, N times on each number of ranks; which rank is odd is drawn, unless said.
"""

import argparse
import collections
import concurrent.futures
import glob
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from marked_lines import ranks_of

PROGRAM = os.path.join(os.environ["TESSERA_BIN"], "tessera_mistakes")
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mistakes", "*.cpp")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
DEADLINE = 1.0
PATIENCE = 2.0  # to report and to end
HANGS = 60.0
TO_GO = 3.0  # for what a job has started

# Told, but no reason to end.
WARNINGS = {
    "message_left": r"tessera: rank \d never received a message of \d+ bytes from rank {odd_rank} with tag 6;",
    "request_dropped": r"tessera: rank {odd_rank} waits for a request of \w+ in its destructor at {odd};",
    "transfer_dropped": r"tessera: rank \d dropped a transfer that was under way, at {both};",
}
SILENT = ("late", "no_mistake", "message_between_starts", "slow_in_a_call", "slow_sender", "wrong_together", "sum_and_mean")
# The error of the odd rank ends all of them, whatever the others do.
THROWS = r"tessera_mistakes: rank {odd_rank}: the odd rank throws"
THROWN = {"throws_a_number": r"tessera_mistakes: rank {odd_rank}: unknown exception",
          "terminates": r"tessera_mistakes: rank {odd_rank}: std::terminate was called",
          "aborts": r"tessera_mistakes: rank {odd_rank} was ended by signal 6 \(abort\) at {odd}:",
          "crashes": r"tessera_mistakes: rank {odd_rank} was ended by signal 11 \(segmentation fault\) at {odd}:"}
# MPI's starter ends the job; what it says of it is its own.
CRASHES = ("exits_at_once", "aborts", "crashes", "terminates")
# How the odd rank left, where it stands at no line.
LEFT = {"returns": "returned 0", "skip_sum": "returned 0", "returns_1": "returned 1", "exits": r"called exit\(0\)",
        "exits_with_3": r"called exit\(3\)", "exits_quickly": "called quick_exit", "caught_alone": "returned 0"}


def read_sources():
    """The names of the cases, and {case: {role: "file.cpp:line"}} of the marked lines."""
    names, marks = [], {}
    for path in sorted(glob.glob(SOURCES)):
        with open(path, encoding="utf-8") as source:
            for number, line in enumerate(source, 1):
                names += re.findall(r'\{"(\w+)", \w+\}', line)
                for role, case in re.findall(r"// (odd|rest|both|each|also): (\w+)", line):
                    marks.setdefault(case, {})[role] = f"{os.path.basename(path)}:{number}"
    return names, marks


CASES, MARKS = read_sources()


def told(message):
    """{"file.cpp:line": ranks} of a message."""
    lines = {}
    for ranks, text in re.findall(r"ranks? (\d[\d, -]*): ([^;]*)", message):
        for line in re.findall(r"\w+\.cpp:\d+", text):
            lines.setdefault(line, set()).update(ranks_of(ranks))
    return lines


def expected(case, ranks, odd):
    """{"file.cpp:line": ranks} of a case."""
    roles = MARKS.get(case, {})
    everyone = set(range(ranks))
    if case == "wrong_tag":
        receiver = (odd + 1) % ranks
        lines = {roles["odd"]: {odd}, roles["each"]: {receiver}}
        if ranks > 2:
            lines[roles["rest"]] = everyone - {odd, receiver}
        return lines
    who = {"odd": {odd}, "rest": everyone - {odd}, "both": everyone, "each": everyone, "also": {odd}}
    return {line: who[role] for role, line in roles.items()}


class Job:
    """One run of the program, in a folder of its own."""

    def __init__(self, case, ranks, odd):
        self.begun = self.told = None
        self.lines = []
        self.mark = f"TESSERA_MISTAKE={uuid.uuid4()}"
        name, _, value = self.mark.partition("=")
        environment = dict(os.environ, TESSERA_CHECK="1", TESSERA_CHECK_SECONDS=str(DEADLINE), **{name: value})
        with tempfile.TemporaryDirectory() as folder:
            process = subprocess.Popen(MPIEXEC + [str(ranks), PROGRAM, case, str(odd)], cwd=folder, env=environment,
                                       text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            readers = [threading.Thread(target=self.read_output, args=[process.stdout]),
                       threading.Thread(target=self.read_errors, args=[process.stderr])]
            for reader in readers:
                reader.start()
            try:
                self.code = process.wait(HANGS)
            except subprocess.TimeoutExpired:
                self.code = None
            self.ended = time.monotonic()
            self.left = self.left_processes() if self.code is not None else []
            if self.code is None or self.left:
                self.end_all(process)
            for reader in readers:
                reader.join()

    def read_output(self, stream):
        for line in stream:
            if line == "begins\n":
                self.begun = time.monotonic()

    def read_errors(self, stream):
        for line in stream:
            if "tessera_mistakes: " in line and self.told is None:
                self.told = time.monotonic()
            self.lines.append(line.rstrip("\n"))

    def processes(self):
        """Those that this job has started and that run."""
        found = []
        for path in glob.glob("/proc/[0-9]*/environ"):
            try:
                with open(path, "rb") as file:
                    if self.mark.encode() in file.read().split(b"\0"):
                        found.append(int(path.split("/")[2]))
            except OSError:
                continue
        return found

    def left_processes(self):
        deadline = time.monotonic() + TO_GO
        while (found := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def end_all(self, process):
        for number in self.processes():
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()

    def seconds(self):
        """From the mistake to its report."""
        return (self.told or self.ended) - (self.begun or self.ended)


def problems_of_end(case, job, odd):
    """Of a case in which one message or none is told and the job goes its way."""
    errors = "\n".join(job.lines)
    messages = [line for line in job.lines if "tessera_mistakes: " in line]
    if case in SILENT:
        return ["a false report"] if job.code != 0 or messages else []
    if case in WARNINGS:
        pattern = WARNINGS[case].format(odd_rank=odd, **MARKS.get(case, {}))
        return [] if job.code == 0 and re.search(pattern, errors) else [f"exit code {job.code}, no {pattern}"]
    if case in CRASHES and case not in THROWN:
        return [f"exit code {job.code}, {len(messages)} messages"] if job.code == 0 or messages else []
    pattern = THROWN.get(case, THROWS).format(odd_rank=odd, **MARKS.get(case, {}))
    right_code = job.code == 1 or case in CRASHES and job.code != 0
    is_told = len(messages) == 1 and re.search(pattern + "$", messages[0])
    return [] if right_code and is_told else [f"exit code {job.code}, not once {pattern}"]


def problems_of_report(case, job, ranks, odd):
    messages = [line for line in job.lines if line.startswith("tessera_mistakes: ")]
    problems = []
    if job.code != 1:
        problems.append(f"exit code {job.code}")
    if len(messages) != 1:
        problems.append(f"{len(messages)} messages")
    message = " ".join(messages)
    lines = told(message)
    for line, who in expected(case, ranks, odd).items():
        if lines.get(line) != who:
            problems.append(f"{line} is not told of ranks {sorted(who)}")
    if case in LEFT and not re.search(f"rank {odd}: {LEFT[case]}", message):
        problems.append(f"not told: rank {odd}: {LEFT[case]}")
    return problems


def check(case, ranks, odd, within):
    """The seconds that it took, and what is wrong with it."""
    job = Job(case, ranks, odd)
    if job.code is None:
        return job.seconds(), f"it hangs\n" + "\n".join(job.lines)
    if case in SILENT or case in WARNINGS or case in CRASHES or case.startswith("throws"):
        problems = problems_of_end(case, job, odd)
    else:
        problems = problems_of_report(case, job, ranks, odd)
    if job.seconds() > within:
        problems.append(f"told after {job.seconds():.1f} s")
    if job.left:
        problems.append(f"processes {job.left} are left")
    if os.environ.get("TESSERA_SHOW"):
        print(f"{case} {ranks} odd {odd} {job.seconds():.2f} s", *job.lines, sep="\n  ", flush=True)
    return job.seconds(), "; ".join(problems) + ("\n" + "\n".join(job.lines) if problems else "")


def parsed(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--trials", type=int, default=1)
    parser.add_argument("--ranks", default="3")
    parser.add_argument("--jobs", type=int, default=4, help="that run at a time")
    parser.add_argument("--odd", type=int, help="always the same")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--within", type=float, default=DEADLINE + PATIENCE + 8.0, help="seconds; machines may be busy")
    parser.add_argument("--minutes", type=float, default=1e9, help="begins no run after that")
    return parser.parse_args(arguments)


def drawn(options):
    """(case, ranks, odd rank) of each run."""
    source = random.Random(options.seed)
    runs = [(case, ranks, source.randrange(ranks) if options.odd is None else options.odd)
            for _ in range(options.trials)
            for ranks in map(int, options.ranks.split(","))
            for case in options.names or CASES]
    source.shuffle(runs)
    return runs


def main(arguments):
    options = parsed(arguments)
    end = time.monotonic() + 60 * options.minutes
    seconds, failures = [], collections.defaultdict(list)

    def one(run):
        return run, check(*run, options.within) if time.monotonic() < end else None

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (case, ranks, odd), result in pool.map(one, drawn(options)):
            if result is None:
                continue
            seconds.append(result[0])
            if result[1]:
                failures[case].append(f"{case} on {ranks} ranks, odd {odd}: {result[1]}")
    print(f"{len(seconds)} runs, seed {options.seed}; told within {max(seconds):.1f} s; "
          + (", ".join(f"{case}: {len(texts)} wrong" for case, texts in failures.items()) or "all right"))
    if failures:
        sys.exit("\n".join(text for texts in failures.values() for text in texts[:3]))


main(sys.argv[1:])
