"""Every program with every kind of bad input: exit code 1 or 2, and one line that names what is wrong."""

import bz2
import gzip
import os
import struct

import h5py
import numpy as np

from programs import main, refused

# What each program is given besides the input.
CALLS = {"loadtxt": ["out.npy"], "savetxt": ["out.txt"], "info": [], "sum": []}


def make_files():
    os.makedirs("folder", exist_ok=True)
    open("empty", "w").close()
    open("words.txt", "w").write("one two\n")
    open("unicode \u00fc\u4e2d.txt", "w").write("1 \u4e2d\n")
    open("zeros.txt", "wb").write(bytes(3000000))
    np.save("good.npy", np.zeros((2, 2)))
    open("torn.npy", "wb").write(open("good.npy", "rb").read()[:-5])
    open("torn.h5", "wb").write(b"\x89HDF\r\n\x1a\n" + bytes(30))
    open("torn.npz", "wb").write(b"PK\x03\x04" + bytes(30))
    open("torn.gz", "wb").write(gzip.compress(b"1 2\n" * 1000)[:-9])
    open("torn.bz2", "wb").write(bz2.compress(b"1 2\n" * 1000)[:-9])
    open("classic.nc", "wb").write(b"CDF\x01" + bytes(60))
    open("old.mat", "wb").write(b"MATLAB 5.0 MAT-file, Platform".ljust(128))
    open("packed.npy.gz", "wb").write(gzip.compress(open("good.npy", "rb").read()))
    np.savez("two.npz", a=np.zeros(2), b=np.zeros(3))
    with h5py.File("one.h5", "w") as file:
        file["a"] = np.zeros((2, 2))
        file["s"] = np.zeros(2, [("x", "f8"), ("n", "V4")])
    with h5py.File("grown.h5", "w") as file:
        file.create_dataset("a", (4, 6), "i4", chunks=(1, 2), maxshape=(4, 6))
    described = open("grown.h5", "rb").read()
    assert described.count(struct.pack("<4Q", 4, 6, 4, 6)) == 1
    grown = described.replace(struct.pack("<4Q", 4, 6, 4, 6), struct.pack("<4Q", 500000, 6, 4, 6))
    open("grown.h5", "wb").write(grown)
    os.mkfifo("fifo")
    os.symlink("nowhere", "dangling")


# Bad for all of them, and what the message says.
ALL = [("missing", "'missing': No such file"), ("dangling", "'dangling': No such file"), ("folder/", "'folder/'"),
       ("/dev/null", "'/dev/null': it is not a regular file"), ("fifo", "'fifo': it is not a regular file")]
ALL += [(name, f"'{name}'") for name in
        ("empty", "words.txt", "unicode \u00fc\u4e2d.txt", "zeros.txt", "torn.npy", "torn.h5", "torn.npz", "torn.gz",
         "torn.bz2", "classic.nc", "old.mat", "packed.npy.gz")]
# Bad for one.
ONE = [(1, "nccopy", "info", ["classic.nc"]), (1, "-v7.3", "savetxt", ["old.mat", "out.txt"]),
       (1, "gzip", "savetxt", ["packed.npy.gz", "out.txt"]), (1, "end too early", "loadtxt", ["torn.gz", "out.npy"]),
       (2, "a b", "savetxt", ["two.npz", "out.txt"]), (1, "'c'", "savetxt", ["two.npz", "out.txt", "--dataset", "c"]),
       (1, "the file holds", "savetxt", ["one.h5", "out.txt", "--dataset", "c"]),
       (1, "'one.h5'", "savetxt", ["one.h5", "out.txt", "--dataset", "s"]),
       (1, "size 500000 along an axis of at most 4", "savetxt", ["grown.h5", "out.txt"]),
       (1, "size 500000 along an axis of at most 4", "info", ["grown.h5"]),
       (2, "npy", "savetxt", ["good.npy", "out.txt", "--dataset", "a"]),
       (2, "delimiter", "loadtxt", ["words.txt", "out.npy", "--delimiter", "ab"]),
       (2, "skiprows", "loadtxt", ["words.txt", "out.npy", "--skiprows", "-1"]),
       (2, "--what", "info", ["good.npy", "--what"]), (2, "required", "sum", []), (2, "required", "loadtxt", ["words.txt"]),
       (2, "--max-rows", "loadtxt", ["words.txt", "out.npy", "--max-rows", "x"]),
       (2, "out.dat", "loadtxt", ["words.txt", "out.dat"]), (2, "--force", "loadtxt", ["words.txt", "good.npy"])]


def test_bad_files():
    make_files()
    for program, behind in CALLS.items():
        for name, part in ALL:
            if program == "info" and name == "folder/":
                continue  # of no checkpoints; tests of its own
            # One start over ranks for each program: agreement is tested elsewhere.
            refused(1, part, program, name, *behind, ranks=(None, 2) if name == "torn.npy" else (None,))
    assert not os.path.exists("out.npy") and not os.path.exists("out.txt")


def test_bad_calls():
    if not os.path.exists("good.npy"):
        make_files()
    for code, part, program, arguments in ONE:
        refused(code, part, program, *arguments, ranks=(None,))
    assert not os.path.exists("out.npy") and not os.path.exists("out.txt")


main(globals())
