#!/usr/bin/env python3
"""The reports in docs/debugging.md are what the program says, but for times and numbers of expressions."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ["TESSERA_BIN"]
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split()
COMMAND = re.compile(r"\$ ((?:\w+=\w+ )*)mpirun -n (\d+) (?:-x LD_PRELOAD=(\w+\.so) )?(\w+) (\w+)")


def plain(text):
    text = re.sub(r"for [\d.]+ s:", "for a while:", text)
    return re.sub(r"expression [0-9a-f]+", "expression", text).replace("example_", "")


def said(variables, ranks, library, program, name):
    environment = dict(os.environ, **dict(v.split("=") for v in variables.split()))
    command = [os.path.join(BIN, "example_" + program), name]
    if library:
        command = ["env", "LD_PRELOAD=" + os.path.join(BIN, library)] + command
    command = MPIEXEC + [ranks] + command
    return subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment, check=False).stderr


def main():
    text = (ROOT / "docs" / "debugging.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*)\n((?:.*\n)+?)```$", text, re.MULTILINE)
    failures = [] if blocks else ["no reports found"]
    for command, expected in blocks:
        found = said(*COMMAND.fullmatch(command).groups())
        if "\n" + plain(expected) not in "\n" + plain(found):
            failures.append(f"{command}\n  {plain(expected)}\nis not among\n{plain(found)}")
    sys.exit("\n".join(failures) or 0)


main()
