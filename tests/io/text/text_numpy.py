#!/usr/bin/env python3
"""loadtxt and savetxt against NumPy's, on random and on nasty files, at several numbers of ranks."""

import gzip
import pathlib
import sys
import warnings

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "driver"))
import driver  # noqa: E402

warnings.simplefilter("ignore")

TYPES = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8"]
FORMATS = ["%.18e", "%.6e", "%.0e", "%g", "%.17g", "%.3f", "%12.4f", "%-12.3e", "%+.5e", "% .4g", "%010.2f",
           "%E", "%G", "%F", "%.e", "%-+10.1f", "%0-8.2f", "%.300f", "%.30e", "%1000.2f"]
INTEGER_FORMATS = ["%d", "%5d", "%05d", "%+d", "% d", "%-6d", "%i", "%+06d"]

# What is not text of numbers for NumPy is none for us; these are the ones taken by both.
NASTY = {
    "bottle": "# 2 3\n1.0 2.0 3.0 \n4.0 5.0 6.0 \n",
    "crlf": "# header\r\n1 2\r\n\r\n3 4\r\n",
    "no_end": "1 2\n3 4",
    "no_end_comment": "1 2\n3 4 # end",
    "comments": "1 2# one\n#\n   # two\n3 4   #\n\n\n",
    "blanks": "  \t1\v2\f3  \n\t\n4 5 6\n   \n",
    "signs": "+1 -1 +1.5e+3 -.5 5. 1E-5\n+0 -0 0 00012 1e0 1e00000\n",
    "special": "nan NaN -nan +nan inf -INF +Infinity iNfInItY\n1 2 3 4 5 6 7 8\n",
    "extremes": "1e400 -1e400 1e-400 4.9e-324 1.7976931348623157e308 1.7976931348623159e308 2.2250738585072014e-308 "
                "2.4703282292062328e-324\n" + "1 " * 8 + "\n",
    "long_number": "0." + "123456789" * 90 + " " + "1" * 300 + "\n",
    "one": "42\n",
    "column": "1\n2\n3\n",
    "row": "1 2 3 4 5\n",
    "wide": " ".join(str(k) for k in range(3000)) + "\n" + " ".join(str(-k) for k in range(3000)),
    "long_comment": "# " + "x" * 5000 + "\n1 2\n# " + "y" * 5000 + "\n3 4\n",
}
NASTY_DELIMITED = {
    "csv": ("1,2,3\n4,5,6\n", ","),
    "csv_blanks": (" 1 , 2\t,3\n\n4 ,5, 6 \r\n", ","),
    "csv_comment": ("x,y\n1;2 # a;b\n3;4\n", ";"),
    "tabs": ("1\t2 \t 3\n4\t5\t6\n", "\t"),
    "one_blank": ("1 2 3\n4 5 6\n", " "),
}


