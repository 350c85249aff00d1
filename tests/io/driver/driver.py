"""Hands commands to the program io_driver, at several numbers of ranks.

Finds it in $TESSERA_BIN, and how to run it on several ranks in $TESSERA_MPIEXEC, to be followed by
the number of ranks.
"""

import os
import pathlib
import random
import shlex
import subprocess
import tempfile

RANKS = (1, 2, 3, 4)
MODES = ("local", "rows", "grid")


def seed():
    value = int(os.environ.get("TESSERA_TEST_SEED", "20240607"))
    print(f"TESSERA_TEST_SEED={value}")
    return random.Random(value)


def run(commands, ranks, folder):
    """Runs all commands in one program; returns "ok" or the error's message for each of them."""
    script, results = folder / "commands", folder / "results"
    script.write_bytes(b"".join(b"".join(str(word).encode() + b"\x1f" for word in c) + b"\x1e"
                                for c in commands))
    program = pathlib.Path(os.environ["TESSERA_BIN"]) / "io_driver"
    mpiexec = shlex.split(os.environ["TESSERA_MPIEXEC"])
    subprocess.run([*mpiexec, str(ranks), program, script, results], check=True)
    lines = results.read_text().splitlines()
    assert len(lines) == len(commands), (len(lines), len(commands))
    return lines


def scratch():
    """A folder for the files of one script."""
    return tempfile.TemporaryDirectory(dir=".")
