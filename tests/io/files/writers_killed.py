#!/usr/bin/env python3
"""Kills a program that writes files in every format over older ones, with SIGKILL, one rank or all of them, at random
moments: each file is whole afterwards, and none is older than the program said. What a killed program left goes when
the next one writes the same file; one that is ended by Ctrl-C or a scheduler leaves nothing. The number of trials is the
argument, 6 without one."""

import os
import pathlib
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import zarr_format  # noqa: E402

BIN = pathlib.Path(os.environ["TESSERA_BIN"])
RANKS = 3
ROWS = 300
LOG = pathlib.Path("log").absolute()


def start(folder):
    """Starts the program; returns it and the processes of its ranks, once each format is there."""
    # What ranks say goes straight to a file: mpiexec forwards nothing any more once one of them has ended.
    LOG.unlink(missing_ok=True)
    command = [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(RANKS), "sh", "-c", f'exec "$0" "$@" >>{LOG}',
               BIN / "file_writer", "loop", folder, str(ROWS)]
    # As for users, ranks have a second to end before mpiexec kills them; other tests do not wait for it.
    environment = {**os.environ, "OMPI_MCA_odls_base_sigkill_timeout": "1"}
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
                           env=environment)
    while True:
        assert run.poll() is None, "the program ended"
        lines = said()
        pids = [int(line.split()[1]) for line in lines if line.startswith("pid ")]
        if len(pids) == RANKS and any(line.endswith(" png\n") for line in lines):
            return run, pids
        time.sleep(0.01)


def said():
    return LOG.read_text().splitlines(keepends=True) if LOG.exists() else []


def rounds_saved(lines):
    """Of each format, the last round that the program spoke of."""
    saved = {}
    for line in lines:
        # A line may be cut off where the program was killed.
        if line.startswith("saved ") and line.endswith("\n"):
            _, number, form = line.split()
            saved[form] = int(number)
    return saved


def values_of(path):
    if path.suffix == ".npy":
        return np.load(path)
    if path.suffix == ".txt":
        return np.loadtxt(path)
    if path.suffix == ".zarr":
        return zarr_format.read_array(path)[0]
    with h5py.File(path) as file:
        assert file["u"].attrs["dt"] == 0.1
        return file["u"][:]


def check_file(path, saved):
    if path.suffix == ".png":  # its numbers are colours: it is whole when its last piece is there
        assert path.read_bytes().endswith(b"IEND\xaeB\x60\x82")
        return
    values = values_of(path)
    found = int(values[0, 0]) // 1000000
    expected = found * 1000000 + np.arange(ROWS * 64).reshape(ROWS, 64) * 7919 % 100003
    assert np.array_equal(values, expected), path
    assert saved <= found <= saved + 1, (path, found, saved)


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def trial(folder, number):
    run, pids = start(folder)
    time.sleep(random.random() * 0.1)
    if number == signal.SIGINT:
        send(run.pid, number)  # as Ctrl-C; mpiexec ends the ranks
    else:
        for pid in pids if random.random() < 0.5 else [random.choice(pids)]:
            send(pid, number)
    run.wait(timeout=240)
    saved = rounds_saved(said())
    for form, count in saved.items():
        check_file(folder / f"u.{form}", count)
    left = [p.name for p in folder.iterdir() if p.name.startswith(".u.") and p.name.endswith(".tmp")]
    # Those of trials before are gone.
    assert len(left) <= (1 if number == signal.SIGKILL else 0), (number, left)
    assert len(list(folder.iterdir())) == len(saved) + len(left), list(folder.iterdir())
    return sum(saved.values())


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    seed = int(os.environ.get("TESSERA_TEST_SEED", time.time()))
    print(f"TESSERA_TEST_SEED={seed}", flush=True)
    random.seed(seed)
    with tempfile.TemporaryDirectory(dir=".") as name:
        numbers = (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL, signal.SIGINT)
        count = sum(trial(pathlib.Path(name), numbers[k % 4]) for k in range(trials))
    print(f"{trials} trials, {count} files, none damaged")


main()
