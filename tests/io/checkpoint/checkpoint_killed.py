#!/usr/bin/env python3
"""Kills a program that saves checkpoints, at once or in the background, all or what changed, with SIGKILL, one rank or all of them, at random moments, damages the
newest generation now and then, and has the next run keep more generations or fewer: the newest that was saved and is
not damaged must be restored, each time. The number of trials is the argument, 20 without one."""

import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import sys
import time

BIN = pathlib.Path(os.environ["TESSERA_BIN"])
RANKS = 3


def start(folder, keep):
    """Starts the program; returns it and the processes of its ranks."""
    command = [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(RANKS), BIN / "checkpoint_loop",
               random.choice(("save", "start")), folder, "1000000", "300", str(keep), random.choice(("whole", "tiles"))]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                           start_new_session=True)
    pids, saved = [], []
    # Some are killed while they write their first one.
    enough = random.randrange(3)
    while len(pids) < RANKS or len(saved) < enough:
        word, number = run.stdout.readline().split()
        (pids if word == "pid" else saved).append(int(number))
    return run, pids, saved


def kill_at_random(run, pids):
    time.sleep(random.random() * 0.15)
    victims = pids if random.random() < 0.5 else [random.choice(pids)]
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def saved_by(run, saved):
    """The steps that the program said were saved."""
    output = run.communicate(timeout=240)[0]
    # A line may be cut off where the program was killed.
    return saved + [int(line.split()[1]) for line in output.splitlines(keepends=True)
                    if line.startswith("saved ") and line.endswith("\n")]


def step_of(manifest):
    """The step of a generation; None where its manifest does not tell or its data are gone."""
    lines = [line.split() for line in manifest.read_bytes().splitlines()]
    steps = [int(words[1]) for words in lines if words[:1] == [b"step"]]
    return steps[0] if steps and data_of(manifest).exists() else None


def data_of(manifest):
    tiles = manifest.with_suffix(".tiles")
    return tiles if tiles.exists() else manifest.with_suffix(".h5")


def damage(manifest):
    """Changes a byte, cuts off, empties or removes one of the files of a generation."""
    data = data_of(manifest)
    victim = random.choice((manifest, data))
    content = bytearray(victim.read_bytes())
    # What nothing refers to, as gaps between tiles, may be damaged: gaps are zeros, and tiles mostly are not.
    at = random.choice([k for k in range(len(content)) if content[k] or victim.suffix != ".tiles"])
    content[at] ^= 1 << random.randrange(8)
    how = random.randrange(4)
    if how < 3:
        victim.write_bytes((content, content[:at], b"")[how])
    elif victim == data:
        victim.unlink()
    else:
        victim.unlink()
        victim.mkdir()


def restored():
    """The step that is restored; None where no generation is whole."""
    run = subprocess.run([BIN / "checkpoint_loop", "restore", "300", "run"], text=True, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if "checkpoints in 'run' is whole" in run.stdout:
        return None
    if run.returncode != 0 or not run.stdout.startswith("restored "):
        sys.exit(f"{run.stdout}{run.stderr}")
    return int(run.stdout.split()[1])


def damage_for_a_while(manifest, good):
    """Damages a generation; returns the step that is restored then. The only one that is whole is repaired."""
    data = data_of(manifest)
    kept = manifest.read_bytes(), data.read_bytes()
    damage(manifest)
    step = restored()
    if step is not None:
        assert step < good, f"the damage to {good} was not seen"
        return step
    if manifest.is_dir():
        manifest.rmdir()
    manifest.write_bytes(kept[0])
    data.write_bytes(kept[1])
    return good


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    seed = int(os.environ.get("TESSERA_TEST_SEED", time.time()))
    print(f"TESSERA_TEST_SEED={seed}", flush=True)
    random.seed(seed)
    folder, good, count, damaged = pathlib.Path("run"), 0, 0, 0
    shutil.rmtree(folder, ignore_errors=True)
    for trial in range(trials):
        run, pids, saved = start(folder, random.randint(1, 3))
        kill_at_random(run, pids)
        saved = saved_by(run, saved)
        count += len(saved)
        step = restored()
        # The one that was being written may be there, too.
        assert max([good, *saved]) <= step, f"trial {trial}: {saved} were saved, {good} before, {step} restored"
        good = step
        newest = [m for m in folder.glob("*.checkpoint") if m.is_file() and step_of(m) == good]
        if newest and random.random() < 0.5:
            good = damage_for_a_while(newest[0], good)
            damaged += 1
    print(f"{trials} trials, {count} checkpoints, {damaged} damaged, none lost")


main()
