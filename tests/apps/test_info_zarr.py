"""tessera-info on Zarr stores, of ours and of others, and on damaged ones."""

import json
import os
import pathlib
import sys

import numpy as np

from programs import main, refused, run, succeed

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "io" / "support"))
import zarr_format as zarr  # noqa: E402

BYTES = {"name": "bytes", "configuration": {"endian": "little"}}
SHARDS = {"name": "sharding_indexed", "configuration": {
    "chunk_shape": [2, 3], "codecs": [BYTES, {"name": "zstd", "configuration": {"level": 5, "checksum": False}},
                                      {"name": "crc32c"}],
    "index_codecs": [BYTES, {"name": "crc32c"}]}}


def make_store():
    zarr.write_group("run.zarr", attributes={"title": "a \"test\""})
    zarr.write_group("run.zarr/g", attributes={"step": 3})
    zarr.write_array("run.zarr/g/u", np.arange(35.0).reshape(5, 7), [4, 6], [SHARDS], attributes={"units": "K"},
                     dimension_names=["y", "x"])
    zarr.write_array("run.zarr/half", np.array([1, -2, np.nan], "f2"), [2], [BYTES, {"name": "gzip"}])


def test_content():
    make_store()
    for ranks in (None, 1, 3):
        found = json.loads(succeed("info", "run.zarr", "-a", "--stats", "--verify", "--json", ranks=ranks).out)
        objects = {o["name"]: o for o in found["objects"]}
        assert found["kind"] == "Zarr" and set(objects) == {"/", "g", "g/u", "half"}, found
        u = objects["g/u"]
        assert (u["dtype"], u["shape"], u["chunk"]) == ("float64", [5, 7], [2, 3]), u
        assert (u["min"], u["max"], u["mean"]) == (0, 34, 17), u
        assert objects["half"]["nan"] == 1 and objects["half"]["min"] == -2, objects


def test_table():
    make_store()
    out = succeed("info", "run.zarr", "-a", "--verify").out
    lines = out.splitlines()
    assert lines[0] == "run.zarr: Zarr, checksums fit", lines
    assert "shards of (4, 6), zstd 5, crc32c" in out and "along y, x" in out and "    @units = K" in lines, out
    assert "  g  group" in lines and "    @title = a \"test\"" in lines, out


def test_damage():
    make_store()
    path = pathlib.Path("run.zarr/g/u/c/0/0")
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(data)
    assert run("info", "run.zarr").code == 0
    result = run("info", "run.zarr", "--verify")
    assert result.code == 1 and "run.zarr/g/u/c/0/0': a chunk: " in result.err, result.err
    os.truncate("run.zarr/g/zarr.json", 10)
    result = run("info", "run.zarr")
    assert result.code == 1 and "it is no JSON" in result.err and "half" in result.out, result
    zarr.write_group("old")
    os.rename("old/zarr.json", "old/.zgroup")
    refused(1, "version 2", "info", "old")


main(globals())
