#!/usr/bin/env python3
"""Runs both columns of docs/numpy-to-tessera.md, and compares what is printed row by row."""

import cProfile
import io
import math
import os
import pathlib
import pstats
import subprocess
import sys
import time
import timeit

import numpy as np

import cells
import document

DOCUMENT = pathlib.Path(__file__).parents[2] / "docs" / "numpy-to-tessera.md"
PROGRAM = pathlib.Path(os.environ["TESSERA_BIN"]) / "numpy_to_tessera"


def tessera_results():
    """By line number of the document, what each row printed."""
    done = subprocess.run([PROGRAM], check=True, capture_output=True, text=True)
    blocks = done.stdout.split("@ ")[1:]
    return {int(number): text.rstrip("\n") for number, text in (block.split("\n", 1) for block in blocks)}


def numpy_results():
    for section in document.sections_of(DOCUMENT):
        modules = (cProfile, io, math, pstats, time, timeit)
        namespace = {"np": np, **{module.__name__: module for module in modules}}
        for row in section.rows:
            if row.runs and row.compares:
                yield row, cells.result_of(row.numpy, namespace)
            elif row.runs:
                exec(row.numpy, namespace)  # pylint: disable=exec-used


def main():
    results = tessera_results()
    failures = count = 0
    for row, expected in numpy_results():
        count += 1
        found = results.pop(row.number, "nothing")
        if found != expected:
            failures += 1
            print(f"line {row.number}: `{row.numpy}` gives\n{expected}\n`{row.tessera}` gives\n{found}\n")
    print(f"{count} rows, {failures} failures")
    sys.exit(1 if failures or results or count < 100 else 0)


main()
