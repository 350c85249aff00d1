#!/bin/bash
# zarrita.get of chunks that were never written: 64-bit fill values become other numbers, hexadecimal ones integers.
#
# Program:   zarrita 0.7.5 (npm), with @zarrita/storage 0.2.0 and numcodecs 0.3.2
# Behaviour: fill values of int64 and uint64 go through a double of JavaScript before they become BigInt, and "0x..."
#            strings, which the Zarr specification has for the bits of a floating-point number, through Number(), which
#            takes them for an integer.
# Expected:  9223372036854775807; 18446744073709551615; 1.5, the number of these bits.
# Seen:      -9223372036854775808; 0; 4609434218613702700.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts zarrita@0.7.5 @zarrita/storage@0.2.0 numcodecs@0.3.2

cat >read.mjs <<'JS'
import { mkdirSync, writeFileSync } from "node:fs";
import { FileSystemStore } from "@zarrita/storage";
import * as zarr from "zarrita";

const [type, fill] = process.argv.slice(2);
mkdirSync("u.zarr", { recursive: true });
writeFileSync("u.zarr/zarr.json", `{"zarr_format": 3, "node_type": "array", "shape": [1], "data_type": "${type}",
  "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [1]}}, "chunk_key_encoding": {"name": "default"},
  "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}], "fill_value": ${fill}}`);
const array = await zarr.open.v3(zarr.root(new FileSystemStore("u.zarr")), { kind: "array" });
console.log(String((await zarr.get(array)).data[0]));
JS
expect "int64" "$(node read.mjs int64 9223372036854775807)" "-9223372036854775808"
expect "uint64" "$(node read.mjs uint64 18446744073709551615)" "0"
expect "float64 of bits" "$(node read.mjs float64 '"0x3ff8000000000000"')" "4609434218613702700"
