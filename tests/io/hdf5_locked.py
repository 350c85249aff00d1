"""Every function of HDF5 that io calls is one that hdf5_calls.hpp puts under the lock."""

import os
import re
import sys

SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "io", "src")
# What the lock itself calls, and what drivers call while HDF5 has called them.
OWN = {"H5Eget_auto2", "H5Eset_auto2", "H5Eget_num", "H5Ewalk2", "H5Epush2"}
CALL = re.compile(r"\b(H5[A-Z]{1,2}[a-z_]\w*)\(")


def code_of(name):
    with open(os.path.join(SOURCES, name), encoding="utf-8") as file:
        return [line for line in file if not line.lstrip().startswith("//")]


calls = {}
for name in sorted(os.listdir(SOURCES)):
    if name.endswith((".cpp", ".hpp")) and name != "hdf5_calls.hpp":
        for line in code_of(name):
            for call in CALL.findall(line):
                calls.setdefault(call, name)
locked = {match.group(1) for line in code_of("hdf5_calls.hpp") if (match := re.match(r"#define (H5\w+)\(", line))}
missing = {call: name for call, name in calls.items() if call not in locked | OWN}
if not calls or missing:
    sys.exit("not under the lock: " + ", ".join(f"{call} in {name}" for call, name in sorted(missing.items())))
