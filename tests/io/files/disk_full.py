#!/usr/bin/env python3
"""Programs on a full disk (a tmpfs of 2 MiB, and /dev/full): they end within seconds with exit code 1 and one
line that says why, and the file that was there is as it was."""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

BIN = pathlib.Path(os.environ["TESSERA_BIN"])
PATIENCE = 5  # seconds from the moment when the disk is full
# Bytes that are left free, and rows of 64 numbers that take more than these.
FORMATS = {"npy": (300_000, 2000), "h5": (300_000, 2000), "txt": (300_000, 2000), "png": (8192, 2000),
           "zarr": (300_000, 2000),
           "checkpoint": (300_000, 2000)}


def run(ranks, *command, **options):
    mpiexec = [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), "--quiet"] if ranks > 1 else []
    return subprocess.run([*mpiexec, *map(str, command)], stderr=subprocess.PIPE, text=True, timeout=300, check=False,
                          **options)


def check_error(result, seconds, *texts):
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert result.returncode == 1, (result.returncode, result.stderr)
    assert len(lines) == 1 and all(text in lines[0] for text in texts), result.stderr
    assert seconds < PATIENCE, seconds


def content(path):
    """Names and bytes of a file, or of all files of a folder."""
    paths = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [(p.name, p.read_bytes()) for p in paths if p.is_file()]


def fill(disk, free):
    """Leaves so many bytes."""
    status = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(max(0, status.f_bavail * status.f_bsize - free)))


def check_format(disk, form):
    path = disk / f"u.{form}"
    result = run(1, BIN / "file_writer", form, path, 100)
    assert result.returncode == 0, result.stderr
    before = content(path)
    # Full on the way, and full from the start.
    free, rows = FORMATS[form]
    for ranks, left in ((1, free), (3, free), (3, 0)):
        fill(disk, left)
        names = sorted(p.name for p in disk.iterdir())
        start = time.monotonic()
        result = run(ranks, BIN / "file_writer", form, path, rows)
        check_error(result, time.monotonic() - start, "file_writer: cannot write '", "No space left on device")
        assert content(path) == before, (form, ranks, left)
        assert sorted(p.name for p in disk.iterdir()) == names, (form, ranks, left)
        (disk / "ballast").unlink()
    subprocess.run(["rm", "-r", path], check=True)
    print(f"{form}: ended as it should")


def check_stdout(folder):
    """The standard output can be full, too."""
    text, array = folder / "in.txt", folder / "in.npy"
    text.write_text("1 2 3\n" * 100)
    for tool in ("tessera-loadtxt", "tessera-savetxt"):
        if not (BIN / tool).exists():
            print(f"skipped: {tool} was not built")
            return
    assert run(1, BIN / "tessera-loadtxt", text, array).returncode == 0
    start = time.monotonic()
    with open("/dev/full", "wb") as full:
        result = run(1, BIN / "tessera-savetxt", array, "-", stdout=full)
    check_error(result, time.monotonic() - start, "cannot write '-'", "No space left on device")
    with open("/dev/full", "wb") as full:
        result = run(1, BIN / "tessera-loadtxt", text, array, "--force", "--json", stdout=full)
    check_error(result, 0, "cannot write '-'", "No space left on device")


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        check_stdout(folder)
        disk = folder / "disk"
        disk.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], capture_output=True, check=False)
        if mount.returncode != 0:
            print("skipped: a tmpfs of 2 MiB cannot be mounted here")
            return
        try:
            for form in FORMATS:
                check_format(disk, form)
        finally:
            subprocess.run(["umount", disk], check=True)


if __name__ == "__main__":
    sys.exit(main())
