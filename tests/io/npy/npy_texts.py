#!/usr/bin/env python3
"""NumPy's texts of UTF-32 in npy and npz files, read as fixed_string: both byte orders, both orders of axes, members of structs,
and texts that do not fit, at several numbers of ranks."""

import pathlib
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import gtest  # noqa: E402

# What npy_texts.cpp expects: ASCII, 2, 3 and 4 bytes a character, a zero inside, and texts that fill their width.
WORDS = np.array([["", "a", "north"], ["Größe", "€uro", "\U0001f600"], ["a\0b", "12345678", "éèêë"]])
RECORDS = np.array([(1.5, "Köln", ["x", "yz"]), (-2.0, "", ["ÿ", ""])], [("value", "f8"), ("city", "U7"), ("tags", "U3", (2,))])


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        assert WORDS.dtype == "<U8", WORDS.dtype
        for order in "<>":
            words = WORDS.astype(f"{order}U8")
            np.save(folder / f"words{order}.npy", words)
            np.save(folder / f"fortran{order}.npy", np.asfortranarray(words))
            np.save(folder / f"wide{order}.npy", words.astype(f"{order}U99"))
            np.save(folder / f"records{order}.npy", RECORDS.astype(RECORDS.dtype.newbyteorder(order)))
            np.savez_compressed(folder / f"all{order}.npz", words=words, one=words[1, 0])
        np.save(folder / "long.npy", np.array(["a"] * 40 + ["Größen-Ö"] + ["b"] * 40))
        np.save(folder / "surrogate.npy", np.array(["ok", "\ud800"]))
        np.save(folder / "none.npy", np.zeros((0, 3), "U4"))
        for ranks in (1, 2, 3, 7):
            gtest.run("npy_texts", "read", ranks, folder)
    print("NumPy's texts are read")


main()
