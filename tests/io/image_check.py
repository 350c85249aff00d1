#!/usr/bin/env python3
"""Decodes pictures that imsave wrote, by the PNG standard alone, and compares the pixels."""

import math
import os
import pathlib
import shlex
import struct
import subprocess
import sys
import tempfile
import zlib


def decode(path):
    """Width, height, rows of palette entries, and the palette."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = [], 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        (crc,) = struct.unpack(">I", data[at + 8 + length:at + 12 + length])
        assert crc == zlib.crc32(kind + body)
        chunks.append((kind, body))
        at += 12 + length
    assert chunks[0][0] == b"IHDR" and chunks[-1] == (b"IEND", b"")
    width, height, *form = struct.unpack(">IIBBBBB", chunks[0][1])
    assert form == [8, 3, 0, 0, 0], form  # 8 bits, palette, not interlaced
    palette = dict(chunks)[b"PLTE"]
    raw = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    assert len(raw) == height * (width + 1)
    rows = [raw[k:k + width + 1] for k in range(0, len(raw), width + 1)]
    assert all(row[0] == 0 for row in rows), "a palette wants no filters"
    colors = [tuple(palette[k:k + 3]) for k in range(0, len(palette), 3)]
    return width, height, [row[1:] for row in rows], colors


def hill(i, j):
    y, x = i / 300, j / 400
    return 0.3 * (x + y) + math.exp(-30 * ((x - 0.3) ** 2 + (y - 0.25) ** 2))


def check_field(path):
    width, height, rows, _ = decode(path)
    assert (width, height) == (400, 300)
    values = [[hill(i, j) for j in range(width)] for i in range(height)]
    low, high = min(map(min, values)), max(map(max, values))
    for i in range(height):
        for j in range(width):
            exact = (values[i][j] - low) / (high - low) * 254
            assert abs(rows[i][j] - exact) < 0.51, (i, j, rows[i][j], exact)


def check_ramp(path):
    width, height, rows, colors = decode(path)
    assert (width, height, len(colors)) == (256, 40, 256)
    assert all(row == bytes(min(j, 254) for j in range(256)) for row in rows[:30])
    assert all(row[:40] == b"\xff" * 40 for row in rows[30:])
    assert colors[255] == (110, 125, 140)  # stands for nan
    assert sum(colors[0]) < 80 and sum(colors[254]) > 600


def main():
    program = pathlib.Path(os.environ["TESSERA_BIN"]) / "io_tests"
    for ranks in (1, 2, 4):
        with tempfile.TemporaryDirectory(dir=".") as folder:
            folder = pathlib.Path(os.environ.get("TESSERA_KEEP_IMAGES", folder))
            subprocess.run([*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), program,
                            "--gtest_also_run_disabled_tests", "--gtest_brief=1",
                            "--gtest_filter=image.DISABLED_for_image_check"],
                           env={**os.environ, "TESSERA_IMAGES": str(folder)}, check=True)
            check_field(folder / "thermal.png")
            check_field(folder / "gray.png")
            check_ramp(folder / "ramp.png")
    print("pictures are right")


sys.exit(main())
