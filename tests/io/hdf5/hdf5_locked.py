"""Every function of HDF5 that io calls is one that hdf5_calls.hpp puts under the lock."""

import pathlib
import re
import sys

SOURCES = pathlib.Path(__file__).resolve().parents[3] / "io" / "src"
LOCK = SOURCES / "hdf5" / "wrappers" / "hdf5_calls.hpp"
# What the lock itself calls, and what drivers call while HDF5 has called them.
OWN = {"H5Eget_auto2", "H5Eset_auto2", "H5Eget_num", "H5Ewalk2", "H5Epush2"}
CALL = re.compile(r"\b(H5[A-Z]{1,2}[a-z_]\w*)\(")


def code_of(path):
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return [line for line in lines if not line.lstrip().startswith("//")]


calls = {}
for path in sorted(SOURCES.rglob("*.?pp")):
    if path != LOCK:
        for line in code_of(path):
            for call in CALL.findall(line):
                calls.setdefault(call, path.name)
locked = {match.group(1) for line in code_of(LOCK) if (match := re.match(r"#define (H5\w+)\(", line))}
missing = {call: name for call, name in calls.items() if call not in locked | OWN}
if not calls or missing:
    sys.exit("not under the lock: " + ", ".join(f"{call} in {name}" for call, name in sorted(missing.items())))
