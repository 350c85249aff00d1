#!/usr/bin/env python3
"""npy files against NumPy: what is read and written again must have the bytes of numpy.save."""

import io
import pathlib
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "driver"))
import driver  # noqa: E402

TYPES = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16", "S1", "S7"]
SHAPES = [(1,), (0,), (17,), (3, 4), (1, 9), (9, 1), (0, 3), (3, 0), (2, 3, 4), (1, 1, 11), (7, 1, 2), (0, 2, 2),
          (2, 3, 2, 3), (1, 2, 1, 5), (123456, 1), (1, 1, 1, 1), (0, 10**9, 10**8), (10**16, 0), (10**8, 10**7, 0, 10),
          (10**15, 0, 1, 1)]


def bytes_of(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue()


def random_array(rng, dtype, shape):
    data = np.random.default_rng(rng.randrange(2**32)).bytes(int(np.prod(shape)) * np.dtype(dtype).itemsize)
    if dtype == "b1":
        return (np.frombuffer(data, "u1") % 2 == 1).reshape(shape)
    if dtype[0] == "S":
        data = data.replace(b"\0", b"z")  # NumPy's own strings have none but at their ends
    return np.frombuffer(data, dtype).reshape(shape)


def good_files(rng):
    """Bytes of files, and those that numpy.save writes for the same array."""
    for dtype in TYPES:
        for shape in SHAPES:
            if 0 in shape and np.prod([n or 1 for n in shape], dtype=object) * np.dtype(dtype).itemsize >= 2**63:
                continue
            array = random_array(rng, dtype, shape)
            stored = array
            if rng.random() < 0.5:
                stored = np.asfortranarray(stored)
            if rng.random() < 0.5:
                stored = stored.astype(stored.dtype.newbyteorder(">"))
            yield bytes_of(stored, rng.choice([(1, 0), (2, 0), (3, 0)])), bytes_of(array)


    headers = [
        b" \t{ 'descr':'<f8' ,'fortran_order':False\t,\n'shape' :( 3 , )\f}\r\n  ",
        b'{"shape":(3,),"fortran_order":False,"descr":"f8"}',
        b"{'descr': '=f8', 'fortran_order': False, 'shape': (3L,), }\n",
    ]
    numbers = np.arange(3.0)
    yield bytes_of(numbers.astype("f2")), bytes_of(numbers)
    for text in headers:
        yield with_header(text, numbers.tobytes()), bytes_of(numbers)
        yield with_header(text, numbers.tobytes(), 3), bytes_of(numbers)


def with_header(text, data=bytes(24), version=1):
    return b"\x93NUMPY" + bytes([version, 0]) + len(text).to_bytes(2 if version == 1 else 4, "little") + text + data


def bad_files():
    """Bytes of files, and a part of the message."""
    good = bytes_of(np.arange(3.0))
    yield b"", "not an npy file"
    yield good[:7], "ends inside the header"
    yield b"\x93NUMPX" + good[6:], "not an npy file"
    yield good[:6] + b"\x04\x00" + good[8:], "version"
    yield good[:100], "ends inside the header"
    for end in (128, 129, len(good) - 1):
        yield good[:end], "truncated or damaged"
    yield good + b"\0", "truncated or damaged"
    yield bytes_of(np.array(1.0)), "dimensions"
    yield bytes_of(np.zeros((1,) * 5)), "5 dimensions"
    yield bytes_of(np.zeros(3, "U5")), "'<U5'"
    yield with_header(b"{'descr': '|S0', 'fortran_order': False, 'shape': (3,)}", b""), "'|S0'"
    yield with_header(b"{'descr': '|S99999999999', 'fortran_order': False, 'shape': (0,)}", b""), "'|S99999999999'"
    yield with_header("{'descr': '<f8', 'fortran_order': False, 'sha\u00e4pe': (3,)}".encode(), bytes(24), 3), "unknown"
    yield bytes_of(np.zeros(3, "M8[s]")), "'<M8[s]'"
    yield bytes_of(np.zeros(3, "f8,i4")), "'[('f0', '<f8'), ('f1', '<i4')]', not float64"
    file = io.BytesIO()
    np.save(file, np.array([{}, 1], dtype=object), allow_pickle=True)
    yield file.getvalue(), "'|O'"
    for text, what in [
            (b"", "no dictionary"), (b"[]", "no dictionary"), (b"{}", "key is missing"),
            (b"{'descr': '<f8', 'shape': (3,), }", "key is missing"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'x': 1}", "unknown or there twice"),
            (b"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (3,)}", "unknown or there twice"),
            (b"{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}", "no bool"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}", "no tuple"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (3)}", "no tuple"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (3,,)}", "no tuple"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (3.0,)}", "no tuple"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': 3}", "no tuple"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (3,)", "comma is missing"),
            (b"{'descr': '<f8' 'fortran_order': False, 'shape': (3,)}", "comma is missing"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (3,)} x", "something follows"),
            (b"{'descr': '<f8\\'', 'fortran_order': False, 'shape': (3,)}", "neither a plain type nor a list"),
            (b"{'descr': '', 'fortran_order': False, 'shape': (3,)}", "neither a plain type nor a list"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 8)}", "no tuple"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (900000000000000000, 9)}", "more bytes than can"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000)}", "truncated or damaged"),
            (b"{'descr': '<f8', 'fortran_order': False, 'shape': (" + b"1," * 65 + b")}", "no tuple"),
    ]:
        yield with_header(text), what
    yield good[:6] + b"\x02\x00" + (2**31).to_bytes(4, "little") + good[12:], "too long"


def prepare(folder, rng):
    """Commands, and a function for each that tells whether its result is right."""
    commands, checks = [], []
    for k, (given, wanted) in enumerate(good_files(rng)):
        source = folder / f"{k}.npy"
        source.write_bytes(given)
        for mode in driver.MODES:
            out = folder / f"{k}.{mode}.npy"
            commands.append(["copy", mode, source, out])
            checks.append(lambda result, out=out, wanted=wanted: result == "ok" and out.read_bytes() == wanted)
    for k, (given, what) in enumerate(bad_files()):
        source, out = folder / f"bad{k}.npy", folder / "never.npy"
        source.write_bytes(given)
        for mode in driver.MODES:
            commands.append(["copy", mode, source, out])
            checks.append(lambda result, what=what: what in result and "rank" not in result and not out.exists())
    return commands, checks


def main():
    rng = driver.seed()
    failed = 0
    with driver.scratch() as name:
        folder = pathlib.Path(name)
        commands, checks = prepare(folder, rng)
        for ranks in driver.RANKS:
            results = driver.run(commands, ranks, folder)
            bad = [(c, r) for c, r, holds in zip(commands, results, checks) if not holds(r)]
            for command, result in bad:
                print(f"{ranks} ranks: {' '.join(map(str, command))}: {result}")
            print(f"{ranks} ranks: {len(commands)} files, {len(bad)} failed")
            failed += len(bad)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
