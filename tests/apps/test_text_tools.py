"""tessera-loadtxt and tessera-savetxt against NumPy and h5py."""

import gzip
import json
import os
import pty
import resource
import signal
import subprocess
import time

import h5py
import numpy as np

from programs import BIN, LIMIT, bottle, main, refused, run, succeed


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


def test_pipes_and_devices():
    """Nothing is replaced there, so the text goes straight through."""
    field = np.arange(60000.0).reshape(20000, 3)
    np.save("piped.npy", field)
    np.savetxt("expected.txt", field, fmt="%g")
    expected = open("expected.txt").read()
    os.mkfifo("pipe")
    for ranks in (None, 3):
        with open("caught.txt", "w") as caught, subprocess.Popen(["cat", "pipe"], stdout=caught) as reader:
            succeed("savetxt", "piped.npy", "pipe", "--fmt", "%g", ranks=ranks)
            assert reader.wait(LIMIT) == 0
        assert open("caught.txt").read() == expected
        assert succeed("savetxt", "piped.npy", "/dev/stdout", "--fmt", "%g", ranks=ranks).out == expected
    succeed("savetxt", "piped.npy", "/dev/null", ranks=2)
    refused(1, "/dev/full", "savetxt", "piped.npy", "/dev/full")


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


def test_chunks_and_filters():
    table = np.arange(6000.0).reshape(600, 10)
    np.savetxt("table.txt", table)
    cases = [(["--chunk", "64,3"], (64, 3), None, False, False), (["--chunk", "auto"], (600, 10), None, False, False),
             (["--deflate", 4, "--shuffle"], None, 4, True, False),
             (["--chunk", "600,2", "--fletcher32", "--deflate", 9], (600, 2), 9, False, True)]
    for options, chunks, deflate, shuffle, fletcher32 in cases:
        files = []
        for ranks in (None, 3):
            succeed("loadtxt", "table.txt", "table.h5", "--dataset", "/a/table", "--force", *options, ranks=ranks)
            files.append(open("table.h5", "rb").read())
            with h5py.File("table.h5") as file:
                data = file["a/table"]
                np.testing.assert_array_equal(data[...], table)
                assert data.chunks == chunks or chunks is None and data.chunks, data.chunks
                assert (data.compression_opts, data.shuffle, data.fletcher32) == (deflate, shuffle, fletcher32), options
        assert files[0] == files[1], options
        assert succeed("savetxt", "table.h5", "-", "--fmt", "%g").out.split("\n")[1] == "10 11 12 13 14 15 16 17 18 19"
    refused(2, "HDF5", "loadtxt", "table.txt", "new.npy", "--chunk", "2,2")
    refused(2, "HDF5", "loadtxt", "table.txt", "new.npy", "--shuffle")
    refused(2, "--chunk has '0'", "loadtxt", "table.txt", "new.h5", "--chunk", "0,2")
    refused(2, "--chunk has 'x'", "loadtxt", "table.txt", "new.h5", "--chunk", "x,2")
    refused(2, "--chunk has 3 numbers", "loadtxt", "table.txt", "new.h5", "--chunk", "1,2,3")
    refused(2, "--deflate is 10", "loadtxt", "table.txt", "new.h5", "--deflate", "10")
    assert not os.path.exists("new.h5") and not os.path.exists("new.npy")


def test_line_ends():
    np.save("ends.npy", np.arange(4.0).reshape(2, 2))
    succeed("savetxt", "ends.npy", "ends.txt", "--fmt", "%g", "--newline", "\\r\\n", "--force", ranks=2)
    assert open("ends.txt", "rb").read() == b"0 1\r\n2 3\r\n"


def test_nothing_half_written():
    """A file-size limit stands in for a full disk: the old file stays, no temporary is left."""
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20 << 20, 20 << 20))

    with open("long.txt", "w") as out:
        out.write("0 0\n" * 1500000)
    np.save("long.npy", np.zeros((500000, 2)))
    os.makedirs("full", exist_ok=True)
    for program, source, target in [("loadtxt", "long.txt", "out.h5"), ("loadtxt", "long.txt", "out.npy"),
                                    ("savetxt", "long.npy", "out.txt")]:
        with open("full/" + target, "w") as out:
            out.write("old")
        for ranks in (None, 2):
            result = run(program, source, "full/" + target, "--force", ranks=ranks, preexec_fn=limit)
            assert result.code == 1 and "full/" + target in result.err, (program, target, result.code, result.err)
            assert open("full/" + target).read() == "old"
        os.remove("full/" + target)
    assert os.listdir("full") == [], os.listdir("full")


def test_progress_on_a_terminal():
    """Where stderr is a terminal, and only when it takes longer than a second."""
    for seconds, shown in [(0, False), (4, True)]:
        master, slave = pty.openpty()
        process = subprocess.Popen([os.path.join(BIN, "tessera-loadtxt"), "-", "slow.npy", "--force"],
                                   stdin=subprocess.PIPE, stderr=slave)
        os.close(slave)
        process.stdin.write(b"1 2\n3 4\n")
        process.stdin.flush()
        time.sleep(seconds)
        process.stdin.write(b"5 6\n")
        process.stdin.close()
        assert process.wait(LIMIT) == 0
        text = b""
        try:
            while data := os.read(master, 1000):
                text += data
        except OSError:  # the terminal's other end is closed
            pass
        os.close(master)
        assert (b"byte 8" in text) == shown, text
        np.testing.assert_array_equal(np.load("slow.npy"), [[1, 2], [3, 4], [5, 6]])


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
