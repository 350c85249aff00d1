"""What the tests that compare core with NumPy have in common."""

import os
import pathlib
import random
import subprocess
import sys
import tempfile

import numpy as np

DRIVER = pathlib.Path(os.environ.get("TESSERA_BIN", ".")) / "core_driver"


def seeded_random():
    """A source of random numbers; its seed is printed, and can be given."""
    seed = int(os.environ.get("TESSERA_TEST_SEED", "20240607"))
    print(f"TESSERA_TEST_SEED={seed}")
    return random.Random(seed)


rng = seeded_random()


def integers(*values):
    return np.array(values, dtype=np.int64).tobytes()


def run_table(name):
    """The lines that the driver prints, split into words."""
    done = subprocess.run([DRIVER, name], check=True, capture_output=True, text=True)
    return [line.split() for line in done.stdout.splitlines()]


def run_cases(name, cases):
    """The bytes that the driver answers to a file of cases."""
    with tempfile.TemporaryDirectory() as folder:
        questions = pathlib.Path(folder) / "cases"
        answers = pathlib.Path(folder) / "results"
        questions.write_bytes(b"".join(cases))
        subprocess.run([DRIVER, name, questions, answers], check=True)
        return answers.read_bytes()


def finish(count, failures):
    """Prints the verdict and leaves with an exit code."""
    for failure in failures[:10]:
        print("FAILED", failure)
    print(f"{count} cases, {len(failures)} failures")
    sys.exit(1 if failures or count == 0 else 0)
