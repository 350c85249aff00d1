#!/usr/bin/env python3
"""The guard of rooms sees what it is there to see: a small tree that is in order, and each fault in it."""

import pathlib
import subprocess
import sys
import tempfile

import rooms

ARCHITECTURE = """
### Rooms of core

| room | holds | at the root |
|---|---|---|
| `low` | what is below | `base` |
| `high` | what stands on it | |
"""
TREE = {
    "docs/architecture.md": ARCHITECTURE,
    "core/include/tessera/core.hpp": "#include <tessera/core/high/top.hpp>\n",
    "core/include/tessera/core/base.hpp": "// Its parts lie in other.cpp.\n",
    "core/include/tessera/core/low/below.hpp": "#include <tessera/core/base.hpp>\n",
    "core/include/tessera/core/high/top.hpp": "#include <tessera/core/low/below.hpp>\n#include <vector>\n",
    "core/src/low/below.cpp": "#include <tessera/core/low/below.hpp>\n",
    "core/src/low/other.cpp": '#include "low/private.hpp"\n',
    "core/src/low/private.hpp": "",
    "tests/core/low/below.cpp": "",
    "tests/core/support/shared.hpp": "",
}
FAULTS = {
    "circle": {"core/include/tessera/core/base.hpp": "#include <tessera/core/low/below.hpp>\n// other.cpp\n"},
    "the room 'low' of core lies below 'high'": {
        "core/src/low/below.cpp": "#include <tessera/core/high/top.hpp>\n"},
    "which docs/architecture.md does not list": {"core/src/attic/x.hpp": ""},
    "no room of docs/architecture.md names it": {"core/include/tessera/core/stray.hpp": ""},
    "which holds nothing": {"docs/architecture.md": ARCHITECTURE + "| `empty` | nothing | |\n"},
    "which is not at its root": {"docs/architecture.md": ARCHITECTURE.replace("`base`", "`base` `gone`")},
    'write "room/file.hpp"': {"core/src/low/other.cpp": '#include "private.hpp"\n'},
    "holds 31 files of code": {f"tests/core/low/{k}.cpp": "" for k in range(30)},
    "core has no room 'elsewhere'": {"tests/core/elsewhere/x.cpp": ""},
    "there is no header alone.hpp": {"core/src/high/alone.cpp": ""},
    "README.md names core/src/gone.cpp": {"README.md": "see `core/src/gone.cpp`"},
    "docs/rooms.svg shows that core/low includes core/high": {
        "docs/rooms.svg": "<title>core/high&#45;&gt;core/low</title><title>core/low&#45;&gt;core/high</title>"},
    "docs/rooms.svg does not show that core/high includes core/low": {"docs/rooms.svg": ""},
}


def problems_of(tree):
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        subprocess.run(["git", "init", "-q", root], check=True)
        for path, text in {"docs/rooms.svg": "<title>core/high&#45;&gt;core/low</title>", **tree}.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        return rooms.problems_of(root)


def main():
    found = problems_of(TREE)
    if found:
        sys.exit("a tree in order: " + "; ".join(found))
    for expected, change in FAULTS.items():
        found = problems_of({**TREE, **change})
        if not any(expected in problem for problem in found):
            sys.exit(f"not found: {expected}; only {found}")


if __name__ == "__main__":
    main()
