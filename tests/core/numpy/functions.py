"""Calls of our functions by name, compared with what NumPy gives for the same arguments."""

import os
import pathlib
import struct
import subprocess
import tempfile

import numpy as np

from arrays import Answers, difference, same_bits, typed_array
from driver import finish, integers

PROGRAM = pathlib.Path(os.environ.get("TESSERA_BIN", ".")) / "core_functions"


def encode(argument):
    if isinstance(argument, (bool, int, np.integer)):
        return integers(argument)
    if isinstance(argument, (float, np.floating)):
        return integers(1) + struct.pack("d", argument)
    if isinstance(argument, str):
        return integers(len(argument.encode())) + argument.encode()
    return typed_array(argument)


def ulps_apart(found, expected):
    """The largest distance in units of the last place of the expected values."""
    if np.iscomplexobj(expected):
        size = np.abs(expected)  # of the larger part, roughly
        return float(np.max(np.abs(found - expected) / np.spacing(size), initial=0))
    with np.errstate(all="ignore"):
        distance = np.abs(found.astype(np.longdouble) - expected) / np.spacing(np.abs(expected))
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    return float(np.max(np.where(same, 0, distance), initial=0))


class Raises:
    """What is expected of a call that throws: words of its message."""

    def __init__(self, *words):
        self.words = words


class Satisfies:
    """What is expected of a result that is not known: judge(result) is true."""

    def __init__(self, judge):
        self.judge = judge


class Calls:
    """Collects calls, runs them all in one process, and compares."""

    def __init__(self):
        self.questions, self.expectations = [], []

    def add(self, name, arguments, *expected, ulps=None, close=None):
        """`expected`: arrays, scalars, texts, Satisfies, or one Raises, in order. Equal in type, shape and bits; with
        `ulps`, so many units in the last place apart; `close(found, expected)` decides otherwise."""
        self.questions.append(integers(1) + encode(name) + b"".join(map(encode, arguments)))
        self.expectations.append((name, arguments, expected, ulps, close))

    def run(self):
        """Fails the test by its exit code if anything differs."""
        with tempfile.TemporaryDirectory() as folder:
            cases, results = pathlib.Path(folder) / "cases", pathlib.Path(folder) / "results"
            cases.write_bytes(b"".join(self.questions))
            subprocess.run([PROGRAM, cases, results], check=True)
            answers = Answers(results.read_bytes())
        failures = []
        for name, arguments, expected, ulps, close in self.expectations:
            found = results_of_call(answers)
            wrong = compare(found, expected, ulps, close)
            if wrong:
                shown = [describe(a) for a in arguments]
                failures.append(f"{name}({', '.join(shown)}): {wrong}")
        finish(len(self.questions), failures)


def results_of_call(answers):
    found = []
    while code := int(answers.take("q", 1)[0]):
        found.append(answers.text() if code == ord("t") else answers.array_of(code))
    return found


def describe(argument):
    if isinstance(argument, np.ndarray):
        return f"{argument.dtype} {argument.shape} {argument.ravel()[:6]}"
    return repr(argument)


def compare(found, expected, ulps, close):
    if len(expected) == 1 and isinstance(expected[0], Raises):
        message = found[0] if found and isinstance(found[0], str) else None
        if message is None:
            return f"nothing was thrown, but {found} returned"
        missing = [word for word in expected[0].words if word not in message]
        return f"the message '{message}' lacks {missing}" if missing else None
    if len(found) != len(expected):
        return f"{len(found)} results, not {len(expected)}: {found[:1]}"
    for one, truth in zip(found, expected):
        wrong = compare_one(one, truth, ulps, close)
        if wrong:
            return wrong
    return None


def compare_one(found, expected, ulps, close):
    if isinstance(expected, Satisfies):
        return None if not isinstance(found, str) and expected.judge(found) else f"{found} is not as it should be"
    if isinstance(found, str) or isinstance(expected, str):
        return None if found == expected else f"'{str(found)[:300]}', not '{str(expected)[:300]}'"
    expected = np.asarray(expected)
    if close is not None and found.shape == expected.shape:
        return None if close(found, expected) else difference(found, expected)
    if ulps is None or found.dtype != expected.dtype or found.shape != expected.shape:
        return None if same_bits(found, expected) else difference(found, expected)
    apart = ulps_apart(found, expected)
    return None if apart <= ulps else f"{apart} ulps: {difference(found, expected)}"
