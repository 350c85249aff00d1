"""How the tests of the programs run them."""

import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

BIN = os.environ["TESSERA_BIN"]
MPIEXEC = os.environ["TESSERA_MPIEXEC"].split(" ")
ROOT = pathlib.Path(__file__).resolve().parents[2]
LIMIT = 300  # seconds; a program that waits forever must not take the whole test run with it


class Result:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout
        self.err = done.stderr

    def value(self, name):
        """What the program printed behind a name at the start of a line."""
        for line in self.out.splitlines():
            if line.startswith(name + " "):
                return line[len(name):].strip()
        raise AssertionError(f"no line '{name}' in:\n{self.out}{self.err}")


def run(program, *arguments, ranks=None, stdin=None, **options):
    """Runs a program: alone, or on a number of ranks."""
    command = [os.path.join(BIN, "tessera-" + program), *map(str, arguments)]
    if ranks is not None:
        command = [*MPIEXEC, str(ranks), "--quiet", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, input=stdin, **options)
    return Result(done)


def succeed(program, *arguments, **options):
    result = run(program, *arguments, **options)
    assert result.code == 0, f"{program} {arguments} {options}: {result.code}\n{result.out}{result.err}"
    return result


def refused(code, part, program, *arguments, ranks=None, lines=1, **options):
    """It ends with a code and one message on stderr: alone, and where ranks must agree (bad files), over ranks, too."""
    for count in ranks or ((None, 2) if code == 1 else (None,)):
        result = run(program, *arguments, ranks=count, **options)
        assert result.code == code, (program, arguments, count, result.code, result.err)
        found = [line for line in result.err.splitlines() if line.strip()]
        assert len(found) == lines and part in result.err, (program, arguments, count, result.err)


def flip(path, at):
    """Changes a bit of a file."""
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


def bottle():
    """The course's field, or one like it where the course's data is absent."""
    path = ROOT.parent / "shared" / "data" / "bottle.dat"
    if path.exists():
        return str(path)
    y, x = np.mgrid[0:200, 0:200]
    field = np.where((abs(x - 100) < 25 + 20 * (y > 90)) & (y > 20) & (y < 180), 6.0, 95.0)
    with open("bottle.dat", "w") as out:
        out.write("# 200 200\n")
        for row in field:
            out.write("".join(f"{v:.6f} " for v in row) + "\n")
    return os.path.abspath("bottle.dat")


def main(tests):
    """Runs all functions named test_..., in an empty folder, and tells which failed."""
    failed = 0
    folder = tempfile.TemporaryDirectory(dir=".")
    os.chdir(folder.name)
    for name, test in list(tests.items()):
        if not name.startswith("test_"):
            continue
        try:
            test()
            print(f"{name}: passed")
        except Exception as wrong:  # one failure must not hide the others
            failed += 1
            print(f"{name}: FAILED: {type(wrong).__name__}: {wrong}")
    os.chdir("..")
    folder.cleanup()
    sys.exit(1 if failed else 0)
