#!/usr/bin/env python3
"""XDMF files against h5py: a reader of our own takes both forms of every field; ParaView's three readers
do so too where there is pvpython."""

import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import h5py
import numpy as np

BIN = pathlib.Path(os.environ["TESSERA_BIN"])
PARAVIEW = pathlib.Path(__file__).resolve().parents[1] / "driver" / "xdmf_paraview.py"
TYPES = ["f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", ">f8"]
NAMES = {"f8": ("Float", 8), "f4": ("Float", 4), "i8": ("Int", 8), "i4": ("Int", 4), "i2": ("Int", 2),
         "i1": ("Char", 1), "u8": ("Int", 8), "u4": ("UInt", 4), "u2": ("UInt", 2), "u1": ("UChar", 1)}


def write(out, origin, spacing, commands, ranks):
    """Runs the program; returns the errors of commands."""
    lines = ["\t".join(map(str, ["origin", *origin])), "\t".join(map(str, ["spacing", *spacing]))]
    for command in commands:
        lines.append("\t".join(map(str, command)))
    pathlib.Path("commands").write_text("\n".join(lines) + "\n")
    done = subprocess.run([*shlex.split(os.environ["TESSERA_MPIEXEC"]), str(ranks), BIN / "xdmf_commands", out, "commands"],
                          check=True, stdout=subprocess.PIPE, text=True, timeout=240)
    return done.stdout.splitlines()


def numbers(element):
    return [float(word) for word in element.text.split()]


def extents(element):
    return [int(word) for word in element.get("Dimensions").split()]


def values(item, folder):
    """The elements that a DataItem stands for, the same in its two forms."""
    assert item.get("ItemType").lower() == "hyperslab" and item.get("Format") == "HDF"
    place, selection = item.text.strip().split("|")
    start, stride, count, full = ([int(n) for n in part.split()] for part in selection.split(":"))
    inside, whole = item
    assert numbers(inside) == start + stride + count and extents(inside) == [3 * len(start)]
    assert whole.text.strip() == place and extents(whole) == full
    file, dataset = place.split(":")
    assert not os.path.isabs(file)
    with h5py.File(folder / file) as data:
        stored = data[dataset]
        assert list(stored.shape) == full
        assert (item.get("NumberType"), int(item.get("Precision"))) == NAMES[stored.dtype.str[1:]]
        assert item.get("NumberType") == whole.get("NumberType") and item.get("Precision") == whole.get("Precision")
        chosen = stored[tuple(slice(a, a + n * s, s) for a, s, n in zip(start, stride, count))]
    return chosen.reshape(extents(item))


def read(path):
    """[(time, dimensions, origin, spacing, {name: (center, values)})], as VTK would have it."""
    steps = []
    root = xml.parse(path).getroot()
    series = root.find("Domain/Grid")
    assert root.tag == "Xdmf" and series.get("GridType") == "Collection" and series.get("CollectionType") == "Temporal"
    for grid in series:
        assert grid.get("GridType") == "Uniform"
        topology, geometry = grid.find("Topology"), grid.find("Geometry")
        assert topology.get("TopologyType") == "3DCoRectMesh" and geometry.get("GeometryType") == "ORIGIN_DXDYDZ"
        fields = {}
        for attribute in grid.findall("Attribute"):
            assert attribute.get("AttributeType") == "Scalar" and attribute.get("Name") not in fields
            fields[attribute.get("Name")] = attribute.get("Center"), values(attribute[0], path.parent)
        steps.append((float(grid.find("Time").get("Value")), extents(topology), numbers(geometry[0]), numbers(geometry[1]),
                      fields))
    return steps


def check(path, expected):
    """expected: as from `read`, with the arrays as they are in HDF5."""
    found = read(path)
    assert [step[0] for step in found] == [step[0] for step in expected], [step[0] for step in found]
    for (_, dimensions, origin, spacing, fields), wanted in zip(found, expected):
        assert (dimensions, origin, spacing) == (list(wanted[1]), list(wanted[2]), list(wanted[3])), (dimensions, wanted)
        assert list(fields) == list(wanted[4]), (list(fields), list(wanted[4]))
        for name, (center, array) in wanted[4].items():
            assert fields[name][0] == center, name
            size = [n - (center == "Cell") for n in dimensions]
            assert list(fields[name][1].shape) == size, (name, fields[name][1].shape, size)
            np.testing.assert_array_equal(fields[name][1].ravel(), array.ravel(), err_msg=name)


