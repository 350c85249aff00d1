"""Arrays as text, byte for byte what NumPy prints."""

import numpy as np

from arrays import random_values, strided_array
from driver import rng
from functions import Calls, Raises

calls = Calls()
CASES = 600
TYPES = "? b H i l L f d d d F D S1 S5".split()
LETTERS = [b"", b"a", b"abc", b"it's", b'"', b"'\"", b"a\\b", b"\t\n\r", b"\x00\x01", b"\x7f\xff", b"hello"]


def real_values(count, dtype):
    """Numbers of the magnitudes and with the digits that decide about formats."""
    kind = rng.randrange(6)
    spread = rng.choice([0.5, 2, 3, 5, 9, 12, 40])
    middle = rng.choice([0, 0, 0, -4, 4, 7, 8])
    values = [rng.choice([-1, 1, 1]) * 10 ** (middle + rng.uniform(-spread, spread)) for _ in range(count)]
    if kind == 0:
        values = [float(rng.randint(-1000, 1000)) for _ in range(count)]
    elif kind == 1:
        values = [round(v, rng.randint(0, 9)) for v in values]
    elif kind == 2:
        values = [float(f"{v:.{rng.randint(0, 5)}e}") for v in values]
    elif kind == 3:
        with np.errstate(all="ignore"):
            return random_values(count, dtype)  # all bits
    special = rng.choice([[], [], [], [np.nan], [np.inf], [-np.inf, 0.0], [-0.0], [np.nan, np.inf]])
    with np.errstate(all="ignore"):
        return np.array([rng.choice(special) if special and rng.random() < 0.3 else v for v in values], dtype)


def values_of(count, dtype):
    if dtype.kind == "S":
        return np.array([rng.choice(LETTERS)[: dtype.itemsize] for _ in range(count)], dtype)
    if dtype.kind == "f":
        return real_values(count, dtype)
    if dtype.kind == "c":
        part = dtype.type(0).real.dtype
        result = np.empty(count, dtype)
        result.real, result.imag = real_values(count, part), real_values(count, part)
        return result
    if dtype.kind in "iu" and rng.random() < 0.5:
        return np.array([rng.randint(0, 10 ** rng.randint(0, 2)) for _ in range(count)], dtype)
    return random_values(count, dtype)


def random_array():
    ndim = rng.randint(1, 3)
    largest = rng.choice([3, 12, {1: 40, 2: 12, 3: 6}[ndim]])
    shape = [rng.randint(rng.choice([0, 1, 1, 1]), largest) for _ in range(ndim)]
    a = strided_array(shape, rng.choice(TYPES))[1]
    a[...] = values_of(a.size, a.dtype).reshape(shape)
    return a


def format_with(a, precision=8, threshold=1000, edgeitems=3, linewidth=75, suppress=False, separator=" "):
    expected = np.array2string(a, precision=precision, threshold=threshold, edgeitems=edgeitems,
                               max_line_width=linewidth, suppress_small=suppress, separator=separator)
    calls.add("format", (a, precision, threshold, edgeitems, linewidth, suppress, separator), expected)


def options():
    chosen = {}
    if rng.random() < 0.3:
        chosen["precision"] = rng.choice([0, 1, 2, 3, 4, 6, 12, 17, 20])
    if rng.random() < 0.3:
        chosen["threshold"] = rng.choice([0, 5, 20])
    if rng.random() < 0.2:
        chosen["edgeitems"] = rng.choice([1, 2, 5])
    if rng.random() < 0.2:
        chosen["linewidth"] = rng.choice([5, 20, 40, 79, 200])
    if rng.random() < 0.2:
        chosen["suppress"] = True
    if rng.random() < 0.2:
        chosen["separator"] = rng.choice([", ", ",", "  ", " | "])
    return chosen


SPECS = {
    "f": ["f", "e", "g", ".3f", ".0e", "8.2f", "+.1f", " .2f", "012.3f", "<9.1f", "^11.2e", ">10g", "*^12.1f", ".10g",
          "E", "G", "x>8.0f"],
    "i": ["", "d", "5d", "05d", "+d", " d", "x", "X", "b", "o", "#x", "#b", "<6", "^7", "-^9d", "#012x"],
    "S": ["", "s", "8", ">8", "^7s", ".2s", "*<6.3"],
    "?": ["d", "3d", "b"],
}


def by_spec():
    a = random_array()
    kind = {"c": "f", "u": "i", "b": "?"}.get(a.dtype.kind, a.dtype.kind)
    spec = rng.choice(SPECS[kind])
    if a.dtype.kind == "c":
        a = a.real.copy()
    if kind == "f" and "0" in spec[:1]:  # std::format has no zeros before inf, Python has
        a = np.nan_to_num(a)

    def one(x):
        return format(x.decode("latin1") if kind == "S" else x.item(), spec)

    if kind == "S":  # NumPy fails on empty words and breaks others at line ends
        plain = [rng.choice([b"a", b"abc", b"hello", b"it's"])[: a.itemsize] for _ in range(a.size)]
        a = np.array(plain, a.dtype).reshape(a.shape)
    expected = np.array2string(a, formatter={"all": one})
    calls.add("format_spec", (a, rng.choice([spec, "{:" + spec + "}"])), expected)


PROBE = np.dtype([("id", np.int32), ("x", float), ("table", np.float32, (2, 3)), ("name", "S5"),
                  ("readings", [("z", np.complex64), ("good", bool)], (2,))])


def structs():
    shape = (rng.randint(1, 5), rng.randint(1, 5))
    a = np.empty(shape, PROBE)
    parts = []
    for part in (a["id"], a["x"], a["table"], a["name"], a["readings"]["z"], a["readings"]["good"]):
        part[...] = values_of(part.size, part.dtype).reshape(part.shape)
        parts.append(part.copy())
    lone = a["id"].astype(np.uint8).view([("number", np.uint8)])
    threshold = rng.choice([1000, 5])
    calls.add("format_structs", (*parts, threshold), np.array2string(a, threshold=threshold), str(lone))


def examples():
    grid = np.arange(1200).reshape(30, 40)
    format_with(grid)
    format_with(grid * 0.5)
    format_with(np.zeros((2, 3, 4)))
    format_with(np.linspace(0, 1, 1001), edgeitems=2)
    format_with(np.array([1e-9, 6e-9, 5e-9, 1.0]), suppress=True)
    format_with(np.array([np.nan, np.inf]))
    format_with(np.array([5e-324, 1.7976931348623157e308]), precision=17)
    format_with(np.array([1e8 - 0.5, 99999999.0]), precision=0)
    format_with(np.zeros((3, 0)))
    doubles = np.zeros(2)
    for spec in ["d", "q", "8.f", "{:", ":f", "<<<", "99999f", "#f"]:
        calls.add("format_spec", (doubles, spec), Raises(spec))
    calls.add("format", (doubles, -1, 1000, 3, 75, False, " "), Raises("precision", "-1"))
    calls.add("format", (doubles, 8, 1000, 0, 75, False, " "), Raises("edgeitems", "0"))


for _ in range(CASES):
    format_with(random_array(), **options())
for _ in range(CASES // 3):
    by_spec()
for _ in range(CASES // 6):
    structs()
examples()
calls.run()
