#!/usr/bin/env python3
"""HDF5 files against h5py, both ways, at several numbers of ranks; and files that mean harm."""

import pathlib
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import gtest  # noqa: E402

TYPES = ["float64", "float32", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32",
         "uint64", "complex64", "complex128"]


def run(test, ranks, folder):
    gtest.run("hdf5_interchange", test, ranks, folder)


def numbers(dtype, shape):
    """What tests/io/support/numbered.hpp fills arrays with."""
    k = np.arange(np.prod(shape)).reshape(shape)
    if dtype == "bool":
        return k % 3 == 1
    if dtype.startswith("complex"):
        return (k - 0.5j).astype(dtype)
    return (k + 1).astype(dtype)


def same(dataset, expected):
    values = dataset[()]
    assert dataset.dtype == expected.dtype, (dataset, expected.dtype)
    assert values.shape == expected.shape and np.array_equal(values, expected), dataset


def check_ours(path):
    with h5py.File(path) as file:
        for name in TYPES:
            same(file["one"][name], numbers(name, (13,)))
            same(file["two"][name], numbers(name, (6, 7)))
            same(file["deep/three"][name], numbers(name, (3, 4, 5)))
            same(file["none"][name], numbers(name, (0, 4)))
            value = file["two"].attrs[name]
            assert value == 1 and value.dtype == name
            values = file["one"].attrs[name]
            assert values.dtype == name and values.tolist() == [0, 1]
        assert file.attrs["title"] == "Wärme" and file.attrs["nothing"] == ""
        assert np.array_equal(file["frames"][0], np.zeros((5, 600)))
        same_frame = file["frames"][1]
        assert np.array_equal(same_frame, numbers("float64", (5, 600)))
        assert file["frames"].chunks is None


def write_theirs(path):
    with h5py.File(path, "w") as file:
        for name in TYPES:
            values = numbers(name, (6, 7))
            file[f"plain/{name}"] = values
            file.create_dataset(f"packed/{name}", data=values, chunks=(4, 3), compression="gzip",
                                shuffle=True, fletcher32=True)
            if name != "bool":
                file.create_dataset(f"swapped/{name}", data=values.astype(values.dtype.newbyteorder()))
        file["half"] = numbers("float16", (6, 7))
        file["soft"] = h5py.SoftLink("/plain/float64")
        file.create_dataset("resizable", data=numbers("float64", (6, 7)), maxshape=(None, 7))
        file["text"] = ["some", "text"]
        file["scalar"] = 1.0
        file.attrs["text"] = "Wärme"
        file.attrs["bytes"] = np.bytes_("fixed")
        file.attrs["number"] = np.float32(0.5)
        file.attrs["integer"] = np.int16(7)
        file.attrs["flag"] = True
        file.attrs["list"] = [1.0, 2.0, 3.0]


def write_hostile(folder):
    with h5py.File(folder / "secret.h5", "w") as file:
        file["u"] = np.ones(4)
    (folder / "secret.bin").write_bytes(b"\0" * 800)
    with h5py.File(folder / "hostile.h5", "w") as file:
        file["fine"] = np.ones(4)
        file.create_dataset("external_storage", (100,), "f8",
                            external=[(str(folder / "secret.bin"), 0, 800)])
        file["external_link"] = h5py.ExternalLink("secret.h5", "/u")
        file["group_elsewhere"] = h5py.ExternalLink("secret.h5", "/")
        file["soft_to_external"] = h5py.SoftLink("/group_elsewhere/u")
        layout = h5py.VirtualLayout((4,), "f8")
        layout[:] = h5py.VirtualSource(str(folder / "secret.h5"), "u", (4,))
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("huge", (10**12,), "f8")
        file.create_dataset("huge_chunked", (10**12,), "f8", chunks=(1000,))
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["null"] = h5py.Empty("f8")


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        write_theirs(folder / "theirs.h5")
        write_hostile(folder)
        for ranks in (1, 2, 3, 4, 6):
            run("write", ranks, folder)
            check_ours(folder / "ours.h5")
            run("read", ranks, folder)
        for ranks in (1, 3):
            run("refuse", ranks, folder)
    print("h5py and we agree")


main()
