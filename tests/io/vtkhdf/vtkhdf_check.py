#!/usr/bin/env python3
"""VTKHDF files, read by the rules of the published format (VTKHDF 2.0, and 1.0 for images without time) and by what VTK's readers
make of them, on every number of ranks: steps, vectors, points, cells and numbers, after a file was continued and after a writer was
killed. Where VTK itself is there (vtk_reader.sh installs it), it reads the images, too."""

import importlib.util
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

import h5py
import numpy as np

RANKS = (1, 2, 3, 4, 6, 7)
GROUPS = ("PointData", "CellData", "FieldData")
TYPES = {np.dtype(name) for name in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")}
VTK = pathlib.Path(__file__).resolve().parents[1] / "driver" / "vtkhdf_vtk.py"


# The format.

def attribute(group, name, kind, shape):
    value = group.attrs[name]
    assert np.asarray(value).dtype.kind == kind and np.shape(value) == shape, (name, value)
    return value


def check_type(group):
    """A text of fixed length, in ASCII: what VTK 9.1 takes."""
    stored = group.attrs.get_id("Type")
    assert not stored.get_type().is_variable_str() and stored.get_type().get_cset() == h5py.h5t.CSET_ASCII
    assert stored.shape == () and group.attrs["Type"] == b"ImageData", group.attrs["Type"]


def grid_of(root):
    """(points along z, y, x; origin and spacing along x, y, z) of an image whose indices start at 0."""
    check_type(root)
    extent = [int(n) for n in attribute(root, "WholeExtent", "i", (6,))]
    assert extent[::2] == [0, 0, 0] and all(n >= 0 for n in extent), extent
    assert list(attribute(root, "Direction", "f", (9,))) == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    spacing = attribute(root, "Spacing", "f", (3,))
    assert (spacing > 0).all(), spacing
    return [n + 1 for n in extent[5::-2]], tuple(attribute(root, "Origin", "f", (3,))), tuple(spacing)


def steps_of(root):
    """(times, offsets by array) of a series; (None, None) of an image."""
    if "Steps" not in root:
        assert list(attribute(root, "Version", "i", (2,))) == [1, 0]
        return None, None
    assert list(attribute(root, "Version", "i", (2,))) == [2, 0]
    steps = root["Steps"]
    count = int(attribute(steps, "NSteps", "i", ()))
    assert count > 1, "VTK takes a series of one step for an image"
    values = steps["Values"]
    assert values.shape == (count,) and values.dtype == "f8" and np.isfinite(values[:]).all()
    offsets = {}
    for group in set(steps) - {"Values"}:
        assert group.removesuffix("Offsets") in GROUPS, group
        for name, data in steps[group].items():
            assert data.shape == (count,) and data.dtype.kind == "i", (group, name, data.shape)
            offsets[group.removesuffix("Offsets"), name] = data[:]
    return values[:], offsets


def array_of(data, group, points, offset):
    """What VTK reads at an offset along the first axis; None: of an image. An axis more than those of the grid is one of
    components, and a grid without depth has no axis of its own for it."""
    if group == "FieldData":
        assert data.ndim == 1, data.shape
        return data[0 if offset is None else offset]
    axes = points[1:] if points[0] == 1 else points
    shape = tuple(n - (group == "CellData") for n in axes)
    stored = data.shape if offset is None else data.shape[1:]
    assert stored[:len(shape)] == shape and len(stored) - len(shape) in (0, 1), (data.name, data.shape, shape)
    assert data.dtype in TYPES, data.dtype
    return data[()] if offset is None else data[offset]


def read(path):
    """(points, origin, spacing, {time: {(group, name): array}}) of a file; the time of an image is None."""
    with h5py.File(path) as file:
        root = file["VTKHDF"]
        points, origin, spacing = grid_of(root)
        times, offsets = steps_of(root)
        arrays = {(group, name): data for group in set(root) - {"Steps"} for name, data in root[group].items()}
        assert {group for group, _ in arrays} <= set(GROUPS), arrays
        assert all(isinstance(data, h5py.Dataset) for data in arrays.values())
        if times is None:
            return points, origin, spacing, {None: {key: array_of(data, key[0], points, None) for key, data in arrays.items()}}
        assert offsets.keys() == arrays.keys(), (offsets.keys(), arrays.keys())
        steps = {}
        for k, time in enumerate(times):
            step = {key: array_of(data, key[0], points, offsets[key][k]) for key, data in arrays.items()}
            steps.setdefault(float(time), step)
            # Only a single step is listed twice, and then with the same data.
            assert len(steps) == k + 1 or (len(times) == 2 and k == 1 and all(n[1] == 0 for n in offsets.values())), times
        assert list(steps) == sorted(steps), times
        assert all(len(data) == len(steps) for data in arrays.values())
        return points, origin, spacing, steps


# What the program writes.

def numbers(step, shape, dtype, components=0):
    k = np.arange(np.prod(shape)).reshape(shape)
    values = 7 * step + 3 * k
    if components:
        values = values[..., None] + np.arange(components)
    return (values % 100 if np.dtype(dtype).itemsize == 1 else values).astype(dtype)


def plane(step):
    return {("PointData", "temperature"): numbers(step, (7, 9), "f8"), ("PointData", "velocity"): numbers(step, (7, 9), "f8", 2),
            ("CellData", "phase"): numbers(step, (6, 8), "i4"), ("CellData", "flux"): numbers(step, (6, 8), "f4", 3),
            ("FieldData", "energy"): np.float64(7 * step + 15)}


def space(step):
    arrays = {("PointData", name): numbers(step, (4, 5, 6), name) for name in sorted(t.str[1:] for t in TYPES)}
    return {**arrays, ("PointData", "v"): numbers(step, (4, 5, 6), "f8", 3), ("CellData", "f8"): numbers(step, (3, 4, 5), "f8")}


def local(step):
    u = numbers(step, (5, 4), "f8")
    return {("PointData", "u"): u, ("PointData", "v"): numbers(step, (5, 4), "f4", 3), ("PointData", "twice"): 2 * u}


CASES = {"plane": (plane, ([1, 7, 9], (20, 10, 0), (0.25, 0.5, 0.25))), "space": (space, ([4, 5, 6], (3, 2, 1), (2, 0.25, 0.5))),
         "local": (local, ([1, 5, 4], (0, 0, 0), (1, 1, 1)))}


def check_step(found, expected, where):
    assert found.keys() == expected.keys(), (where, found.keys())
    for key, wanted in expected.items():
        assert found[key].dtype == wanted.dtype and np.array_equal(found[key], wanted), (where, key)


def check(path, case, steps):
    arrays, grid = CASES[case]
    *found_grid, found = read(path)
    assert tuple(found_grid) == grid, found_grid
    assert list(found) == [k / 4 for k in steps], list(found)
    for k in steps:
        check_step(found[k / 4], arrays(k), (path, k))


def write(*words, ranks=1, **options):
    program = pathlib.Path(os.environ["TESSERA_BIN"]) / "vtkhdf_writer"
    command = [*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), program, *map(str, words)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def written(*words, **options):
    done = write(*words, **options)
    assert done.returncode == 0, done.stderr
    return pathlib.Path(words[1])


# The tests.

def check_ranks():
    for case, steps, every in (("plane", 5, 2), ("space", 3, 0), ("local", 2, 1)):
        some = (1, 3, 7) if case == "local" else RANKS
        files = [written(case, f"{case}{ranks}.vtkhdf", 0, steps, every, ranks=ranks).read_bytes() for ranks in some]
        check(f"{case}1.vtkhdf", case, range(steps))
        assert all(data == files[0] for data in files), [len(data) for data in files]


def check_few_steps():
    for case, ranks in (("plane", 3), ("space", 2)):
        for steps in (1, 2):
            check(written(case, "few.vtkhdf", 0, steps, 1, ranks=ranks), case, range(steps))
        check(written(case, "few.vtkhdf", 1, 3, 1, ranks=ranks), case, range(3))


def check_continued():
    """After the file was saved, from another number of ranks, and cut back before."""
    files = []
    for ranks in (1, 4, 7):
        written("plane", "long.vtkhdf", 0, 5, 0, ranks=2)
        check(written("plane", "long.vtkhdf", 3, 7, 2, ranks=ranks), "plane", range(7))
        files.append(pathlib.Path("long.vtkhdf").read_bytes())
    assert files[0] == files[1] == files[2]
    check(written("plane", "long.vtkhdf", 7, 8, 0, ranks=6), "plane", range(8))
    check(written("plane", "long.vtkhdf", 1, 1, 0, ranks=3), "plane", range(1))
    check(written("plane", "long.vtkhdf", 1, 3, 0, ranks=2), "plane", range(3))


def check_killed():
    before = written("space", "killed.vtkhdf", 0, 2, 0).read_bytes()
    for first in (2, 0):
        assert write("space", "killed.vtkhdf", first, 4, 0, "die", ranks=3).returncode != 0
        assert pathlib.Path("killed.vtkhdf").read_bytes() == before
    assert write("space", "killed.vtkhdf", 2, 4, 3, "die", ranks=2).returncode != 0
    check("killed.vtkhdf", "space", range(3))  # what was saved before
    check(written("space", "killed.vtkhdf", 3, 5, 0, ranks=4), "space", range(5))
    assert not list(pathlib.Path().glob(".killed*")), list(pathlib.Path().glob(".*"))


def check_images():
    for case, name in (("plane", "image2"), ("space", "image3")):
        files = [written(name, f"{name}.vtkhdf", ranks=ranks).read_bytes() for ranks in (1, 3, 7)]
        assert all(data == files[0] for data in files)
        *grid, steps = read(f"{name}.vtkhdf")
        assert tuple(grid) == CASES[case][1] and list(steps) == [None]
        check_step(steps[None], CASES[case][0](0), name)


def check_in_vtk():
    if importlib.util.find_spec("vtkmodules") is None:
        print("vtk: skipped, there is no python3-vtk9")
        return
    # Images of 2 axes end VTK 9.1 in the middle.
    done = subprocess.run([sys.executable, VTK, "image3.vtkhdf"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120)
    assert done.returncode == 0, done.stdout
    points, origin, spacing = CASES["space"][1]
    with np.load("image3.vtkhdf.npz") as seen:
        assert list(seen["dimensions"]) == points[::-1], seen["dimensions"]
        assert tuple(seen["origin"]) == origin and tuple(seen["spacing"]) == spacing
        for (group, name), array in space(0).items():
            if group == "PointData":
                assert seen[name].dtype == array.dtype, (name, seen[name].dtype)
                np.testing.assert_array_equal(seen[name], array.reshape(-1, *array.shape[3:]), err_msg=name)
    print(done.stdout.strip())


def main():
    with tempfile.TemporaryDirectory(dir=".") as folder:
        os.chdir(folder)
        for test in (check_ranks, check_few_steps, check_continued, check_killed, check_images, check_in_vtk):
            test()
            print(f"{test.__name__}: passed", flush=True)
        os.chdir("..")


if __name__ == "__main__":
    sys.exit(main())
