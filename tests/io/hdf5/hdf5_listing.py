#!/usr/bin/env python3
"""Files of h5py, as we list them: everything it can store, links to nowhere and in circles."""

import pathlib
import sys
import tempfile

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import gtest  # noqa: E402


def write_attributes(file):
    a = file.attrs
    a["number"] = np.float32(0.1)
    a["big"] = np.array(-7, ">i8")
    a["half"] = np.float16(0.5)
    a["flag"] = np.array([True, False])
    a["complex"] = 1 - 2.5j
    a["text"] = "Wärme"
    a["bytes"] = np.bytes_("fixed")
    a["texts"] = ["a", "it's", ""]
    a["fixed"] = np.array([b"ab", b"c"], "S4")
    a["matrix"] = np.arange(6).reshape(2, 3)
    a["many"] = np.arange(3000.0).reshape(1000, 3)
    a["none"] = np.zeros((0, 3))
    a["empty"] = h5py.Empty("f8")
    a["emptytext"] = h5py.Empty("S10")
    a["struct"] = np.array((1.5, [1, 2], b"x"), [("x", "f8"), ("v", "i4", 2), ("s", "S3")])
    a["enum"] = np.array(2, h5py.enum_dtype({"RED": 1, "BLUE": 2}, "u1"))
    a.create("unknown", 7, dtype=h5py.enum_dtype({"RED": 1}, "u1"))
    a["reference"] = file["plain"].ref
    a.create("vlen", np.array([np.arange(2.0), np.arange(1.0)], object), dtype=h5py.vlen_dtype("f8"))
    a["opaque"] = np.void(b"abcd")


ATTRIBUTES = {
    "number": "0.1", "big": "-7", "half": "0.5", "flag": "[True, False]", "complex": "1-2.5j",
    "text": "Wärme", "bytes": "fixed", "texts": "['a', 'it's', '']", "fixed": "['ab', 'c']",
    "matrix": "[[0, 1, 2], [3, 4, 5]]", "many": "[0, 1, 2, 3, 4, 5, 6, 7, ...] (1000 x 3 elements)",
    "none": "[]", "empty": "(empty)", "emptytext": "(empty)", "struct": "{x: 1.5, v: [1, 2], s: 'x'}",
    "enum": "BLUE", "unknown": "7", "reference": "<1 of reference>",
    "vlen": "<2 of sequence of any length>", "opaque": "<1 of opaque>"}


def write(path, secret):
    with h5py.File(path, "w") as file:
        file["plain"] = np.arange(4.0)
        file.create_dataset("packed", data=np.arange(40).reshape(8, 5), chunks=(4, 3), shuffle=True,
                            compression="gzip", compression_opts=7, fletcher32=True, maxshape=(None, 9))
        file["scalar"] = np.float32(1)
        file["null"] = h5py.Empty("f8")
        file["a/b/c/text"] = ["some", "text"]
        file["a/fixed"] = np.array([b"ab"], "S4")
        file["a/struct"] = np.zeros(2, [("x", ">f8"), ("n", [("i", "i4"), ("c", "c16")]), ("v", "f4", (2, 3))])
        file["a/wide"] = np.zeros(1, [(f"m{k}", "u1") for k in range(40)])
        file["a/same"] = file["plain"]
        file["a/circle"] = file["a"]
        file["a/root"] = file["/"]
        file["soft"] = h5py.SoftLink("/plain")
        file["soft_circle"] = h5py.SoftLink("/soft_circle")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file["type"] = np.dtype("f8")
        file["elsewhere"] = h5py.ExternalLink(secret.name, "/u")
        file.create_dataset("external", (100,), "f8", external=[(str(secret), 0, 800)])
        layout = h5py.VirtualLayout((4,), "f8", maxshape=(None,))
        layout[:h5py.h5s.UNLIMITED] = h5py.VirtualSource(str(secret), "u", (4,), maxshape=(None,))[:h5py.h5s.UNLIMITED]
        file.create_virtual_dataset("virtual", layout)
        file.create_dataset("huge", (10**12,), "f8")
        write_attributes(file)


def lines_of(ranks, folder):
    gtest.run("hdf5_listing", "dump", ranks, folder)
    return (folder / "listing").read_text().splitlines()


def check(lines, packed_bytes):
    entries = {l.split("|")[0]: l.split("|")[1:] for l in lines if not l.startswith("@")}
    attributes = dict(l[1:].split("=", 1) for l in lines if l.startswith("@"))
    assert attributes == ATTRIBUTES, {k: v for k, v in attributes.items() if ATTRIBUTES.get(k) != v}
    names = [l.split("|")[0] for l in lines if not l.startswith("@")]
    assert names == sorted(names)
    #                  kind dtype shape max chunk filters bytes link refused
    assert entries.pop("plain") == ["", "float64", "4 ", "4 ", "", "", "32", "", ""]
    assert entries.pop("packed") == ["", "int64", "8 5 ", "-1 9 ", "4 3 ", "shuffle, deflate 7, fletcher32",
                                     str(packed_bytes), "", ""]
    assert entries.pop("scalar") == ["", "float32", "", "", "", "", "4", "", ""]
    assert "without a shape" in entries.pop("null")[-1]
    for group in ("a", "a/b", "a/b/c", "a/circle", "a/root"):
        assert entries.pop(group) == ["group", *[""] * 5, "0", "", ""], group
    assert entries.pop("a/b/c/text")[:3] == ["", "string", "2 "]
    assert entries.pop("a/fixed")[:3] == ["", "S4", "1 "]
    assert entries.pop("a/struct")[1] == "{x: float64, n: {i: int32, c: complex128}, v: float32[2, 3]}"
    assert entries.pop("a/wide")[1].endswith("m38: uint8, m39: uint8}")
    assert entries.pop("a/same")[1] == "float64"
    assert entries.pop("soft")[-2:] == ["/plain", ""]
    assert entries.pop("soft_circle")[-2:] == ["/soft_circle", ""]
    assert entries.pop("dangling")[-2:] == ["/nowhere", ""]
    assert entries.pop("elsewhere")[-1].endswith("another file is not followed: '/u' in 'secret.h5'")
    external = entries.pop("external")
    assert external[:3] == ["", "float64", "100 "] and "external storage" in external[-1], external
    virtual = entries.pop("virtual")
    assert virtual[:3] == ["", "float64", ""] and "virtual" in virtual[-1], virtual
    assert entries.pop("huge")[1] == "float64"  # what is refused is to read it
    assert not entries, entries


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        secret = folder / "secret.h5"
        with h5py.File(secret, "w") as file:
            file.create_dataset("u", data=np.ones(4), maxshape=(None,), chunks=(2,))
        write(folder / "listed.h5", secret)
        with h5py.File(folder / "listed.h5") as file:
            packed = file["packed"].id.get_storage_size()
        for ranks in (1, 3):
            check(lines_of(ranks, folder), packed)
        # Groups in groups, to no end.
        with h5py.File(folder / "listed.h5", "w", libver="latest") as file:
            group = file
            for _ in range(3000):
                group = group.create_group("g")
        lines = lines_of(1, folder)
        assert 400 < len(lines) < 600 and "too long" in lines[-1], (len(lines), lines[-1])
    print("listings agree with h5py")


main()
