"""Files that other programs wrote: tests/io/neighbours/make.sh says which, and which versions."""

import json
import os

import h5py
import numpy as np

from programs import ROOT, main, refused, succeed

FOLDER = ROOT / "tests" / "io" / "neighbours"
FIELD = np.array([[1.5, 2, 3], [4, 5, 6.25]])
COUNTS = np.array([1, 2, -3])
WAVES = np.array([1 + 2j, 3 - 4j])

# File, dataset, its values as they are in the file's order of axes. Octave and R reverse the axes.
ARRAYS = [("octave.h5", "field/value", FIELD.T), ("octave.h5", "counts/value", COUNTS.reshape(3, 1)),
          ("octave.h5", "dt/value", np.array([0.1])), ("octave.h5", "waves/value", WAVES.reshape(2, 1)),
          ("hdf5r.h5", "field", FIELD.T), ("hdf5r.h5", "counts", COUNTS),
          ("rhdf5.h5", "field", FIELD.T), ("rhdf5.h5", "counts", COUNTS),
          ("netcdf.nc", "field", FIELD), ("netcdf.nc", "counts", COUNTS), ("netcdf.nc", "dt", np.array([0.1])),
          ("petsc.h5", "waves", WAVES),
          ("pandas.h5", "fixed/block0_values", FIELD), ("pandas.h5", "fixed/axis1", np.arange(2)),
          ("pytables.h5", "field", FIELD), ("pytables.h5", "waves", WAVES), ("pytables.h5", "grows", FIELD),
          ("matlab73.mat", "field", FIELD.T), ("matlab73.mat", "waves", WAVES),
          ("h5py.h5", "field", FIELD), ("h5py.h5", "counts", COUNTS), ("h5py.h5", "waves", WAVES),
          ("h5py.h5", "dt", np.array([0.1])), ("numpy.npy", None, FIELD), ("several.npy", None, FIELD)]
RANKS = (None, 2)
TEXTS = [("octave.txt", FIELD), ("fortran.txt", FIELD)]


def values_of(text, like):
    if like.dtype.kind == "c":
        rows = [[complex(field) for field in line.split()] for line in text.splitlines()]
        return np.array(rows).reshape(like.shape)
    return np.array([line.split() for line in text.splitlines()], float).reshape(like.shape)


def as_parts(values):
    """Where the file has an axis of 2, both parts are columns."""
    return np.stack([values.real, values.imag], -1)


def test_arrays():
    for name, dataset, expected in ARRAYS:
        options = ["--dataset", dataset] if dataset else []
        texts = {succeed("savetxt", FOLDER / name, "-", *options, ranks=ranks).out for ranks in RANKS[:2 if expected is FIELD else 1]}
        assert len(texts) == 1, (name, dataset)
        text = texts.pop()
        if name == "petsc.h5":
            expected = as_parts(expected)
        np.testing.assert_array_equal(values_of(text, expected), expected, f"{name} {dataset}")


def test_texts():
    for name, expected in TEXTS:
        succeed("loadtxt", FOLDER / name, "out.npy", "--force", ranks=2)
        np.testing.assert_array_equal(np.load("out.npy"), expected, name)


def test_info():
    for name in sorted({name for name, _, _ in ARRAYS}):
        found = json.loads(succeed("info", FOLDER / name, "--json").out)
        shapes = {o["name"]: o.get("shape") for o in found["objects"]}
        for file, dataset, expected in ARRAYS:
            if file == name and dataset and expected.size > 1 and name != "petsc.h5":
                assert shapes[dataset] == list(expected.shape), (name, dataset, shapes)


def test_more_than_is_read():
    assert "other arrays follow" in succeed("info", FOLDER / "several.npy").out
    assert "other arrays follow" not in succeed("info", FOLDER / "numpy.npy").out


def test_structs():
    """A column for each member, also in arrays."""
    for name, dataset in [("pandas.h5", "table/table"), ("octave.h5", "range/value")]:
        with h5py.File(FOLDER / name) as file:
            stored = np.atleast_1d(file[dataset][()])
        columns = np.column_stack([stored[member] for member in stored.dtype.names]).astype(float)
        for ranks in RANKS:
            found = succeed("savetxt", FOLDER / name, "-", "--dataset", dataset, ranks=ranks).out
            np.testing.assert_array_equal(values_of(found, columns), columns)


def test_refused():
    refused(1, "netCDF-3", "info", FOLDER / "netcdf3.nc")
    refused(1, "nccopy -k nc4", "savetxt", FOLDER / "netcdf3.nc", "x.txt")
    refused(1, "sequence of any length", "savetxt", FOLDER / "pytables.h5", "x.txt", "--dataset", "ragged")
    refused(1, "a MATLAB 5 file: save it with save -v7.3", "info", FOLDER / "matlab5.mat", ranks=(None,))
    refused(1, "a MATLAB 5 file: save it with save -v7.3", "savetxt", FOLDER / "matlab5.mat", "x.txt")
    refused(1, "is no file of HDF5, npy", "info", FOLDER / "fortran.dat", ranks=(None,))
    refused(1, "is no file of HDF5, npy", "savetxt", FOLDER / "fortran.dat", "x.txt", ranks=(None,))
    refused(1, "is not a number", "loadtxt", FOLDER / "fortran.dat", "x.npy")
    assert not os.path.exists("x.txt") and not os.path.exists("x.npy")


main(globals())
