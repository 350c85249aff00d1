"""tessera-loadtxt and tessera-savetxt against NumPy and h5py."""

import gzip
import json
import os

import h5py
import numpy as np

from programs import bottle, main, run, succeed


def test_text_to_binary():
    path = bottle()
    expected = np.loadtxt(path)
    for ranks in (None, 2, 3):
        succeed("loadtxt", path, "out.npy", "--force", ranks=ranks)
        assert np.load("out.npy").tobytes() == expected.tobytes()
        succeed("loadtxt", path, "out.h5", "--dataset", "a/b", "--force", ranks=ranks)
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
            succeed("savetxt", source, "out.txt", "--force", ranks=ranks)
            assert open("out.txt", "rb").read() == open("expected.txt", "rb").read(), (source, ranks)
    np.savetxt("expected.txt", field, fmt="%.4g", delimiter=", ")
    succeed("savetxt", "field.h5", "out.txt", "--dataset", "only", "--fmt", "%.4g", "--delimiter", ", ", "--force",
            ranks=3)
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
            succeed("savetxt", source, "out.txt", "--fmt", fmt, "--force", ranks=2)
            assert open("out.txt", "rb").read() == open("expected.txt", "rb").read(), (dtype, source)


def test_options_of_loadtxt():
    text = "x,y\n1,2\n3,NA\n,6\n; c\n7,8\n"
    open("gaps.csv", "w").write(text)
    with gzip.open("gaps.csv.gz", "wt") as file:
        file.write(text)
    for source in ("gaps.csv", "gaps.csv.gz", "-"):
        for ranks in (None, 3):
            succeed("loadtxt", source, "gaps.npy", "--delimiter", ",", "--skiprows", "1", "--comments", ";,%",
                    "--missing", "NA,none", "--filling", "-1", "--dtype", "int16", "--usecols", "1,0", "--max-rows", "3",
                    "--force", ranks=ranks, stdin=text if source == "-" else None)
            found = np.load("gaps.npy")
            assert found.dtype == np.int16
            np.testing.assert_array_equal(found, [[2, 1], [-1, 3], [6, -1]])
    succeed("loadtxt", "gaps.csv", "gaps.npy", "--delimiter", ",", "--skiprows", "1", "--comments", ";", "--usecols", "1",
            "--filling", "0", "--missing", "NA", "--unpack", "--force", ranks=2)
    np.testing.assert_array_equal(np.load("gaps.npy"), [[2, 0, 6, 8]])
    open("quoted.csv", "w").write("'1','2'\n")
    succeed("loadtxt", "quoted.csv", "quoted.npy", "--delimiter", ",", "--quotechar", "'")
    np.testing.assert_array_equal(np.load("quoted.npy"), [[1, 2]])


def test_options_of_savetxt():
    table = np.arange(6.0).reshape(3, 2)
    np.save("table.npy", table)
    np.savetxt("expected.txt", table, fmt=["%d", "%.2f"], delimiter="\t", header="a\nb", footer="end", comments="% ")
    expected = open("expected.txt").read()
    options = ["--fmt", "%d,%.2f", "--delimiter", "\\t", "--header", "a\\nb", "--footer", "end", "--comments", "% "]
    for ranks in (None, 1, 4):
        assert succeed("savetxt", "table.npy", "-", *options, ranks=ranks).out == expected


def test_summary():
    np.savetxt("five.txt", np.zeros((5, 3)))
    for ranks in (None, 2):
        summary = json.loads(succeed("loadtxt", "five.txt", "five.npy", "--json", "--force", ranks=ranks).out)
        assert summary.pop("seconds") >= 0
        assert summary == {"input": "five.txt", "output": "five.npy", "dtype": "float64", "shape": [5, 3],
                           "ranks": ranks or 1}
    summary = json.loads(succeed("savetxt", "five.npy", "five \"q\".txt", "--json").out)
    assert (summary["output"], summary["shape"]) == ('five "q".txt', [5, 3])


def test_nothing_is_overwritten():
    open("in.txt", "w").write("1 2\n")
    open("kept.npy", "w").write("old")
    refused(2, "--force", "loadtxt", "in.txt", "kept.npy")
    np.save("one.npy", np.zeros(3))
    open("kept.txt", "w").write("old")
    refused(2, "--force", "savetxt", "one.npy", "kept.txt")
    assert open("kept.npy").read() + open("kept.txt").read() == "oldold"


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
    refused(1, "missing.txt", "loadtxt", "missing.txt", "new.npy")
    refused(1, "absent", "loadtxt", "some.txt", "absent/out.npy")
    refused(2, "--dataset: a b", "savetxt", "two.h5", "new.txt")
    refused(1, "the file holds", "savetxt", "two.h5", "new.txt", "--dataset", "c")
    refused(1, "3 axes", "savetxt", "cube.npy", "new.txt")
    refused(2, "required", "savetxt")
    refused(2, "--quotechar", "loadtxt", "some.txt", "new.npy", "--quotechar", "ab")
    refused(2, "--dtype", "loadtxt", "some.txt", "new.npy", "--dtype", "float16")
    refused(2, "stdout", "savetxt", "cube.npy", "-", "--json")
    refused(1, "no rows", "loadtxt", "some.txt", "new.npy", "--skiprows", "1")
    np.save("one.npy", np.zeros(3))
    refused(1, "%q", "savetxt", "one.npy", "bad.txt", "--fmt", "%q")
    assert not os.path.exists("bad.txt")


main(globals())
