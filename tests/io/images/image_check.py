#!/usr/bin/env python3
"""Reads the pictures of imsave and line_plot with Pillow, and compares pixels with NumPy and closed forms."""

import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

INK = (34, 34, 34)
RANKS = (1, 2, 3, 4, 6, 7)


def hill():
    y, x = np.mgrid[0:300, 0:400] / np.array([300, 400]).reshape(2, 1, 1)
    return 0.3 * (x + y) + np.exp(-30 * ((x - 0.3) ** 2 + (y - 0.25) ** 2))


def entries(path):
    """Indices into the palette, and the palette."""
    with Image.open(path) as image:
        assert image.mode == "P", image.mode
        return np.asarray(image).astype(int), np.array(image.getpalette()).reshape(-1, 3)


def pixels(path):
    with Image.open(path) as image:
        assert image.mode == "RGB", image.mode
        return np.asarray(image).astype(int)


def places(values, low, high):
    return np.clip((values - low) / (high - low), 0, 1) * 254


def check_field(path):
    found, _ = entries(path)
    values = hill()
    assert found.shape == (300, 400)
    assert np.abs(found - places(values, values.min(), values.max())).max() < 0.51


def check_means(path):
    """8 x 8 elements a pixel; the last row of pixels has 4 rows of elements."""
    found, _ = entries(path)
    values = hill().clip(0, 1)
    sums = np.add.reduceat(np.add.reduceat(values, np.arange(0, 300, 8), 0), np.arange(0, 400, 8), 1)
    counts = np.full((38, 50), 64.0)
    counts[37] = 32
    assert found.shape == (38, 50), found.shape
    assert np.abs(found - places(sums / counts, 0, 1)).max() < 0.51


def ramp():
    values = np.minimum(np.tile(np.arange(256), (40, 1)), 254)
    values[30:, :40] = 255
    return values


def check_ramp(path, nan, scale=1):
    found, palette = entries(path)
    assert (found == ramp().repeat(scale, 0).repeat(scale, 1)).all()
    assert len(palette) == 256 and tuple(palette[255]) == nan
    assert palette[0].sum() < 80 and palette[254].sum() > 600


def check_map(path, published):
    """Ends and middle, as published; the middle lies between two entries of 256."""
    found, palette = entries(path)
    assert (found == ramp()).all()
    for place, color in zip((0, 127, 254), published):
        assert np.abs(palette[place] - color).max() <= 2, (path, place, palette[place])


def runs(flags):
    """Where runs of true values begin and end."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return [tuple(pair) for pair in edges.reshape(-1, 2)]


def check_bar(path, palette):
    picture = pixels(path)
    is_ink = (picture == INK).all(2)
    # Rows and columns of the frames of field (left) and bar (right).
    tall = [a for a, _ in runs(is_ink.sum(0) >= 290)]
    assert len(tall) == 4, tall
    left, right, bar_left, bar_right = tall
    assert right - left == 401 and bar_right - bar_left == 19
    top, bottom = [a for a, _ in runs(is_ink[:, left:right].sum(1) >= 400)]
    assert bottom - top == 301
    expected = palette[np.rint(places(hill(), 0, 1)).astype(int)]
    assert np.abs(picture[top + 1:bottom, left + 1:right] - expected).max() <= 6  # one entry, for rounding
    bar = picture[top + 1:bottom, bar_left + 1:bar_right]
    assert (bar == bar[:, :1]).all()
    assert tuple(bar[0, 0]) == tuple(palette[254]) and tuple(bar[-1, 0]) == tuple(palette[0])
    levels = places(1 - (np.arange(300) + 0.5) / 300, 0, 1)
    assert np.abs(bar[:, 0] - palette[np.rint(levels).astype(int)]).max() <= 6
    # Ticks at 0, 0.2, ..., 1, each in the row of its value.
    ticks = [a for a, _ in runs(is_ink[:, bar_right + 1:bar_right + 5].all(1))]
    assert [round(y - top - 1) for y in ticks] == [round(299 * (1 - k / 5)) for k in range(5, -1, -1)], ticks
    assert (picture[:, bar_right + 10:] < 100).any(2).sum() > 100, "no numbers"
    assert (picture[:top] < 100).any(2).sum() > 30, "no title"
    edges = np.concatenate([picture[:4].ravel(), picture[-4:].ravel(), picture[:, -4:].ravel()])
    assert (edges == 255).all(), "something is cut off"


def axes_of(picture):
    """Left, right, top, bottom of the box of a plot: pixels of its values' ends."""
    is_ink = (picture == INK).all(2)
    (left, _), = runs(is_ink.sum(0) > 150)
    (bottom, _), = runs(is_ink.sum(1) > 250)
    rows = np.flatnonzero(is_ink[:, left])
    columns = np.flatnonzero(is_ink[bottom])
    return left + 1, columns.max(), rows.min(), bottom - 1


