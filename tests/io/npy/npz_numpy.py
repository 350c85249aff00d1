#!/usr/bin/env python3
"""npz files against NumPy and Python's zipfile: what either writes, the other must read."""

import pathlib
import struct
import sys
import warnings
import zipfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "driver"))
import driver  # noqa: E402

TYPES = ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16", "S1", "S7"]
SHAPES = [(17,), (0,), (1,), (3, 4), (0, 3), (300, 200), (2, 3, 4), (7, 0, 2)]


def random_array(rng, dtype, shape):
    values = np.random.default_rng(rng.randrange(2**32)).integers(0, 100, shape)
    array = (values % 2 == 0) if dtype == "b1" else values.astype(dtype)
    array = np.asfortranarray(array) if rng.random() < 0.3 else array
    return array.astype(array.dtype.newbyteorder(">")) if rng.random() < 0.3 else array


def good_archives(folder, rng):
    """Archives, and what is in them."""
    for save in (np.savez, np.savez_compressed):
        for dtype in TYPES:
            arrays = {f"a{k}": random_array(rng, dtype, shape) for k, shape in enumerate(SHAPES)}
            yield arrays, lambda path, save=save, arrays=arrays: save(path, **arrays)
    odd = {"inner/name": np.arange(3.0), "Grüße": np.arange(4), "arr 0": np.ones((2, 2))}
    yield odd, lambda path: np.savez(path, **odd)
    yield {}, lambda path: np.savez(path)

    def with_others(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("read.me", "no array")
            archive.writestr("folder/", "")
            with archive.open("x.npy", "w") as file:
                np.save(file, np.arange(5.0))
        path.write_bytes(path.read_bytes()[:-2] + struct.pack("<H", 5) + b"Hello")  # a comment

    yield {"x": np.arange(5.0)}, with_others


def write_raw(path, members, method=zipfile.ZIP_STORED):
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", method) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, method)


def npy(array):
    import io
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def patched(path, find, replacement, offset=0):
    data = bytearray(path.read_bytes())
    at = data.rfind(find) + offset
    data[at:at + len(replacement)] = replacement
    path.write_bytes(bytes(data))


def bad_archives():
    """Functions that write an archive, and a part of the message."""
    good = npy(np.arange(1000.0))
    yield lambda path: path.write_bytes(b""), "not an npz file"
    yield lambda path: path.write_bytes(good), "not an npz file"
    for name in ("/x.npy", "../x.npy", "a/../../x.npy", "C:x.npy"):
        yield lambda path, name=name: write_raw(path, [(name, good)]), f"called '{name}': it leads out"
    yield lambda path: write_raw(path, [("a\x01.npy", good)]), "control characters"
    yield lambda path: write_raw(path, [("x.npy", good), ("x.npy", good)]), "have the same name"
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        yield lambda path, method=method: write_raw(path, [("x.npy", good)], method), "[x]': it is packed by"
    yield lambda path: write_raw(path, [("x.npy", b"")]), "[x]': it is not an npy file"
    yield lambda path: write_raw(path, [("x.npy", good[:9])]), "[x]': it ends inside the header"
    yield lambda path: write_raw(path, [("x.npy", good[:-8])]), "takes 8000 bytes, and the file holds 7992"
    yield lambda path: write_raw(path, [("x.npy", good + b"0")]), "takes 8000 bytes, and the file holds 8001"
    yield lambda path: write_raw(path, [("x.npy", npy(np.array([{}])))]), "'|O'"
    yield lambda path: write_raw(path, [("x.npy", npy(np.zeros(3, "U3")))]), "'<U3'"

    def flipped(path, method):
        write_raw(path, [("x.npy", good)], method)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 4
        path.write_bytes(bytes(data))

    yield lambda path: flipped(path, zipfile.ZIP_STORED), "[x]': its bytes are damaged: CRC error"
    yield lambda path: flipped(path, zipfile.ZIP_DEFLATED), "[x]': its bytes are damaged"

    def cut(path, bytes_left):
        np.savez(path, x=np.arange(1000.0), y=np.arange(10))
        path.write_bytes(path.read_bytes()[:bytes_left])

    for bytes_left in (10, 5000, 8500):
        yield lambda path, bytes_left=bytes_left: cut(path, bytes_left), "truncated"

    def claims(path, bytes_claimed, method):
        """Of 3 GiB, say, in local header and list."""
        write_raw(path, [("x.npy", good)], method)
        old, new = struct.pack("<I", len(good)), struct.pack("<I", bytes_claimed)
        data = path.read_bytes()
        path.write_bytes(data.replace(old, new))

    yield lambda path: claims(path, 3 << 30, zipfile.ZIP_DEFLATED), "[x]': it claims 3221225472 bytes"
    yield lambda path: claims(path, 3 << 30, zipfile.ZIP_STORED), ""
    yield lambda path: claims(path, len(good) + 50, zipfile.ZIP_DEFLATED), "takes 8000 bytes, and the file holds 8050"

    def bomb(path):
        text = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000)}"
        head = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
        write_raw(path, [("x.npy", head + bytes(10**6))], zipfile.ZIP_DEFLATED)

    yield bomb, "takes 8000000000000 bytes"
    yield lambda path: write_raw(path, [("x.npy", good)]) or patched(path, b"PK\1\2", b"\1", 8), "[x]': it is encrypted"


def same(path, arrays):
    with np.load(path) as found:
        return found.files == list(arrays) and all(
            found[name].dtype == array.dtype.newbyteorder("<") and np.array_equal(found[name], array)
            for name, array in arrays.items())


def methods(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.compress_type for info in archive.infolist()}


def main():
    rng = driver.seed()
    commands, checks = [], []
    with driver.scratch() as name:
        folder = pathlib.Path(name)
        for k, (arrays, write) in enumerate(good_archives(folder, rng)):
            source = folder / f"{k}.npz"
            write(source)
            for how, method in (("plain", zipfile.ZIP_STORED), ("compressed", zipfile.ZIP_DEFLATED)):
                out = folder / f"{k}.{how}.npz"
                commands.append(["npz", source, out, how])
                checks.append(lambda result, out=out, arrays=arrays, method=method: result == "ok"
                              and same(out, arrays) and methods(out) <= {method})
        for k, (write, what) in enumerate(bad_archives()):
            source, out = folder / f"bad{k}.npz", folder / "never.npz"
            write(source)
            commands.append(["npz", source, out, "plain"])
            checks.append(lambda result, what=what: result != "ok" and what in result and not out.exists())
        results = driver.run(commands, 1, folder)
        bad = [(c, r) for c, r, holds in zip(commands, results, checks) if not holds(r)]
        for command, result in bad:
            print(f"{' '.join(map(str, command))}: {result}")
        print(f"{len(commands)} archives, {len(bad)} failed")
        return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