def make_fields(rng):
    """Files with fields of all kinds; returns the arrays."""
    arrays = {}
    os.makedirs("data/sub", exist_ok=True)
    with h5py.File("data/sub/a & b.h5", "w") as file:
        for dtype in TYPES:
            arrays[dtype] = rng.integers(0, 100, (3, 4, 5)).astype(dtype)
            file[dtype] = arrays[dtype]
        arrays["frames"] = rng.random((4, 3, 4, 5))
        arrays["cells"] = rng.random((4, 2, 3, 4))
        file.create_dataset("results/u", data=arrays["frames"], chunks=(1, 3, 4, 5), maxshape=(None, 3, 4, 5), compression=4)
        file["<cells>"] = arrays["cells"]
        file["bool"], file["line"], file["text"] = np.zeros((3, 4), bool), np.zeros(5), "word"
    with h5py.File("plane.h5", "w") as file:
        for name, shape in [("frames", (3, 6, 7)), ("one", (6, 7)), ("cells", (3, 5, 6))]:
            arrays["2d " + name] = file[name] = rng.random(shape)
        arrays["last"] = file["last"] = rng.random((6, 7)).astype("f4")
    return arrays


def check_space(arrays, ranks):
    place = "data/sub/a & b.h5"
    commands = [(0.1 * k, place, "results/u", k, "temperature & more", 0) for k in (2, 0, 3, 1)]
    commands += [(0.1 * k, place, "<cells>", k, "", 1) for k in range(4)]
    commands += [(0.0, place, dtype, -1, "", 0) for dtype in TYPES] + [("save",)]
    assert write("data/space.xmf", (10, 20, 30), (0.5, 0.25, 2), commands, ranks) == []
    expected = []
    for k in range(4):
        fields = {"temperature & more": ("Node", arrays["frames"][k]), "<cells>": ("Cell", arrays["cells"][k])}
        if k == 0:
            fields.update({dtype: ("Node", arrays[dtype]) for dtype in TYPES})
        expected.append((0.1 * k, (3, 4, 5), (10, 20, 30), (0.5, 0.25, 2), fields))
    check(pathlib.Path("data/space.xmf"), expected)
    return "data/space.xmf", expected


def check_plane(arrays, ranks):
    commands = [(k, "plane.h5", "frames", k, "u", 0) for k in range(3)]
    commands += [(1, "plane.h5", "one", -1, "", 0), (1, os.path.abspath("plane.h5"), "last", -1, "", 0), ("save",)]
    assert write("data/plane.xmf", (), (), commands, ranks) == []
    expected = [(float(k), (1, 6, 7), (0, 0, 0), (1, 1, 1), {"u": ("Node", arrays["2d frames"][k])}) for k in range(3)]
    expected[1][4].update({"one": ("Node", arrays["2d one"]), "last": ("Node", arrays["last"])})
    check(pathlib.Path("data/plane.xmf"), expected)
    return "data/plane.xmf", expected


def check_cells_of_plane(arrays, ranks):
    commands = [(k / 3, "plane.h5", "cells", k, "", 1) for k in range(3)] + [("save",)]
    assert write("cells.xmf", (-1, 1), (0.5, 0.25), commands, ranks) == []
    expected = [(k / 3, (2, 6, 7), (0, -1, 1), (0.25, 0.5, 0.25), {"cells": ("Cell", arrays["2d cells"][k])})
                for k in range(3)]
    check(pathlib.Path("cells.xmf"), expected)
    return "cells.xmf", expected


def check_growth(ranks):
    """One file for each step, saved after each; and the same field again replaces the older one."""
    rng = np.random.default_rng(7)
    arrays = [rng.random((3, 3)) for _ in range(3)]
    commands = []
    for k, array in enumerate(arrays):
        with h5py.File(f"step{k}.h5", "w") as file:
            file["u"] = array
        commands += [(k, f"step{k}.h5", "u", -1, "", 0), ("save",)]
    commands += [(1, "step2.h5", "u", -1, "", 0), ("save",)]
    assert write("grown.xmf", (), (2, 2), commands, ranks) == []
    grid = (1, 3, 3), (0, 0, 0), (2, 2, 2)
    check(pathlib.Path("grown.xmf"), [(float(k), *grid, {"u": ("Node", arrays[n])}) for k, n in [(0, 0), (1, 2), (2, 2)]])


