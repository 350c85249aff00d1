#!/usr/bin/env python3
"""A program that ends while a save is under way: it waits for it, and tells what went wrong."""

import os
import pathlib
import shlex
import subprocess

BIN = pathlib.Path(os.environ["TESSERA_BIN"])


def leave(folder, ranks, *environment):
    command = [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), "env", *environment, BIN / "checkpoint_loop",
               "leave", folder, "300"]
    return subprocess.run(command, text=True, capture_output=True, check=False)


def main():
    for ranks in (1, 3):
        folder = pathlib.Path(f"left{ranks}")
        done = leave(folder, ranks)
        assert done.returncode == 0 and not done.stderr, done
        restored = subprocess.run([BIN / "checkpoint_loop", "restore", "300", folder], text=True, capture_output=True,
                                  check=True)
        assert restored.stdout == "restored 2\n", restored

        # No room, which is found out by the thread that writes, when the program has done all it wanted to.
        full = pathlib.Path(f"full{ranks}")
        done = leave(full, ranks, f"LD_PRELOAD={BIN / 'file_tracer.so'}", "TESSERA_FULL=.checkpoint.")
        assert done.returncode == 1 and done.stderr.count("No space left on device") == 1, done
        assert not list(full.iterdir()), list(full.iterdir())


main()