def check_line(picture, place_of, gap=(1, 0), crossing=-1):
    """In every column, is there red where the line should be, and nowhere else?"""
    left, right, top, bottom = axes_of(picture)
    red = (picture[:, :, 0] - picture[:, :, 1] > 60)[top:bottom + 1]
    for column in range(left + 2, right - 1):
        part = (column - left) / (right - left)
        if min(abs(part - end) for end in (*gap, crossing)) < 0.015:
            continue
        row = bottom - top - place_of(part) * (bottom - top)
        found = np.flatnonzero(red[:, column])
        assert (len(found) > 0) != (gap[0] < part < gap[1]), (column, row)
        assert len(found) == 0 or np.abs(found - row).max() < 3.5, (column, row, found)


def check_plot(path):
    picture = pixels(path)
    assert picture.shape == (500, 800, 3)
    check_line(picture, lambda x: x * x, gap=(0.40, 0.50), crossing=0.618)
    left, right, top, bottom = axes_of(picture)
    # Where only the other line is: at x = 0.25, y = 0.75.
    row, column = round(bottom - 0.75 * (bottom - top)), round(left + 0.25 * (right - left))
    assert tuple(picture[row, column]) == (0, 0, 200)
    ticks = runs((picture[bottom + 4] == INK).all(1)[left:right + 1])
    assert len(ticks) in (6, 11), ticks
    assert np.allclose([a for a, _ in ticks], np.linspace(0, right - left, len(ticks)), atol=0.51)


def check_loglog(path):
    picture = pixels(path)
    check_line(picture, lambda x: 1 - x)
    left, right, _, bottom = axes_of(picture)
    ticks = [a for a, _ in runs((picture[bottom + 5] == INK).all(1)[left:right + 1])]
    assert np.allclose(ticks, np.linspace(0, right - left, 5), atol=0.51), ticks


def check(folder):
    check_field(folder / "thermal.png")
    check_field(folder / "gray.png")
    check_means(folder / "means.png")
    check_ramp(folder / "ramp.png", (110, 125, 140))
    check_ramp(folder / "nan.png", (255, 0, 128), scale=2)
    check_map(folder / "map2.png", [(68, 1, 84), (32, 144, 140), (253, 231, 37)])
    check_map(folder / "map3.png", [(0, 0, 4), (188, 55, 84), (252, 255, 164)])
    check_map(folder / "map4.png", [(13, 8, 135), (204, 71, 120), (240, 249, 33)])
    check_map(folder / "map5.png", [(0, 34, 78), (124, 123, 120), (254, 232, 56)])
    check_map(folder / "map6.png", [(59, 76, 192), (221, 221, 221), (180, 4, 38)])
    check_bar(folder / "bar.png", entries(folder / "map2.png")[1])
    check_plot(folder / "plot.png")
    check_loglog(folder / "loglog.png")


def make(folder, ranks):
    program = pathlib.Path(os.environ["TESSERA_BIN"]) / "io_tests"
    subprocess.run([*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), program,
                    "--gtest_also_run_disabled_tests", "--gtest_brief=1",
                    "--gtest_filter=*.DISABLED_for_image_check"],
                   env={**os.environ, "TESSERA_IMAGES": str(folder)}, check=True, stdout=subprocess.DEVNULL)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def main():
    first = None
    for ranks in RANKS:
        with tempfile.TemporaryDirectory(dir=".") as folder:
            folder = pathlib.Path(os.environ.get("TESSERA_KEEP_IMAGES", folder))
            files = make(folder, ranks)
            if first is None:
                first = files
                check(folder)
            differ = [name for name in first if files.get(name) != first[name]]
            assert not differ and len(files) == len(first), (ranks, differ)
    print(f"{len(first)} pictures are right, and the same from {RANKS} ranks")


sys.exit(main())