def check_errors(ranks):
    with h5py.File("x:y.h5", "w") as file:
        file["u"], file["a:b"] = np.zeros((3, 3)), np.zeros((3, 3))
    place = "data/sub/a & b.h5"
    wrong = [((0, "missing.h5", "u", -1, "", 0), "missing.h5"), ((0, place, "u", -1, "", 0), "the file holds"),
             ((0, place, "bool", -1, "", 0), "type bool"), ((0, place, "text", -1, "", 0), "type string"),
             ((0, place, "line", -1, "", 0), "shape (5,)"), ((0, place, "results/u", -1, "", 0), "shape (4, 3, 4, 5)"),
             ((0, place, "results/u", 4, "", 0), "no frame of number 4"), ((0, place, "line", 0, "", 0), "shape ()"),
             (("nan", place, "f8", -1, "", 0), "is no number"), ((0, "plane.h5", "one", -1, "", 0), "along 3 axes"),
             ((0, "x:y.h5", "u", -1, "", 0), "'x:y.h5'"), ((0, "x:y.h5", "a:b", -1, "", 0), "':'")]
    errors = write("errors.xmf", (0, 0, 0), (1, 1, 1), [command for command, _ in wrong], ranks)
    assert len(errors) == len(wrong), errors
    for error, (command, part) in zip(errors, wrong):
        assert part in error, (command, error)
    mixed = [(0, "plane.h5", "one", -1, "", 0), (0, "plane.h5", "last", -1, "", 1), (0, "step0.h5", "u", -1, "", 0),
             (0, "plane.h5", "cells", 0, "", 1)]
    errors = write("errors.xmf", (), (), mixed, ranks)
    assert len(errors) == 3 and "(7, 8)" in errors[0] and "(3, 3)" in errors[1] and "of cells" in errors[2], errors
    assert not os.path.exists("errors.xmf")
    assert "absent" in write("absent/x.xmf", (), (), [("save",)], ranks)[0]


def check_paraview(cases):
    if shutil.which("pvpython") is None:
        print("paraview: skipped, there is no pvpython")
        return
    paths = [os.path.abspath(path) for path, _ in cases]
    done = subprocess.run(["pvpython", PARAVIEW, *paths], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=300)
    assert done.returncode == 0, done.stdout[-2000:]
    for path, (_, expected) in zip(paths, cases):
        for reader in ("XDMFReader", "Xdmf3ReaderS", "Xdmf3ReaderT"):
            with np.load(f"{path}.{reader}.npz") as seen:
                compare_with_paraview(reader, seen, expected)
    print("paraview: three readers see what they should")


def compare_with_paraview(reader, seen, expected):
    np.testing.assert_allclose(seen["times"], [step[0] for step in expected])
    for k, (_, dimensions, origin, spacing, fields) in enumerate(expected):
        for name, wanted in [("dimensions", dimensions), ("origin", origin), ("spacing", spacing)]:
            np.testing.assert_array_equal(seen[f"{k} {name}"], wanted[::-1], err_msg=f"{reader} {k} {name}")
        for name, (center, array) in fields.items():
            np.testing.assert_array_equal(seen[f"{k} {center} {name}"], array.ravel(), err_msg=f"{reader} {k} {name}")


def main():
    folder = tempfile.TemporaryDirectory(dir=".")
    os.chdir(folder.name)
    arrays = make_fields(np.random.default_rng(int(os.environ.get("TESSERA_TEST_SEED", "11"))))
    for ranks in (3, 1):
        cases = [f(arrays, ranks) for f in (check_space, check_plane, check_cells_of_plane)]
        check_growth(ranks)
        check_errors(ranks)
    check_paraview(cases)
    os.chdir("..")
    folder.cleanup()
    print("xdmf: passed")


if __name__ == "__main__":
    sys.exit(main())
