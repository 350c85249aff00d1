#!/usr/bin/env python3
"""Attributes and element types of HDF5 files against h5py, both ways, at several numbers of ranks."""

import pathlib
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import gtest  # noqa: E402
from particle import PARTICLE, particles  # noqa: E402


def fixed(group, name, letters, cset, pad=h5py.h5t.STR_NULLPAD, null=False):
    """A text of a fixed width, as h5py's own interface does not write it."""
    kind = h5py.h5t.C_S1.copy()
    kind.set_size(max(len(letters), 1))
    kind.set_cset(cset)
    kind.set_strpad(pad)
    space = h5py.h5s.create(h5py.h5s.NULL if null else h5py.h5s.SCALAR)
    attribute = h5py.h5a.create(group.id, name.encode(), kind, space)
    if not null:
        attribute.write(np.array(letters, f"S{max(len(letters), 1)}"), mtype=kind)


def write_attributes(file):
    group = file.create_group("a")
    a = group.attrs
    a["utf8"] = "Wärme"
    a.create("ascii", "heat", dtype=h5py.string_dtype("ascii"))
    a["fixed"] = np.bytes_("heat")
    fixed(group, "fixed_utf8", "Wärme".encode(), h5py.h5t.CSET_UTF8)
    fixed(group, "spaces", b"heat   ", h5py.h5t.CSET_ASCII, h5py.h5t.STR_SPACEPAD)
    fixed(group, "nulterm", b"heat\0\0", h5py.h5t.CSET_ASCII, h5py.h5t.STR_NULLTERM)
    fixed(group, "blank", b"", h5py.h5t.CSET_ASCII)
    a["emptyfixed"] = h5py.Empty("S10")
    a["array_of_one"] = np.array(["Wärme"], dtype=h5py.string_dtype())
    a["texts"] = ["ab", "", "abcd"]
    a["objects"] = np.array(["ab", "", "abcd"], dtype=object)
    a["fixedtexts"] = np.array([b"ab", b"", b"abcd"])
    a["matrix"] = np.arange(6, dtype=">i4").reshape(2, 3)
    a["flags"] = np.array([False, True])
    a["complex"] = np.array([1, 2j])
    a["empty"] = h5py.Empty("f8")
    a["emptytext"] = h5py.Empty(h5py.string_dtype())
    a["large"] = np.arange(100000.0)


def check_attributes(file):
    a = file.attrs
    assert list(a["texts"]) == ["ab", "", "Wärme"]
    assert a["matrix"].dtype == "i2" and np.array_equal(a["matrix"], [[1, 2, 3], [4, 5, 6]])
    assert a["flags"].dtype == bool and np.array_equal(a["flags"], [[True, False]])
    assert a["complex"].dtype == complex and a["complex"].tolist() == [1 + 2j]
    assert [t.decode() for t in a["fixed"]] == ["ab", "Wärme"] and a["fixed"].dtype == "S6"
    assert np.array_equal(a["large"], np.arange(100000.0))


def check_types(file):
    for name in ("rows", "columns"):
        values = file[name][()]
        assert values.dtype.names == PARTICLE.names, values.dtype
        for member in PARTICLE.names:
            assert member == "home" or values.dtype[member] == PARTICLE[member], member
        assert np.array_equal(values.astype(PARTICLE), particles(PARTICLE))
    aligned = np.dtype(PARTICLE.descr, align=True)
    assert file["rows"].dtype.itemsize == aligned.itemsize
    assert [file["rows"].dtype.fields[m][1] for m in PARTICLE.names] == [aligned.fields[m][1] for m in PARTICLE.names]
    assert file["none"].shape == (0, 7) and file["one"][0]["name"] == b"n12"
    assert np.array_equal(file["rows"]["x"], particles(PARTICLE)["x"])
    assert file["names"].dtype == "S5" and file["names"][8] == b"n64"
    assert file["texts"].asstr()[()].tolist() == ["a", "", "Wärme", "x" * 70000]
    assert h5py.check_string_dtype(file["texts"].dtype).encoding == "utf-8"
    assert file["deep/no_texts"].shape == (0,)
    assert file["rows"].attrs["first"]["name"] == b"n1" and file["rows"].attrs["some"]["sea"].tolist() == [True, False]


def write_types(file):
    file["packed"] = particles(PARTICLE)
    file["swapped"] = particles(PARTICLE.newbyteorder(">"))
    file["aligned"] = particles(np.dtype(PARTICLE.descr, align=True))
    # Other members among them, in another order.
    more = particles([("other", "f8")] + PARTICLE.descr[::-1] + [("text", h5py.string_dtype())])
    more["text"] = "text"
    file["more"] = more
    file.create_dataset("chunked", data=particles(PARTICLE), chunks=(2, 3), compression="gzip", shuffle=True)
    file["ascii"] = np.array([b"ab", b"cd"])
    file.create_dataset("utf8", data=np.array(["Wärme".encode()], h5py.string_dtype("utf-8", 6)))
    file["texts"] = [["a", ""], ["Wärme", "b"]]
    file["scalar"] = "alone"
    file.create_dataset("packed_texts", data=["text"] * 1000, dtype=h5py.string_dtype(), chunks=(100,),
                        compression="gzip")
    # The references to 5000 texts of 20 kB, all of which are then made to lead to the first.
    file.create_dataset("bomb", data=["x" * 20000] + ["y"] * 4999, dtype=h5py.string_dtype(), chunks=(5000,))
    _, chunk = file["bomb"].id.read_direct_chunk((0,))
    file["bomb"].id.write_direct_chunk((0,), chunk[:16] * 5000)
    file.create_dataset("flags", data=[False, True, True], chunks=(3,))
    file["flags"].id.write_direct_chunk((0,), b"\0\1\7")


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        with h5py.File(folder / "theirs.h5", "w", libver="latest") as file:
            write_attributes(file)
            write_types(file)
        for ranks in (1, 3):
            gtest.run("hdf5_attributes", "read", ranks, folder)
            gtest.run("hdf5_types", "read", ranks, folder)
            gtest.run("hdf5_attributes", "write", ranks, folder)
            with h5py.File(folder / "ours.h5") as file:
                check_attributes(file)
            gtest.run("hdf5_types", "write", ranks, folder)
            with h5py.File(folder / "ours.h5") as file:
                check_types(file)
    print("h5py and we agree")


main()
