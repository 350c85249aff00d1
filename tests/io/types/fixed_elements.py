#!/usr/bin/env python3
"""Arrays of fixed arrays in HDF5 and npy files against h5py and NumPy, both ways, at several numbers of ranks."""

import pathlib
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import gtest  # noqa: E402

SHAPE = (6, 7)
TYPES = {"vec": ("f8", (3,)), "mat": ("f4", (2, 2)), "waves": ("c16", (2,)), "flags": ("?", (3,)),
         "shorts": ("i2", (1, 4))}


def numbers(dtype, inner):
    k = np.arange(np.prod(SHAPE + inner)).reshape(SHAPE + inner)
    return k % 3 == 1 if dtype == "?" else (k + 1).astype(dtype)


def same(found, expected):
    assert found.dtype == expected.dtype and found.shape == expected.shape, (found.dtype, found.shape)
    assert np.array_equal(found, expected)


def check_ours(folder):
    with h5py.File(folder / "ours.h5") as file:
        for name, (dtype, inner) in TYPES.items():
            expected = numbers(dtype, inner)
            assert file[name].shape == SHAPE, file[name]
            assert file[name].dtype == np.dtype((dtype, inner)), file[name].dtype
            same(file[name][()], expected)
            same(file[name][2, 3], expected[2, 3])
            same(np.asarray(file[name].attrs["first"]), expected[0, 1])
            same(file[f"axes/{name}"][()], expected)
            same(file[f"frames/{name}"][()], expected[None])
        bodies = file["bodies"]
        assert bodies.dtype["position"] == np.dtype(("f8", (3,))), bodies.dtype
        same(bodies["inertia"], numbers("f4", (2, 2)))
    for name, (dtype, inner) in TYPES.items():
        same(np.load(folder / f"{name}.npy"), numbers(dtype, inner))
        np.save(folder / "again.npy", numbers(dtype, inner))
        assert (folder / "again.npy").read_bytes() == (folder / f"{name}.npy").read_bytes(), name


def write_theirs(folder):
    with h5py.File(folder / "theirs.h5", "w") as file:
        for name, (dtype, inner) in TYPES.items():
            values = numbers(dtype, inner)
            swapped = values.astype(values.dtype.newbyteorder())
            file.create_dataset(name, SHAPE, np.dtype((dtype, inner)))[...] = values
            file.create_dataset(f"packed/{name}", SHAPE, np.dtype((dtype, inner)), chunks=(4, 3), compression="gzip",
                                shuffle=True)[...] = values
            file.create_dataset(f"swapped/{name}", SHAPE, np.dtype((swapped.dtype, inner)))[...] = values
            file[f"axes/{name}"] = values
            np.save(folder / f"theirs_{name}.npy", values)
            np.save(folder / f"swapped_{name}.npy", swapped)
    np.save(folder / "fortran.npy", np.asfortranarray(numbers(*TYPES["vec"])))


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        write_theirs(folder)
        for ranks in (1, 2, 3, 4):
            gtest.run("fixed_elements", "write", ranks, folder)
            check_ours(folder)
            gtest.run("fixed_elements", "read", ranks, folder)
    print("h5py, NumPy and we agree")


main()
