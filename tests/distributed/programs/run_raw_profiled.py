"""What a profile says of raw calls of MPI that tessera_check counts: as many as the program makes, and their bytes."""

import os
import re
import subprocess
import tempfile

BIN = os.environ["TESSERA_BIN"]
PROGRAM = os.path.join(BIN, "tessera_raw_profiled")
LIBRARY = os.path.join(BIN, "libtessera_check.so")
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "raw_profiled.cpp")
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()

# Of each rank: calls, messages sent and their bytes, messages received and theirs, collective calls.
COUNTS = {
    "irecv": ("MPI_Irecv", 10, 0, 0, 0, 0, 0),
    "send": ("MPI_Send", 10, 10, 10 * 40, 0, 0, 0),
    "wait": ("MPI_Wait", 10, 0, 0, 10, 10 * 40, 0),
    "isend": ("MPI_Isend", 3, 3, 3 * 16, 0, 0, 0),
    "waitall": ("MPI_Waitall", 3, 0, 0, 3, 3 * 16, 0),
    "sendrecv": ("MPI_Sendrecv", 2, 2, 2 * 4, 2, 2 * 4, 0),
    "nowhere": ("MPI_Send", 1, 0, 0, 0, 0, 0),
    "allreduce": ("MPI_Allreduce", 4, 0, 0, 0, 0, 4),
}


def marked():
    """{mark: line}"""
    found = {}
    with open(SOURCE, encoding="utf-8") as source:
        for number, line in enumerate(source, 1):
            if match := re.search(r"[;,] +// (\w+)$", line):
                found[match[1]] = number
    return found


def run(ranks, *arguments, **environment):
    command = [*MPIEXEC, str(ranks), "env", f"LD_PRELOAD={LIBRARY}", PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env={**os.environ, **environment})
    assert done.returncode == 0 and done.stderr == "", (done.returncode, done.stderr)
    with open("raw.prof", encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


def check(ranks, table, own):
    lines = marked()
    found = {(row[1], int(row[3])): row for row in table if row[0] == "region" and row[2].endswith("raw_profiled.cpp")}
    for name, (call, *counts) in COUNTS.items():
        row = found[call, lines[name]]
        numbers = [int(row[5]), *map(int, row[27:31]), int(row[35])]
        assert row[27:31] == row[31:35], row  # nothing is called by them that sends
        assert numbers == [ranks * count for count in counts], (name, numbers, counts, ranks)
    waited = float(found["MPI_Allreduce", lines["allreduce"]][20])
    assert waited > 0, waited
    sent = {(int(row[1]), int(row[2])): (int(row[3]), int(row[4])) for row in table if row[0] == "sent"}
    messages, of_bytes = 15 + own, 400 + 48 + 8 + 24 * own
    assert sent == {(rank, (rank + 1) % ranks): (messages, of_bytes) for rank in range(ranks)}, sent


def test_raw_program():
    for ranks in (2, 3, 4):
        check(ranks, run(ranks, TESSERA_PROFILE="raw.prof"), 0)
        check(ranks, run(ranks, TESSERA_PROFILE="raw.prof", TESSERA_CHECK="1"), 0)


def test_program_that_uses_tessera():
    for check_mode in ("0", "1"):
        table = run(3, "run", TESSERA_PROFILE="raw.prof", TESSERA_CHECK=check_mode)
        check(3, table, 4)
        # Calls by Tessera are its own regions', not raw ones.
        assert not [row for row in table if row[0] == "region" and row[1].startswith("MPI_")
                    and not row[2].endswith("raw_profiled.cpp")], table


def test_nothing_is_recorded_unless_asked_for():
    with open("raw.prof", "w", encoding="utf-8"):
        pass
    assert run(2) == []


def test_file_is_a_profile():
    run(2, TESSERA_PROFILE="raw.prof")
    tool = os.path.join(BIN, "tessera-profile")
    if os.path.exists(tool):
        done = subprocess.run([tool, "raw.prof"], capture_output=True, text=True, timeout=240)
        assert done.returncode == 0 and "(MPI_Allreduce)" in done.stdout, done


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            with tempfile.TemporaryDirectory() as folder:
                os.chdir(folder)
                test()
                os.chdir("/")
