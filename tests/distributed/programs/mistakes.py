"""What is said in check mode of ranks that do something else than the others: the right ranks, the right lines, in time.

Arguments: numbers of ranks, or names of cases; `all` for all of both.
"""

import os
import re
import subprocess
import sys
import time

PROGRAM = os.path.join(os.environ["TESSERA_BIN"], "tessera_mistakes")
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "mistakes.cpp")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
DEADLINE = 1.0
PATIENCE = 2.0  # to report and to end
START = 8.0  # of a job of many ranks on a busy machine

# Told, but no reason to end.
WARNINGS = {
    "message_left": r"tessera: rank \d never received a message of \d+ bytes from rank 1 with tag 6;",
    "request_dropped": r"tessera: rank 1 waits for a request of \w+ in its destructor at mistakes.cpp:{odd};",
    "transfer_dropped": r"tessera: rank \d dropped a transfer that was under way, at mistakes.cpp:{both};",
}
SILENT = ("late", "none", "message_between_starts", "slow_in_a_call", "slow_sender")
USUAL = """skip_sum skip_halo order another_root other_communicators exits throws computes waits_in_mpi
    receives_meanwhile circle wrong_tag order_of_started message_between_starts message_left
    buffer_changed buffers_overlap request_dropped transfer_dropped slow_in_a_call slow_sender late none""".split()
failures = []


def marks():
    """{case: {role: line}} of the marked lines of the program."""
    found = {}
    with open(SOURCE, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            for role, case in re.findall(r"// (odd|rest|both|each|also): (\w+)", line):
                found.setdefault(case, {})[role] = number
    return found


def cases():
    with open(SOURCE, encoding="utf-8") as source:
        return re.findall(r'\{"(\w+)", \w+\}', source.read())


def ranks_of(text):
    """{0, 1, 2, 5} of "0-2, 5"."""
    ranks = set()
    for part in text.split(", "):
        first, _, last = part.partition("-")
        ranks.update(range(int(first), int(last or first) + 1))
    return ranks


def told(message):
    """{line: ranks} of a message."""
    lines = {}
    for ranks, text in re.findall(r"ranks? (\d[\d, -]*): ([^;]*)", message):
        for line in re.findall(r"mistakes\.cpp:(\d+)", text):
            lines.setdefault(int(line), set()).update(ranks_of(ranks))
    return lines


def expected(case, ranks, odd):
    """{line: ranks} of a case."""
    roles = marks().get(case, {})
    everyone = set(range(ranks))
    if case == "wrong_tag":
        receiver = (odd + 1) % ranks
        lines = {roles["odd"]: {odd}, roles["each"]: {receiver}}
        if ranks > 2:
            lines[roles["rest"]] = everyone - {odd, receiver}
        return lines
    who = {"odd": {odd}, "rest": everyone - {odd}, "both": everyone, "each": everyone, "also": {odd}}
    return {line: who[role] for role, line in roles.items()}


def check(case, ranks, odd):
    command = MPIEXEC + [str(ranks), PROGRAM, case, str(odd)]
    environment = dict(os.environ, TESSERA_CHECK="1", TESSERA_CHECK_SECONDS=str(DEADLINE))
    start = time.monotonic()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    except subprocess.TimeoutExpired:
        failures.append(f"{case} on {ranks} ranks, odd {odd}: it hangs")
        return
    seconds = time.monotonic() - start
    messages = [line for line in done.stderr.splitlines() if line.startswith("tessera_mistakes: ")]
    problems = []
    if seconds > DEADLINE + PATIENCE + START:
        problems.append(f"took {seconds:.1f} s")
    if case in SILENT:
        if done.returncode != 0 or messages:
            problems.append("a false report")
    elif case in WARNINGS:
        pattern = WARNINGS[case].format(**marks().get(case, {}))
        if done.returncode != 0 or not re.search(pattern, done.stderr):
            problems.append(f"exit code {done.returncode}, no {pattern}")
    else:
        if done.returncode != 1:
            problems.append(f"exit code {done.returncode}")
        if len(messages) != 1:
            problems.append(f"{len(messages)} messages")
        lines = told(" ".join(messages))
        for line, who in expected(case, ranks, odd).items():
            if lines.get(line) != who:
                problems.append(f"line {line} is not told of ranks {sorted(who)}")
    if problems:
        failures.append(f"{case} on {ranks} ranks, odd {odd}: " + "; ".join(problems) + "\n" + done.stderr)
    if os.environ.get("TESSERA_SHOW"):
        print(f"{case} {ranks} {seconds:.2f} s", *messages, sep="\n  ", flush=True)


def main(arguments):
    numbers = [int(a) for a in arguments if a.isdigit()] or [3]
    names = [a for a in arguments if not a.isdigit()] or USUAL
    for case in cases() if names == ["all"] else names:
        for ranks in numbers:
            check(case, ranks, 1)
    if failures:
        sys.exit("\n".join(failures))


main(sys.argv[1:])
