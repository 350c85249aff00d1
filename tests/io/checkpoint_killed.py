#!/usr/bin/env python3
"""Kills a program that saves checkpoints, with SIGKILL, one rank or all of them, at random moments:
what it said was saved must be there. The number of trials is the argument, 20 without one."""

import os
import pathlib
import random
import shlex
import signal
import subprocess
import sys
import time

BIN = pathlib.Path(os.environ["TESSERA_BIN"])
RANKS = 3


def start(folder):
    """Starts the program; returns it and the processes of its ranks."""
    command = [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(RANKS), BIN / "checkpoint_loop",
               "save", folder]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                           start_new_session=True)
    pids, last = [], 0
    while len(pids) < RANKS:
        word, number = run.stdout.readline().split()
        if word == "pid":
            pids.append(int(number))
        else:
            last = int(number)
    return run, pids, last


def kill_at_random(run, pids):
    time.sleep(random.random() * 0.15)
    victims = pids if random.random() < 0.5 else [random.choice(pids)]
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def last_saved(run, last):
    """The last step that the program said was saved."""
    output = run.communicate(timeout=60)[0]
    # A line may be cut off where the program was killed.
    for line in output.splitlines(keepends=True):
        if line.startswith("saved ") and line.endswith("\n"):
            last = int(line.split()[1])
    return last


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seed = int(os.environ.get("TESSERA_TEST_SEED", time.time()))
    print(f"TESSERA_TEST_SEED={seed}", flush=True)
    random.seed(seed)
    last = 0
    for trial in range(trials):
        run, pids, seen = start("run")
        kill_at_random(run, pids)
        last = max(last, last_saved(run, seen))
        restored = subprocess.run([BIN / "checkpoint_loop", "restore", "300", "run"], text=True, check=False,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if restored.returncode != 0 or not restored.stdout.startswith("restored "):
            sys.exit(f"trial {trial}: {restored.stdout}{restored.stderr}")
        step = int(restored.stdout.split()[1])
        if step < last:
            sys.exit(f"trial {trial}: step {last} was saved, step {step} was restored")
        last = step
    print(f"{trials} trials, {last} checkpoints, none lost")


main()
