#!/usr/bin/env python3
"""Chunks and archives that the threads of each rank pack: HDF5's filters (by h5py) give the same bytes, zlib and
zipfile read them; the same files for any number of threads and ranks."""

import os
import pathlib
import sys
import zipfile

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "driver"))
import driver  # noqa: E402

THREADS = ((1, 1), (1, 3), (2, 2), (3, 1), (3, 4))  # ranks, threads
# Chunk sizes that are no multiple of anything, and shapes that they do not divide.
CASES = [("u1", (700, 1031), (41, 200)), ("i2", (600_000,), (40_001,)), ("f8", (31, 47, 201), (7, 20, 201)),
         ("c16", (300, 450), (150, 1))]
FILTERS = [dict(deflate=d, shuffle=s, fletcher32=f) for d in (0, 1, 6, 9) for s in (0, 1) for f in (0, 1)][1:]


def values(random, dtype, shape):
    """Numbers that compress somewhat, among them some that do not."""
    rng = np.random.default_rng(random.randrange(2**32))
    array = rng.integers(0, 50, shape).astype("f8")
    array[::7] = rng.normal(size=array[::7].shape)
    return (array * (1 + 0.25j)).astype(dtype) if dtype == "c16" else (array % 100).astype(dtype)


def write_theirs(path, cases):
    with h5py.File(path, "w") as file:
        for name, (array, chunk, filters) in cases.items():
            options = dict(shuffle=bool(filters["shuffle"]), fletcher32=bool(filters["fletcher32"]))
            if filters["deflate"]:
                options.update(compression="gzip", compression_opts=filters["deflate"])
            file.create_dataset(name, data=array, chunks=chunk, **options)


def stored_chunks(dataset):
    """Where each chunk is in the dataset, with its filters' mask and bytes."""
    places = [dataset.id.get_chunk_info(k).chunk_offset for k in range(dataset.id.get_num_chunks())]
    return {tuple(place): dataset.id.read_direct_chunk(place) for place in places}


def compare(ours, theirs, cases):
    with h5py.File(ours) as a, h5py.File(theirs) as b:
        for name, (array, _, filters) in cases.items():
            assert np.array_equal(a[name][()], array), (name, filters)
            expected = stored_chunks(b[name])
            found = stored_chunks(a[name])
            assert found.keys() == expected.keys(), name
            for place, (mask, data) in expected.items():
                assert found[place] == (mask, data), (name, place, filters)


def main():
    random = driver.seed()
    with driver.scratch() as scratch:
        folder = pathlib.Path(scratch)
        cases, commands = {}, []
        for number, filters in enumerate(FILTERS):
            dtype, shape, chunk = CASES[number % len(CASES)]
            array = values(random, dtype, shape)
            np.save(folder / f"{number}.npy", array)
            cases[f"d{number}"] = (array, chunk, filters)
            commands.append(["h5write", f"d{number}", folder / f"{number}.npy", random.choice(("local", "rows", "grid")),
                             ",".join(map(str, chunk)), *filters.values()])
        theirs, archive = folder / "theirs.h5", folder / "theirs.npz"
        write_theirs(theirs, cases)
        arrays = {"long": values(random, "f8", (2000, 200)), "short": np.arange(3), "zeros": np.zeros(500_000)}
        np.savez(archive, **arrays)
        first = None
        for ranks, threads in THREADS:
            ours, packed = folder / "ours.h5", folder / "ours.npz"
            os.environ["TESSERA_THREADS"] = str(threads)
            reads = [["h5read", theirs, name, folder / f"back-{name}.npy", "rows", array.dtype.str[1:], array.ndim]
                     for name, (array, _, _) in cases.items()]
            results = driver.run([["h5create", ours], *commands, ["h5commit"], *reads], ranks, folder)
            results += driver.run([["npz", archive, packed, "compressed"]], 1, folder)
            assert set(results) == {"ok"}, [r for r in results if r != "ok"]
            found = (ours.read_bytes(), packed.read_bytes())
            first = first or found
            assert found == first, f"other bytes with {threads} threads on {ranks} ranks"
            for name, (array, _, _) in cases.items():
                assert np.array_equal(np.load(folder / f"back-{name}.npy"), array), name
        compare(folder / "ours.h5", theirs, cases)
        with zipfile.ZipFile(folder / "ours.npz") as file, np.load(folder / "ours.npz") as found:
            assert file.testzip() is None
            assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_DEFLATED}
            for name, array in arrays.items():
                assert np.array_equal(found[name], array), name
        print(f"{len(cases)} datasets, {len(THREADS)} numbers of threads and ranks")


if __name__ == "__main__":
    main()