def same(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def same_numbers(a, b):
    """Equal, signs of zeros included; one nan is as good as another."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    if a.dtype.kind != "f":
        return np.array_equal(a, b)
    return np.array_equal(a, b, equal_nan=True) and np.array_equal(
        np.signbit(a[~np.isnan(a)]), np.signbit(b[~np.isnan(b)]))


def random_array(rng, dtype, shape):
    count = int(np.prod(shape))
    generator = np.random.default_rng(rng.randrange(2**32))
    if dtype == "b1":
        return generator.integers(0, 2, count).astype(bool).reshape(shape)
    if dtype[0] in "iu":
        info = np.iinfo(dtype)
        return generator.integers(info.min, info.max, count, dtype=dtype, endpoint=True).reshape(shape)
    bits = generator.integers(0, 2**(8 * int(dtype[1])), count, dtype="u" + dtype[1])
    values = bits.view(dtype)
    values[np.isnan(values)] = np.nan
    mild = generator.normal(size=count).astype(dtype)
    return np.where(generator.random(count) < 0.5, values, mild).astype(dtype).reshape(shape)


class Checks:
    """Commands, and what must hold afterwards."""

    def __init__(self, folder):
        self.folder = folder
        self.commands = []
        self.checks = []

    def name(self, ending):
        return self.folder / f"{len(self.commands)}{ending}"

    def load(self, text, dtype="f8", ndim=2, comments="#", delimiter="", skiprows=0, usecols=None,
             max_rows=-1, unpack=False, quotechar="", ending=".txt"):
        """Several comment signs come as a list."""
        path = self.name(ending)
        with (gzip.open if ending == ".gz" else open)(path, "wb") as file:
            file.write(text.encode())
        expected = np.loadtxt(path, dtype=dtype, ndmin=ndim, comments=comments or None,
                              delimiter=delimiter or None, skiprows=skiprows, usecols=usecols,
                              max_rows=None if max_rows < 0 else max_rows, unpack=unpack,
                              quotechar=quotechar or None)
        self.loads_as(expected, path, dtype, ndim, comments, delimiter, skiprows, usecols, max_rows, unpack,
                      quotechar)

    def load_with_gaps(self, text, missing, filling, delimiter=",", **options):
        path = self.name(".txt")
        path.write_bytes(text.encode())
        expected = np.genfromtxt(path, delimiter=delimiter, missing_values=missing, filling_values=filling,
                                 **options)
        self.loads_as(np.atleast_2d(expected), path, delimiter=delimiter, missing=missing, filling=filling,
                      **options)

    def loads_as(self, expected, path, dtype="f8", ndim=2, comments="#", delimiter="", skiprows=0, usecols=None,
                 max_rows=-1, unpack=False, quotechar="", missing=(), filling=""):
        ended = "".join
        signs = ended(sign + "," for sign in ([comments] if isinstance(comments, str) else comments))
        columns = ended(f"{c}," for c in usecols or ())
        text = path.name
        for mode in driver.MODES:
            out = self.name(".npy")
            self.commands.append(["loadtxt", mode, path, out, dtype, ndim, signs, delimiter, skiprows, columns,
                                  max_rows, int(unpack), quotechar, ended(m + "," for m in missing), filling])
            self.checks.append((repr(text[:60]) + f" {dtype} {mode}",
                                lambda out=out: same_numbers(np.load(out), expected)))

    def save(self, array, fmt="%.18e", delimiter=" ", newline="\n", header="", footer="", comments="# "):
        source, wanted = self.name(".in.npy"), self.name(".numpy")
        np.save(source, array)
        np.savetxt(wanted, array, fmt=fmt, delimiter=delimiter, newline=newline, header=header,
                   footer=footer, comments=comments)
        formats = "".join(f + "\n" for f in ([fmt] if isinstance(fmt, str) else fmt))
        for mode in driver.MODES:
            out = self.name(".out")
            self.commands.append(["savetxt", mode, source, out, formats, delimiter, newline, header, footer, comments])
            self.checks.append((f"savetxt {array.dtype} {array.shape} {fmt} {mode}",
                                lambda out=out: out.read_bytes() == wanted.read_bytes()))

    def run(self, ranks):
        results = driver.run(self.commands, ranks, self.folder)
        failed = 0
        for result, (what, holds) in zip(results, self.checks):
            if result != "ok" or not holds():
                print(f"{ranks} ranks: {what}: {result}")
                failed += 1
        print(f"{ranks} ranks: {len(self.checks)} comparisons, {failed} failed")
        return failed


def add_loads(checks, rng):
    for text in NASTY.values():
        checks.load(text)
        checks.load(text, "f4")
    for text, delimiter in NASTY_DELIMITED.values():
        checks.load(text, delimiter=delimiter, skiprows=1 if text[0] == "x" else 0)
    checks.load("a b\n# c\n\n1 2\n3 4\n", skiprows=2)
    checks.load("1 2 // c\n//\n3 4\n", comments="//")
    checks.load("1\n2\n", ndim=1)
    checks.load("1 2 3\n", ndim=1)
    checks.load("-128 +127 0\n", "i1")
    checks.load("18446744073709551615 0\n", "u8")
    checks.load("0 1 2 -1\n", "b1")
    for _ in range(20):
        dtype = rng.choice(TYPES)
        array = random_array(rng, dtype, (rng.randrange(1, 40), rng.randrange(1, 12)))
        fmt = "%d" if dtype[0] in "biu" else "%." + str(rng.randrange(0, 20)) + rng.choice("eg")
        delimiter = rng.choice([" ", ",", "\t", "; "])
        text = "\n".join(delimiter.join(fmt % x for x in row) for row in array)
        checks.load(text, dtype, delimiter=delimiter.strip(" "))


def add_loads_with_options(checks, rng):
    table = "# a b c d\n" + "".join(f"{k} {k + 0.5} -{k} {k * k}\n# {k}\n\n" for k in range(30))
    for usecols in ([0], [2, 0], [-1], [1, 1, -4, 3]):
        checks.load(table, usecols=usecols)
        checks.load(table, usecols=usecols, unpack=True, max_rows=7)
    checks.load("1 2 3\n4 5\n6 7 8 9\n", usecols=[1, 0])
    checks.load("name,1,x\nother,2,y\n", delimiter=",", usecols=[1], dtype="i4")
    for max_rows in (1, 2, 29, 30, 31, 1000):
        checks.load(table, max_rows=max_rows)
        checks.load(table, max_rows=max_rows, skiprows=rng.randrange(5))
    checks.load("1 2\n\n# no row\n3 4\nnot a number\n", max_rows=2)
    checks.load(table, unpack=True)
    checks.load("1 2 3\n", ndim=1, unpack=True)
    checks.load("1 2 // one\n% two\n3 4 # three\n# // %\n", comments=["#", "//", "%"])
    checks.load("1 #2\n3 #4\n", comments=["##", "#"])
    for text in ('"1","2"\n3,"4"\n', '"1", 2 # "c"\n"3",4\n', '"+1e3","nan"\n"1" ,"2"\n'):
        checks.load(text, delimiter=",", quotechar='"')
    checks.load("'1' 2\n3\t'4'\n", quotechar="'")
    checks.load('"a,b#c",1,2\n"",3,4\n"d""e",5,6\n', delimiter=",", quotechar='"', usecols=[2, 1])
    checks.load(table, ending=".gz")
    checks.load("1 2 3\n" * 100000, ending=".gz", dtype="f4", max_rows=99999)
    checks.load_with_gaps("1,,3\n,5,6\n7,8,\n", (), -1.5)
    checks.load_with_gaps("1,NA,3\n4,5,n/a\nNA,NA,9\n", ("NA", "n/a"), 0)
    checks.load_with_gaps("1;2\n-;4\n", ("-",), 1e300, delimiter=";")
    checks.load_with_gaps("1,x,3\n4,x,\n", (), 7, usecols=[0, 2])


def add_saves(checks, rng):
    special = np.array([[0.0, -0.0, np.nan, -np.nan], [np.inf, -np.inf, 1e300, -1e-300], [0.5, -0.5, 9.9999999e99, 3e-324]])
    for fmt in FORMATS:
        checks.save(special, fmt)
        checks.save(random_array(rng, "f4", (5, 3)), fmt)
        checks.save(random_array(rng, rng.choice(["i8", "u8", "b1"]), (5, 3)), fmt)
    for fmt in INTEGER_FORMATS:
        checks.save(np.array([[0.0, -0.0, 3.7, -3.7], [1e22, -1e300, -0.5, 255]]), fmt)
        for dtype in TYPES[:9]:
            checks.save(random_array(rng, dtype, (4, 3)), fmt)
    for fmt in ("%s", "%12s", "%-9s", "x=%.3f", "<%d>"):
        checks.save(random_array(rng, "f8", (30, 3)) if fmt != "<%d>" else np.eye(3), fmt, delimiter=", ")
    for array in ([1e15, 1e16, 123456789012345680.0, 9999999999999998.0, 1e-4, 9.99e-5, 1e22, 0.0, -0.0, 0.1, 1 / 3],
                  [np.nan, np.inf, -np.inf, 5e-324, 1.7976931348623157e308]):
        checks.save(np.array([array]), "%s")
    for dtype in ("f4", "b1", "i1", "u8"):
        checks.save(random_array(rng, dtype, (20, 2)), "%s")
        checks.save(random_array(rng, dtype, (20, 2)), "%6s")
    checks.save(random_array(rng, "f8", (6, 3)), ["%.3e", "%10.4f", "%g"], delimiter=" | ")
    checks.save(np.arange(12.0).reshape(4, 3), "%d: %.2f (%s)", newline=";\n")
    checks.save(np.arange(4.0), "at %g")
    for shape in [(1, 1), (7,), (0, 3), (3, 0), (0,), (100, 2), (2, 100), (1000, 1)]:
        checks.save(random_array(rng, "f8", shape))
    checks.save(special, header="a\nb", footer="c\n")
    checks.save(special, header="x,y", comments="", delimiter=",", newline="\r\n")
    checks.save(special, delimiter="", newline="", fmt="%+.3e")
    checks.save(np.zeros((0, 2)), header="nothing", footer="end")
    checks.save(random_array(rng, "f8", (20000, 7)))


def main():
    rng = driver.seed()
    with driver.scratch() as name:
        checks = Checks(pathlib.Path(name))
        add_loads(checks, rng)
        add_loads_with_options(checks, rng)
        add_saves(checks, rng)
        failed = sum(checks.run(ranks) for ranks in driver.RANKS)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
