"""Zarr stores of version 3, read and written from the specification alone (https://zarr-specs.readthedocs.io): with NumPy,
Python's zlib and gzip, and libzstd by ctypes."""

import ctypes
import ctypes.util
import gzip
import itertools
import json
import pathlib
import struct

import numpy as np

MISSING = 2**64 - 1


# ---- packing

def crc32c_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


TABLE = crc32c_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


class Zstd:
    """libzstd itself."""

    def __init__(self):
        self.lib = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
        for name in ("ZSTD_compress", "ZSTD_decompress", "ZSTD_compressBound"):
            getattr(self.lib, name).restype = ctypes.c_size_t
        self.lib.ZSTD_isError.argtypes = [ctypes.c_size_t]

    def compress(self, data, level):
        size = self.lib.ZSTD_compressBound(ctypes.c_size_t(len(data)))
        out = ctypes.create_string_buffer(size)
        got = self.lib.ZSTD_compress(out, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)), level)
        assert not self.lib.ZSTD_isError(got)
        return out.raw[:got]

    def decompress(self, data, most):
        out = ctypes.create_string_buffer(most + 1)
        got = self.lib.ZSTD_decompress(out, ctypes.c_size_t(most + 1), data, ctypes.c_size_t(len(data)))
        assert not self.lib.ZSTD_isError(got)
        return out.raw[:got]


ZSTD = Zstd()


def codec_of(entry):
    return (entry, {}) if isinstance(entry, str) else (entry["name"], entry.get("configuration", {}))


# ---- chunks

def ordered(dtype, config):
    return np.dtype(dtype).newbyteorder({"little": "<", "big": ">", None: "="}[config.get("endian")])


def encode(array, codecs, fill):
    """The bytes of a chunk."""
    data = array
    for entry in codecs:
        name, config = codec_of(entry)
        if name == "transpose":
            data = data.transpose(config["order"])
        elif name == "bytes":
            data = np.ascontiguousarray(data).astype(ordered(data.dtype, config)).tobytes()
        elif name == "sharding_indexed":
            data = encode_shard(data, config, fill)
        elif name == "gzip":
            data = gzip.compress(data, config.get("level", 5))
        elif name == "zstd":
            data = ZSTD.compress(data, config.get("level", 3))
        elif name == "crc32c":
            data = data + struct.pack("<I", crc32c(data))
        else:
            raise ValueError(name)
    return data


def decode(data, codecs, shape, dtype, fill):
    """The elements of a chunk."""
    orders, shapes = [], [tuple(shape)]
    for name, config in map(codec_of, codecs):
        if name == "transpose":
            orders.append(config["order"])
            shapes.append(tuple(shapes[-1][k] for k in config["order"]))
    stored = shapes[-1]
    for name, config in reversed([codec_of(c) for c in codecs]):
        if name == "crc32c":
            data, (crc,) = data[:-4], struct.unpack("<I", data[-4:])
            assert crc32c(data) == crc, "checksum"
        elif name == "gzip":
            data = gzip.decompress(data)
        elif name == "zstd":
            data = ZSTD.decompress(data, 2 * np.dtype(dtype).itemsize * int(np.prod(shape)) + 1024)
        elif name == "bytes":
            data = np.frombuffer(data, ordered(dtype, config)).astype(dtype).reshape(stored)
        elif name == "sharding_indexed":
            data = decode_shard(data, config, stored, dtype, fill)
        elif name == "transpose":
            data = data.transpose(np.argsort(orders.pop()))
        else:
            raise ValueError(name)
    assert data.shape == tuple(shape), (data.shape, shape)
    return data


