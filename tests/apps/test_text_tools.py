"""tessera-loadtxt and tessera-savetxt against NumPy and h5py."""

import os

import h5py
import numpy as np

from programs import bottle, main, run, succeed


def test_text_to_binary():
    path = bottle()
    expected = np.loadtxt(path)
    for ranks in (None, 2, 3):
        succeed("loadtxt", path, "out.npy", ranks=ranks)
        assert np.load("out.npy").tobytes() == expected.tobytes()
        succeed("loadtxt", path, "out.h5", "--dataset", "a/b", ranks=ranks)
        with h5py.File("out.h5") as file:
            assert file["a/b"][:].tobytes() == expected.tobytes()


def test_delimiter_and_comments():
    open("in.csv", "w").write("% head\n1, 2.5,-3e2\n\n4,5,nan % tail\r\n")
    succeed("loadtxt", "in.csv", "csv.npy", "--delimiter", ",", "--comments", "%", ranks=3)
    np.testing.assert_array_equal(np.load("csv.npy"), [[1, 2.5, -300], [4, 5, np.nan]])


def test_binary_to_text():
    field = np.random.default_rng(7).normal(size=(17, 5))
    np.save("field.npy", field)
    with h5py.File("field.h5", "w") as file:
        file["only"] = field
    np.savetxt("expected.txt", field)
    for ranks in (None, 2, 4):
        for source in ("field.npy", "field.h5"):
            succeed("savetxt", source, "out.txt", ranks=ranks)
            assert open("out.txt", "rb").read() == open("expected.txt", "rb").read(), (source, ranks)
    np.savetxt("expected.txt", field, fmt="%.4g", delimiter=", ")
    succeed("savetxt", "field.h5", "out.txt", "--dataset", "only", "--fmt", "%.4g", "--delimiter", ", ", ranks=3)
    assert open("out.txt", "rb").read() == open("expected.txt", "rb").read()


def test_types():
    for dtype in ("float32", "int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8"):
        values = np.arange(7).astype(dtype)
        np.save("typed.npy", values)
        with h5py.File("typed.h5", "w") as file:
            file["x"] = values
        fmt = "%.5e" if dtype == "float32" else "%d"
        np.savetxt("expected.txt", values, fmt=fmt)
        for source in ("typed.npy", "typed.h5"):
            succeed("savetxt", source, "out.txt", "--fmt", fmt, ranks=2)
            assert open("out.txt", "rb").read() == open("expected.txt", "rb").read(), (dtype, source)


def refused(code, part, program, *arguments):
    for ranks in (None, 2):
        result = run(program, *arguments, ranks=ranks)
        assert result.code == code, (program, arguments, result.code, result.err)
        assert part in result.err and len(result.err.splitlines()) == 1, (arguments, result.err)


def test_refusals():
    open("some.txt", "w").write("1 2\n")
    np.save("cube.npy", np.zeros((2, 2, 2)))
    with h5py.File("two.h5", "w") as file:
        file["a"], file["b"] = [1.0], [2.0]
    refused(2, ".h5, .hdf5 or .npy", "loadtxt", "some.txt", "out.dat")
    refused(1, "missing.txt", "loadtxt", "missing.txt", "out.npy")
    refused(1, "absent", "loadtxt", "some.txt", "absent/out.npy")
    refused(2, "--dataset: a b", "savetxt", "two.h5", "out.txt")
    refused(1, "the file holds", "savetxt", "two.h5", "out.txt", "--dataset", "c")
    refused(1, "3 axes", "savetxt", "cube.npy", "out.txt")
    refused(2, "required", "savetxt")
    np.save("one.npy", np.zeros(3))
    refused(1, "%q", "savetxt", "one.npy", "bad.txt", "--fmt", "%q")
    assert not os.path.exists("bad.txt")


main(globals())
