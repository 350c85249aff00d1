#!/usr/bin/env python3
"""npy files of structs against NumPy, both ways, at several numbers of ranks."""

import pathlib
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import gtest  # noqa: E402
from particle import PARTICLE, particles  # noqa: E402

ALIGNED = np.dtype(PARTICLE.descr, align=True)


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        more = [("other", "<U3"), ("half", "f2", (2, 2))] + PARTICLE.descr[::-1] + [("when", "M8[s]")]
        for name, dtype in (("packed", PARTICLE), ("swapped", PARTICLE.newbyteorder(">")),
                            ("aligned", ALIGNED), ("more", more)):
            np.save(folder / f"{name}.npy", particles(dtype))
        np.save(folder / "fortran.npy", np.asfortranarray(particles(PARTICLE)))
        np.save(folder / "objects.npy", np.zeros(2, [("x", "f8"), ("o", "O")]), allow_pickle=True)
        np.savez(folder / "all.npz", packed=particles(PARTICLE))
        for ranks in (1, 3):
            gtest.run("npy_structs", "read", ranks, folder)
            gtest.run("npy_structs", "write", ranks, folder)
            values = np.load(folder / "ours.npy")
            assert values.dtype.names == PARTICLE.names, values.dtype
            for member in PARTICLE.names:
                expected = particles(ALIGNED)[member]
                same = all(np.array_equal(values[member][m], expected[m]) for m in ("latitude", "sea")) \
                    if member == "home" else np.array_equal(values[member], expected)
                assert same, member
            np.save(folder / "again.npy", np.zeros((5, 7), ALIGNED))
            again = (folder / "again.npy").read_bytes()
            size = len(again) - 35 * ALIGNED.itemsize
            assert (folder / "ours.npy").read_bytes()[:size] == again[:size], again[:size]
    print("NumPy and we agree")


main()