def grid(shape, chunk):
    """(place, slices) of all chunks of a shape, the last axis fastest."""
    counts = [-(-n // c) for n, c in zip(shape, chunk)]
    for place in itertools.product(*map(range, counts)):
        yield place, tuple(slice(p * c, p * c + c) for p, c in zip(place, chunk))


def is_fill(array, fill):
    return array.tobytes() == np.full(array.shape, fill, array.dtype).tobytes()


def encode_shard(array, config, fill):
    chunk, places, data = config["chunk_shape"], [], b""
    index_codecs, first = config["index_codecs"], config.get("index_location") == "start"
    counts = [n // c for n, c in zip(array.shape, chunk)]
    start = len(encode_index(np.zeros((*counts, 2), "u8"), index_codecs)) if first else 0
    for _, where in grid(array.shape, chunk):
        inner = array[where]
        if config.get("skip", True) and is_fill(inner, fill):
            places += [MISSING, MISSING]
            continue
        packed = encode(inner, config["codecs"], fill)
        data += b"gap" * config.get("gaps", 0)
        places += [start + len(data), len(packed)]
        data += packed
    index = encode_index(np.array(places, "u8").reshape(*counts, 2), index_codecs)
    return index + data if first else data + index


def encode_index(index, codecs):
    return encode(index, codecs, 0)


def decode_shard(data, config, shape, dtype, fill):
    chunk = config["chunk_shape"]
    counts = [n // c for n, c in zip(shape, chunk)]
    codecs = config["index_codecs"]
    size = len(encode_index(np.zeros((*counts, 2), "u8"), codecs))
    stored = data[:size] if config.get("index_location") == "start" else data[-size:]
    index = decode(stored, codecs, (*counts, 2), "u8", 0)
    array = np.full(shape, fill, dtype)
    for place, where in grid(shape, chunk):
        offset, nbytes = (int(n) for n in index[place])
        if offset != MISSING or nbytes != MISSING:
            assert offset + nbytes <= len(data)
            array[where] = decode(data[offset:offset + nbytes], config["codecs"], chunk, dtype, fill)
    return array


# ---- arrays

def float_of(value, dtype):
    if isinstance(value, str) and value.startswith("0x"):
        bits = int(value, 16).to_bytes(np.dtype(dtype).itemsize, "little")
        return np.frombuffer(bits, np.dtype(dtype).newbyteorder("<"))[0]
    return np.dtype(dtype).type({"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}.get(value, value))


def fill_of(value, dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "c":
        part = "f4" if dtype.itemsize == 8 else "f8"
        return np.array([float_of(v, part) for v in value], part).view(dtype)[0]
    return float_of(value, dtype) if dtype.kind == "f" else dtype.type(value)


def key_of(metadata, place):
    name, config = codec_of(metadata["chunk_key_encoding"])
    if name == "v2":
        return config.get("separator", ".").join(map(str, place)) or "0"
    return config.get("separator", "/").join(["c", *map(str, place)])


def read_array(folder):
    """(array, metadata) of the node in a folder."""
    metadata = json.loads((folder / "zarr.json").read_text())
    assert metadata["zarr_format"] == 3 and metadata["node_type"] == "array", metadata
    dtype, shape = np.dtype(metadata["data_type"]), metadata["shape"]
    chunk = metadata["chunk_grid"]["configuration"]["chunk_shape"]
    fill = fill_of(metadata["fill_value"], dtype)
    array = np.full(shape, fill, dtype)
    known = {"zarr.json"}
    for place, where in grid(shape, chunk):
        key = key_of(metadata, place)
        known.add(key)
        file = folder / key
        if file.exists():
            whole = decode(file.read_bytes(), metadata["codecs"], chunk, dtype, fill)
            part = array[where]
            array[where] = whole[tuple(slice(0, n) for n in part.shape)]
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert there <= known, f"files that nothing refers to: {there - known}"
    return array, metadata


def write_array(folder, array, chunk, codecs, *, fill=0, encoding=None, skip=False, attributes=None, **members):
    """Writes a node; `skip`: chunks of fill values have no file."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    value = fill_of(fill, array.dtype)
    metadata = {"zarr_format": 3, "node_type": "array", "shape": list(array.shape), "data_type": array.dtype.name,
                "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": list(chunk)}},
                "chunk_key_encoding": encoding or {"name": "default"}, "fill_value": fill, "codecs": codecs,
                "attributes": attributes or {}, **members}
    (folder / "zarr.json").write_text(json.dumps(metadata))
    for place, where in grid(array.shape, chunk):
        whole = np.full(chunk, value, array.dtype)
        part = array[where]
        whole[tuple(slice(0, n) for n in part.shape)] = part
        if skip and is_fill(whole, value):
            continue
        file = folder / key_of(metadata, place)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encode(whole, codecs, value))
    return metadata


def write_group(folder, **members):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "zarr.json").write_text(json.dumps({"zarr_format": 3, "node_type": "group", **members}))
