#!/usr/bin/env python3
"""What a one-page user file costs to compile at -O2, with Tessera and with others, in seconds of processor time.

    compile_time.py COMPILER [-Iinclude ...]                   compares those that compile, in turns
    compile_time.py COMPILER --limit 5 [-Iinclude ...]         fails if Tessera's takes longer
"""

import argparse
import pathlib
import resource
import statistics
import subprocess
import sys

FOLDER = pathlib.Path(__file__).parent / "compile_time"
ROUNDS = 5


def seconds(command):
    """Processor time of the compiler, or None where it fails, as when a library is missing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        return None, done.stderr
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, ""


def command_for(source, compiler, flags):
    return [compiler, "-std=c++20", "-O2", "-fopenmp-simd", "-ffp-contract=off", "-isystem/usr/include/eigen3", *flags,
            "-c", str(source), "-o", "/dev/null"]


def compare(commands):
    samples = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            taken, _ = seconds(command)
            if taken is not None:
                samples[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in samples.items() if taken}
    for name, taken in sorted(medians.items(), key=lambda item: item[1]):
        print(f"{name:8} {taken:6.2f} s   {taken / medians['tessera']:.2f} of Tessera's")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("compiler")
    parser.add_argument("--limit", type=float)
    options, flags = parser.parse_known_args()
    commands = {source.stem: command_for(source, options.compiler, flags) for source in FOLDER.glob("*.cpp")}
    if options.limit is None:
        return compare(commands)
    taken, errors = seconds(commands["tessera"])
    if taken is None:
        sys.exit(errors)
    print(f"{taken:.2f} s, at most {options.limit} s")
    return sys.exit(taken > options.limit)


main()
