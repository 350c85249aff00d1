#!/usr/bin/env python3
"""Damaged Zarr stores: bytes of metadata and chunks are changed by chance. All of it is read or refused, by all ranks alike,
in little time and memory; nothing crashes. The number of mutants is the argument, 150 without one."""

import json
import pathlib
import random
import resource
import shutil
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[1] / "driver"), str(HERE.parents[1] / "support")]
import driver  # noqa: E402
import zarr_format as zarr  # noqa: E402

BYTES = {"name": "bytes", "configuration": {"endian": "little"}}
SHARDS = {"name": "sharding_indexed", "configuration": {
    "chunk_shape": [2, 3], "codecs": [BYTES, {"name": "zstd"}], "index_codecs": [BYTES, {"name": "crc32c"}]}}
OPEN = {"name": "sharding_indexed", "configuration": {"chunk_shape": [2, 3], "codecs": [BYTES], "index_codecs": [BYTES]}}
CODECS = ([BYTES], [BYTES, "gzip"], [BYTES, "zstd"], [BYTES, {"name": "crc32c"}], [SHARDS], [OPEN], [OPEN, "gzip"],
          [{"name": "transpose", "configuration": {"order": [1, 0]}}, BYTES])
NUMBERS = (0, 1, -1, 2, 3, 7, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1, 1e300, 0.5)
VALUES = (*NUMBERS, None, True, "", "NaN", "..", "zstd", "bytes", [], {}, [[]], {"name": "gzip"})


def original(folder):
    zarr.write_group(folder, attributes={"title": "mutants"})
    for k, codecs in enumerate(CODECS):
        array = (np.arange(70) % 50).reshape(7, 10).astype(("f8", "u2")[k % 2])
        zarr.write_array(folder / f"u{k}", array, [4, 6], codecs)


def places(value, path=()):
    """All places in a document."""
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def mutate_document(text):
    """Another value somewhere, or one that is missing."""
    document = json.loads(text)
    *path, last = random.choice([p for p in places(document) if p])
    inner = document
    for key in path:
        inner = inner[key]
    if random.random() < 0.15:
        del inner[last]
    else:
        inner[last] = random.choice(VALUES)
    return json.dumps(document).encode()


def mutate_bytes(data):
    data = bytearray(data)
    for _ in range(random.choice((1, 1, 3))):
        at = random.randrange(len(data) + 1)
        kind = random.randrange(4)
        if kind == 0 and at < len(data):
            data[at] ^= 1 << random.randrange(8)
        elif kind == 1:
            del data[at:]
        elif kind == 2:
            data[at:at] = random.randbytes(random.randrange(1, 9))
        else:
            data[at:at + 8] = random.choice(NUMBERS[:-2]).to_bytes(16, "little", signed=True)[:8]
    return bytes(data)


def mutate(folder):
    file = random.choice([p for p in folder.rglob("*") if p.is_file()])
    data = file.read_bytes()
    is_document = file.name == "zarr.json" and random.random() < 0.8
    file.write_bytes(mutate_document(data) if is_document else mutate_bytes(data))
    if random.random() < 0.05:
        file.unlink()


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    random.seed(driver.seed().random())
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    with driver.scratch() as name:
        folder = pathlib.Path(name).resolve()
        original(folder / "whole")
        commands = []
        for k in range(count):
            shutil.copytree(folder / "whole", folder / f"m{k}")
            mutate(folder / f"m{k}")
            commands.append(["zscan", folder / f"m{k}"])
            commands += [["zread", folder / f"m{k}", f"u{n}", folder / "out.npy", random.choice(("grid", "local")),
                          ("f8", "u2")[n % 2], 2] for n in range(len(CODECS))]
        assert driver.run([["zscan", folder / "whole"]], 2, folder) == ["ok"]
        results = driver.run(commands, 2, folder)
        good = results.count("ok")
        for command, result in zip(commands, results):
            assert result == "ok" or str(folder) in result or "'u" in result, (command, result)
        # One array of eight is hit, if any.
        assert count * 5 < good < len(results), (good, len(results))
    print(f"{count} mutants: {good} of {len(results)} calls read something, the others were refused")


main()
