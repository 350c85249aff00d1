#!/usr/bin/env python3
"""Attributes and element types of HDF5 files against h5py, both ways, at several numbers of ranks."""

import pathlib
import tempfile

import h5py
import numpy as np

import gtest


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


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        with h5py.File(folder / "theirs.h5", "w", libver="latest") as file:
            write_attributes(file)
        for ranks in (1, 3):
            gtest.run("hdf5_attributes", "read", ranks, folder)
            gtest.run("hdf5_attributes", "write", ranks, folder)
            with h5py.File(folder / "ours.h5") as file:
                check_attributes(file)
    print("h5py and we agree")


main()
