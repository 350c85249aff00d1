#!/usr/bin/env python3
"""Types what README says about the programs, line by line, in a folder that looks like the repository."""

import os
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).parents[2]


def commands():
    section = (ROOT / "README.md").read_text().split("## Programs\n")[1]
    return re.search(r"```bash\n(.*?)```", section, re.DOTALL)[1]


def main():
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        (home / "cmake").symlink_to(ROOT / "cmake")
        (home / "build" / "release").mkdir(parents=True)
        (home / "build" / "release" / "bin").symlink_to(os.environ["TESSERA_BIN"])
        environment = dict(os.environ, OMPI_MCA_rmaps_base_oversubscribe="1")
        script = home / "commands"
        script.write_text(commands())
        # mpirun reads the standard input to its end.
        subprocess.run(
            ["bash", "-e", "-x", script], stdin=subprocess.DEVNULL, cwd=home, env=environment, check=True
        )
        made = {path.name for path in (home / "build").iterdir()}
        assert {"heat.h5", "heat.png", "heat.txt", "table.h5", "run"} <= made, made


main()
