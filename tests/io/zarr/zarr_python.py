#!/usr/bin/env python3
"""Zarr stores against a reader and a writer in Python made from the specification, both ways: random shapes, chunks,
shards, codecs, types and fill values, and what others write that we do not."""

import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1] / "driver"), str(HERE.parents[1] / "support")]
import driver  # noqa: E402
import zarr_format as zarr  # noqa: E402

RANKS = (1, 2, 3, 4)
MODES = ("local", "rows", "grid", "cyclic")
TYPES = ("b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8", "c8", "c16")
SLICES = ("::", "1:-1:", "::2", "::-1", "-2:1:-3", "5:2:", "2:3:", "3", "-1")
BYTES = {"name": "bytes", "configuration": {"endian": "little"}}
BIG = {"name": "bytes", "configuration": {"endian": "big"}}
CRC = {"name": "crc32c"}


def values(random, dtype, shape):
    """Numbers that compress somewhat, with zeros among them."""
    size = int(np.prod(shape))
    numbers = np.array([random.randrange(100) for _ in range(size)], "i8").reshape(shape)
    numbers[tuple(slice(0, n // 2) for n in shape)] = 0
    if np.dtype(dtype).kind == "b":
        return numbers % 2 == 1
    return (numbers * (1 + 0.25j)).astype(dtype) if np.dtype(dtype).kind == "c" else numbers.astype(dtype)


def random_shape(random, ndim):
    return tuple(random.choice((0, 1, 2, 3, 5, 7, 10, 12)) if ndim > 1 else random.randrange(40) for _ in range(ndim))


class Arrays:
    """npy files for the driver, each once."""

    def __init__(self, folder):
        self.folder, self.count = folder, 0

    def save(self, array):
        self.count += 1
        path = self.folder / f"in{self.count}.npy"
        np.save(path, array)
        return path

    def new(self):
        self.count += 1
        return self.folder / f"out{self.count}.npy"


def must_succeed(commands, results):
    for command, result in zip(commands, results):
        assert result == "ok", (command, result)


def comma(numbers):
    return ",".join(map(str, numbers))


def check_ours(random, folder, arrays):
    """What we write is what it should be, and has the same bytes for all numbers of ranks."""
    cases = []
    for _ in range(24):
        dtype, ndim = random.choice(TYPES), random.randint(1, 3)
        array = values(random, dtype, random_shape(random, ndim))
        chunk = [random.randint(1, max(n + 2, 1)) for n in array.shape]
        shard = [c * random.randint(1, 3) for c in chunk] if random.random() < 0.6 else []
        codec = random.choice(("", "gzip", "zstd"))
        fill = "" if random.random() < 0.5 else random.choice(("1", "0"))
        cases.append((array, arrays.save(array), [comma(chunk), comma(shard), codec, random.choice((0, 1, 6)) if codec
                                                  else 0, random.randint(0, 1), fill]))
    stores = []
    for ranks in RANKS:
        path = folder / f"ours{ranks}.zarr"
        commands = [["zcreate", path]]
        for k, (_, npy, layout) in enumerate(cases):
            commands.append(["zwrite", f"g{k % 3}/u{k}", npy, random.choice(MODES), *layout])
        commands += [["zappend", "frames", cases[0][1], random.choice(MODES), *cases[0][2]]] * 3
        commands += [["znumber", "time", 0.5], ["znumber", "time", 1.5], ["zgroup", "none/inside"],
                     ["zattribute", "g0", "title", "ä \" \\ text"], ["zcommit"]]
        must_succeed(commands, driver.run(commands, ranks, folder))
        stores.append({p.relative_to(path): p.read_bytes() for p in path.rglob("*") if p.is_file()})
        assert stores[0] == stores[-1], f"{ranks} ranks show"
    path = folder / "ours4.zarr"
    for k, (array, _, layout) in enumerate(cases):
        found, metadata = zarr.read_array(path / f"g{k % 3}/u{k}")
        assert found.dtype == array.dtype and np.array_equal(found, array), (layout, found, array)
    assert np.array_equal(zarr.read_array(path / "frames")[0], np.stack([cases[0][0]] * 3))
    assert zarr.read_array(path / "time")[0].tolist() == [0.5, 1.5]
    root = json.loads((path / "zarr.json").read_text())
    consolidated = root["consolidated_metadata"]
    assert consolidated["kind"] == "inline" and consolidated["must_understand"] is False
    nodes = {str(p.parent.relative_to(path)): json.loads(p.read_text()) for p in path.rglob("zarr.json")}
    assert nodes.pop(".") == root and nodes == consolidated["metadata"]
    assert nodes["none"]["node_type"] == nodes["none/inside"]["node_type"] == "group"
    assert nodes["g0"]["attributes"] == {"title": "ä \" \\ text"}


def random_codecs(random, ndim, chunk, depth=0):
    """Codecs of any kind; the shape of chunks that shards hold divides the shards."""
    codecs = []
    shape = list(chunk)
    if random.random() < 0.4:
        for _ in range(random.randint(1, 2)):
            order = random.sample(range(ndim), ndim)
            codecs.append({"name": "transpose", "configuration": {"order": order}})
            shape = [shape[k] for k in order]
    if depth < 2 and random.random() < 0.5:
        inner = [random.choice([d for d in range(1, n + 1) if n % d == 0]) for n in shape]
        config = {"chunk_shape": inner, "codecs": random_codecs(random, ndim, inner, depth + 1),
                  "index_codecs": random.choice(([BYTES, CRC], [BYTES], [BIG, CRC], [BYTES, "crc32c"]))}
        if random.random() < 0.5:
            config["index_location"] = random.choice(("start", "end"))
        codecs.append({"name": "sharding_indexed", "configuration": config})
    else:
        codecs.append(random.choice((BYTES, BIG)))
    for _ in range(random.choice((0, 0, 1, 2))):
        codecs.append(random.choice(({"name": "gzip", "configuration": {"level": 1}}, CRC, "gzip", "zstd",
                                     {"name": "zstd", "configuration": {"level": 3, "checksum": False}})))
    return codecs


ENCODINGS = ({"name": "default"}, "default", {"name": "default", "configuration": {"separator": "."}},
             {"name": "v2"}, {"name": "v2", "configuration": {"separator": "/"}})


def check_theirs(random, folder, arrays):
    """What others may write is read, whole and in parts."""
    cases = []
    for k in range(40):
        dtype, ndim = random.choice((*TYPES, "f8", "f8")), random.randint(1, 3)
        array = values(random, dtype, random_shape(random, ndim))
        chunk = [random.randint(1, max(n + 2, 1)) for n in array.shape]
        fill = {"b": False, "c": [0.0, "NaN"]}.get(array.dtype.kind, random.choice((0, 7)))
        codecs = random_codecs(random, ndim, chunk)
        zarr.write_array(folder / f"theirs/u{k}", array, chunk, codecs, fill=fill, encoding=random.choice(ENCODINGS),
                         skip=random.random() < 0.5)
        cases.append((f"u{k}", array, codecs))
    zarr.write_group(folder / "theirs", attributes={"title": "theirs"})
    for ranks in RANKS:
        commands, expected = [], []
        for name, array, codecs in cases:
            path = arrays.new()
            dtype = np.dtype(array.dtype).str[1:]
            commands.append(["zread", folder / "theirs", name, path, random.choice(MODES[:3]), dtype, array.ndim])
            expected.append((path, array, codecs))
            if array.ndim < 3 or dtype != "f8" or not array.size:
                continue
            for _ in range(4):
                path, texts = arrays.new(), [random.choice(SLICES) for _ in range(random.randint(1, 3))]
                key = tuple(int(t) if ":" not in t else slice(*(int(n) if n else None for n in t.split(":")))
                            for t in texts)
                try:
                    part = array[key]
                except IndexError:
                    continue
                if part.ndim == 0:
                    continue
                commands.append(["zreadpart", folder / "theirs", name, path, random.choice(MODES[:3]),
                                 "".join(t + ";" for t in texts)])
                expected.append((path, part, codecs))
        must_succeed(commands, driver.run(commands, ranks, folder))
        for path, array, codecs in expected:
            found = np.load(path)
            assert np.array_equal(found, array, equal_nan=array.dtype.kind in "fc"), (codecs, found, array)


def fill_cases():
    """(type, fill value as it is written, what it is, type to be read as)"""
    nan = np.array([0x7FC00001], "u4").view("f4")[0]
    return [("float32", "NaN", np.float32(np.nan), "f4"), ("float64", "-Infinity", -np.inf, "f8"),
            ("float32", "0x7fc00001", nan, "f4"), ("float64", "0x3ff8000000000000", 1.5, "f8"),
            ("float16", "0x3c00", np.float32(1), "f4"), ("float16", 0.1, np.float32(np.float16(0.1)), "f4"),
            ("float16", 65520, np.float32(np.inf), "f4"), ("float16", 6e-8, np.float32(np.float16(6e-8)), "f4"),
            ("float16", -2.5e-5, np.float32(np.float16(-2.5e-5)), "f4"), ("float16", "NaN", np.float32(np.nan), "f4"),
            ("complex64", ["-Infinity", 2], np.complex64(complex(-np.inf, 2)), "c8"),
            ("complex128", [1, "0x3ff8000000000000"], complex(1, 1.5), "c16"), ("bool", True, True, "b1"),
            ("uint64", 2**64 - 1, np.uint64(2**64 - 1), "u8"), ("int64", -2**63, np.int64(-2**63), "i8"),
            ("int8", -128, -128, "i2"), ("uint8", 255, 255, "f4"), ("float32", 1, 1.0, "c16")]


def check_fill_values(folder, arrays):
    commands, expected = [], []
    for k, (stored, value, meaning, dtype) in enumerate(fill_cases()):
        zarr.write_group(folder / "fill", attributes={})
        metadata = {"zarr_format": 3, "node_type": "array", "shape": [3], "data_type": stored,
                    "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [2]}},
                    "chunk_key_encoding": {"name": "default"}, "fill_value": value, "codecs": [BYTES],
                    "extra": {"must_understand": False}}
        (folder / f"fill/u{k}").mkdir()
        (folder / f"fill/u{k}/zarr.json").write_text(json.dumps(metadata))
        path = arrays.new()
        commands.append(["zread", folder / "fill", f"u{k}", path, "grid", dtype, 1])
        expected.append((path, np.full(3, meaning, dtype)))
    must_succeed(commands, driver.run(commands, 2, folder))
    for (path, array), case in zip(expected, fill_cases()):
        assert np.load(path).tobytes() == array.tobytes() or (np.isnan(array[0]) and np.isnan(np.load(path)).all()), case
    # A NaN with bits of its own keeps them.
    assert np.load(expected[2][0]).view("u4").tolist() == [0x7FC00001] * 3


def check_odd_metadata(folder, arrays):
    """What is valid, though nobody writes it so: half precision, no axes, NaN of Python's, names in place of objects."""
    array = np.array([[1, -2, 65504], [6e-8, np.inf, 0.1]], "f2")
    zarr.write_array(folder / "odd/half", array, [2, 2], [BIG, CRC])
    zarr.write_array(folder / "odd/number", np.array(2.5), [], [BYTES])
    zarr.write_array(folder / "odd/v2", np.array(3.5), [], [BYTES], encoding="v2", dimension_names=[])
    zarr.write_array(folder / "odd/bytes", np.arange(5, dtype="u1"), [2], ["bytes"], dimension_names=[None])
    zarr.write_array(folder / "odd/members", np.arange(5.0), [5], [BYTES, "gzip"])
    file = folder / "odd/members/c/0"
    file.write_bytes(zarr.gzip.compress(np.arange(2.0).tobytes()) + zarr.gzip.compress(np.arange(2.0, 5).tobytes()))
    zarr.write_group(folder / "odd", attributes={"missing": float("nan")}, consolidated_metadata=None)
    commands = [["zread", folder / "odd", name, folder / f"{name}.npy", "local", dtype, ndim] for name, dtype, ndim in (
        ("half", "f4", 2), ("number", "f8", 0), ("v2", "f8", 0), ("bytes", "u1", 1), ("members", "f8", 1))]
    must_succeed(commands, driver.run(commands, 3, folder))
    assert np.array_equal(np.load(folder / "half.npy"), array.astype("f4"))
    assert np.load(folder / "number.npy").tolist() == [2.5] and np.load(folder / "v2.npy").tolist() == [3.5]
    assert np.load(folder / "bytes.npy").tolist() == [0, 1, 2, 3, 4]
    assert np.load(folder / "members.npy").tolist() == [0, 1, 2, 3, 4]


def main():
    random = driver.seed()
    assert zarr.crc32c(b"123456789") == 0xE3069283
    with driver.scratch() as name:
        folder = pathlib.Path(name).resolve()
        arrays = Arrays(folder)
        check_ours(random, folder, arrays)
        check_theirs(random, folder, arrays)
        check_fill_values(folder, arrays)
        check_odd_metadata(folder, arrays)
    print("the specification and we agree")


main()
