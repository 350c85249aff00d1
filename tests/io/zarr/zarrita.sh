#!/bin/bash
# Zarr stores against zarrita, a reader and writer in JavaScript, both ways. Not in CI: it takes packages from npm, into a
# temporary folder, and needs node 20, NumPy and the built io_driver.
#
#   TESSERA_BIN=build/release/bin TESSERA_MPIEXEC="mpiexec --oversubscribe -n" tests/io/zarr/zarrita.sh
set -e -o pipefail
here=$(cd "$(dirname "$0")" && pwd)
TESSERA_BIN=$(cd "${TESSERA_BIN:?where io_driver is}" && pwd)
export TESSERA_BIN
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts zarrita@0.7.5 @zarrita/storage@0.2.0 numcodecs@0.3.2

cat >zarrita.mjs <<'JS'
// check STORE: element k of every array is what its type's rule says. make STORE: arrays by the same rule.
import { readFileSync } from "node:fs";
import { FileSystemStore } from "@zarrita/storage";
import * as zarr from "zarrita";

const value = (type, k) =>
  type === "bool" ? k % 3 === 1 : type.endsWith("int64") ? BigInt(k % 100) : type.startsWith("float") ? k / 4 : k % 100;

async function check(path) {
  const store = await zarr.withConsolidatedMetadata(new FileSystemStore(path), { format: "v3" }).catch((failure) => {
    throw new Error(`no consolidated metadata: ${failure}`);
  });
  const nodes = JSON.parse(readFileSync(`${path}/zarr.json`)).consolidated_metadata.metadata;
  const listed = store.contents().filter((each) => each.kind === "array").length;
  let count = 0;
  for (const [name, metadata] of Object.entries(nodes)) {
    if (metadata.node_type !== "array") continue;
    const array = await zarr.open.v3(zarr.root(store).resolve(name), { kind: "array" });
    const whole = await zarr.get(array);
    let k = 0;
    for (const each of whole.data) {
      if (each !== value(array.dtype, k)) throw new Error(`${name} of ${array.dtype}: element ${k} is ${each}`);
      ++k;
    }
    if (k !== array.shape.reduce((a, b) => a * b, 1)) throw new Error(`${name}: ${k} elements of ${array.shape}`);
    ++count;
  }
  if (listed !== count) throw new Error(`zarrita lists ${listed} arrays, not ${count}`);
  console.log(`zarrita reads our ${count} arrays`);
}

async function make(path) {
  const root = zarr.root(new FileSystemStore(path));
  await zarr.create(root, { attributes: { title: "theirs" } });
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  const big = { name: "bytes", configuration: { endian: "big" } };
  const transpose = { name: "transpose", configuration: { order: [1, 0] } };
  const codecs = [[bytes], [big], [transpose, bytes]]; // it reads gzip and zstd, and writes neither
  const types = ["bool", "int8", "uint16", "int32", "int64", "uint64", "float32", "float64"];
  for (const [k, type] of types.entries()) {
    const array = await zarr.create(root.resolve(`u${k}`), {
      shape: [7, 10], chunkShape: [3, 4], chunk_shape: [3, 4], dtype: type, data_type: type,
      fillValue: type === "bool" ? false : 0, codecs: codecs[k % codecs.length] });
    const { data } = await zarr.get(array);
    for (let i = 0; i < 70; ++i)
      if (type === "bool") data.set(i, value(type, i)); else data[i] = value(type, i);
    await zarr.set(array, null, { data, shape: [7, 10], stride: [10, 1] });
  }
}

const [action, path] = process.argv.slice(2);
await (action === "check" ? check(path) : make(path));
JS

cat >both.py <<'PY'
import pathlib
import random
import subprocess
import sys

import numpy as np

here = pathlib.Path(sys.argv[1])
sys.path[:0] = [str(here.parent / "driver"), str(here.parent / "support")]
import driver  # noqa: E402

TYPES = ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64")


def rule(dtype, shape):
    k = np.arange(int(np.prod(shape))).reshape(shape)
    return k % 3 == 1 if dtype == "bool" else k / 4 if dtype.startswith("f") else k % 100


folder = pathlib.Path().resolve()
random.seed(7)
commands = [["zcreate", folder / "ours.zarr"]]
for k in range(40):
    dtype, shape = TYPES[k % len(TYPES)], [random.randint(1, 12) for _ in range(1 + k % 3)]
    np.save(f"in{k}.npy", rule(dtype, shape).astype(dtype))
    chunk = [random.randint(1, n) for n in shape]
    shard = [c * random.randint(1, 3) for c in chunk] if k % 2 else []
    codec = ("", "gzip", "zstd")[k % 3]
    commands.append(["zwrite", f"g{k % 4}/u{k}", folder / f"in{k}.npy", ("grid", "rows", "local")[k % 3],
                     ",".join(map(str, chunk)), ",".join(map(str, shard)), codec, 0, int(k % 5 == 0), ""])
results = driver.run([*commands, ["zcommit"]], 3, folder)
assert set(results) == {"ok"}, results
subprocess.run(["node", "zarrita.mjs", "check", "ours.zarr"], check=True)

subprocess.run(["node", "zarrita.mjs", "make", "theirs.zarr"], check=True)
types = ("bool", "int8", "uint16", "int32", "int64", "uint64", "float32", "float64")
commands = [["zread", folder / "theirs.zarr", f"u{k}", folder / f"out{k}.npy", "grid", np.dtype(t).str[1:], 2]
            for k, t in enumerate(types)]
results = driver.run(commands, 3, folder)
assert set(results) == {"ok"}, results
for k, dtype in enumerate(types):
    found = np.load(f"out{k}.npy")
    assert np.array_equal(found, rule(dtype, (7, 10)).astype(dtype)), (dtype, found)
print(f"we read their {len(types)} arrays")
PY
/usr/bin/python3 both.py "$here"
