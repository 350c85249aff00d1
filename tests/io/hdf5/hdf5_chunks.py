#!/usr/bin/env python3
"""Chunks, filters, growing and partly written datasets against h5py, both ways, with random shapes."""

import pathlib
import sys

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "driver"))
import driver  # noqa: E402

RANKS = (1, 2, 3, 4)
MODES = ("local", "rows", "grid", "cyclic")
TYPES = ("u1", "i2", "f8", "c16")
# The second half of a filter's possibilities comes from chance.
FILTERS = [dict(deflate=d, shuffle=s, fletcher32=f) for d in (0, 1, 9) for s in (0, 1) for f in (0, 1)]


def values(random, dtype, shape):
    """Numbers that compress somewhat, and never all the same."""
    size = int(np.prod(shape))
    numbers = np.array([random.randrange(100) for _ in range(size)], dtype="i8").reshape(shape)
    return (numbers * (1 + 0.25j)).astype(dtype) if dtype == "c16" else numbers.astype(dtype)


def random_shape(random, ndim):
    return tuple(random.choice((1, 2, 3, 7, 10, 16, 23)) for _ in range(ndim))


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


def check_padding(dataset):
    """Beyond the ends of the dataset, chunks hold zeros and not what was in memory or file before."""
    if not dataset.chunks or dataset.compression or dataset.shuffle or dataset.fletcher32:
        return
    for k in range(dataset.id.get_num_chunks()):
        offset = dataset.id.get_chunk_info(k).chunk_offset
        stored = np.frombuffer(dataset.id.read_direct_chunk(offset)[1], dataset.dtype)
        chunk = stored.reshape(dataset.chunks).copy()
        chunk[tuple(slice(0, n - o) for n, o in zip(dataset.shape, offset))] = 0
        assert not chunk.any(), dataset


def check_properties(dataset, layout):
    filters = {name for name in ("deflate", "shuffle", "fletcher32") if layout[name]}
    stored = {name for name, has in (("deflate", dataset.compression == "gzip"), ("shuffle", dataset.shuffle),
                                     ("fletcher32", dataset.fletcher32)) if has}
    assert filters == stored, (dataset, layout)
    if layout["deflate"]:
        assert dataset.compression_opts == layout["deflate"]
    assert (dataset.chunks is not None) == bool(layout["chunk"] or filters), (dataset, layout)


def write_cases(random, arrays):
    """What is written, as (commands, what h5py must find)."""
    commands, expected = [], {}
    for number in range(48):
        shape = random_shape(random, 1 + number % 3)
        chunk = tuple(random.randint(1, n + 1) for n in shape) if number % 4 else ()
        layout = dict(chunk=chunk, **FILTERS[number % len(FILTERS)])
        array = values(random, TYPES[number // 3 % len(TYPES)], shape)
        commands.append(["h5write", f"d{number}", arrays.save(array), random.choice(MODES),
                         ",".join(map(str, chunk)), layout["deflate"], layout["shuffle"], layout["fletcher32"]])
        expected[f"d{number}"] = (array, layout)
    for number in range(8):
        shape = random_shape(random, 1 + number % 2)
        chunk = (random.choice((1, 1, 3)), *(random.randint(1, n) for n in shape)) if number % 2 else ()
        layout = dict(chunk=chunk, **random.choice(FILTERS))
        frames = values(random, TYPES[number % len(TYPES)], (5, *shape))
        for frame in frames:
            commands.append(["h5append", f"series{number}", arrays.save(frame), random.choice(MODES),
                             ",".join(map(str, chunk)), layout["deflate"], layout["shuffle"], layout["fletcher32"]])
        expected[f"series{number}"] = (frames, None)
    for number in range(6):
        shape = random_shape(random, 3)
        layout = dict(chunk=[random.randint(1, n) for n in shape] if number % 2 else [], **FILTERS[2 * number])
        commands.append(["h5zeros", f"parts{number}", ",".join(map(str, shape)),
                         "", ",".join(map(str, layout["chunk"])), layout["deflate"], layout["shuffle"],
                         layout["fletcher32"]])
        whole = np.zeros(shape)
        for _ in range(4):
            text, key = random_subscripts(random, shape)
            part = values(random, "f8", whole[key].shape)
            whole[key] = part
            if part.ndim:
                commands.append(["h5writepart", f"parts{number}", arrays.save(part), random.choice(MODES), text])
            else:
                whole[key] = 0
        expected[f"parts{number}"] = (whole, layout)
    for k in range(5):
        commands.append(["h5number", "time", k / 4])
    expected["time"] = (np.arange(5) / 4, None)
    return commands, expected


def random_subscripts(random, shape):
    """Up to three subscripts, as text for the driver and as a key for NumPy."""
    texts, key = [], []
    for n in shape[:random.randint(1, 3)]:
        if random.random() < 0.3:
            index = random.randrange(-n, n)
            texts.append(str(index))
            key.append(index)
            continue
        ends = [random.choice((None, random.randint(-n - 2, n + 2))) for _ in range(2)]
        step = random.choice((None, 1, 2, -1, -3))
        texts.append(":".join("" if x is None else str(x) for x in (*ends, step)))
        key.append(slice(*ends, step))
    return "".join(text + ";" for text in texts), tuple(key)


def check_ours(random, folder, arrays):
    commands, expected = write_cases(random, arrays)
    first = None
    for ranks in RANKS:
        path = folder / f"ours{ranks}.h5"
        all_commands = [["h5create", path], *commands, ["h5commit"]]
        must_succeed(all_commands, driver.run(all_commands, ranks, folder))
        first = first or path.read_bytes()
        assert path.read_bytes() == first, f"the bytes depend on the number of ranks: {ranks}"
    with h5py.File(folder / "ours1.h5") as file:
        for name, (array, layout) in expected.items():
            dataset = file[name]
            assert dataset.dtype == array.dtype and np.array_equal(dataset[()], array), (dataset, layout)
            check_padding(dataset)
            if layout:
                check_properties(dataset, layout)
            else:
                assert dataset.maxshape == (None, *dataset.shape[1:]), dataset


def write_theirs(random, path, libver):
    """A file of h5py's: random shapes, all filters, both byte orders; returns what is in it."""
    arrays = {}
    with h5py.File(path, "w", libver=libver) as file:
        for number in range(36):
            dtype = TYPES[number % len(TYPES)]
            array = values(random, dtype, random_shape(random, 1 + number % 3))
            options = dict(shuffle=bool(number & 1), fletcher32=bool(number & 2))
            if number & 4:
                options.update(compression="gzip", compression_opts=random.randint(0, 9))
            if number & 8:
                options.update(chunks=tuple(random.randint(1, n) for n in array.shape))
            if number & 16:
                options.update(maxshape=(None,) * array.ndim)
            stored = array.astype(array.dtype.newbyteorder()) if number % 5 == 0 else array
            file.create_dataset(f"g/d{number}", data=stored, **options)
            arrays[f"g/d{number}"] = array
        cube = values(random, "f8", (9, 8, 7))
        file.create_dataset("cube", data=cube, chunks=(2, 3, 4), compression="gzip")
        file["plain_cube"] = cube
    return arrays, cube


def check_theirs(random, folder, arrays):
    for libver in ("earliest", "latest"):
        path = folder / f"theirs_{libver}.h5"
        expected, cube = write_theirs(random, path, libver)
        for ranks in RANKS[::2]:
            commands, wanted = [], []
            for name, array in expected.items():
                commands.append(["h5read", path, name, arrays.new(), random.choice(MODES[:3]),
                                 array.dtype.str[1:], array.ndim])
                wanted.append(array)
            for number in range(40):
                text, key = random_subscripts(random, cube.shape)
                if cube[key].ndim:
                    commands.append(["h5readpart", path, ("cube", "plain_cube")[number % 2], arrays.new(),
                                     random.choice(MODES[:3]), text])
                    wanted.append(cube[key])
            must_succeed(commands, driver.run(commands, ranks, folder))
            for command, array in zip(commands, wanted):
                assert np.array_equal(np.load(command[3]), array), command


def write_growing(path, libver):
    """Series of h5py's, in all the ways that it may store them."""
    with h5py.File(path, "w", libver=libver, userblock_size=512 if libver == "latest" else 0) as file:
        kinds = {"plain": {}, "gzip": dict(compression="gzip"), "checked": dict(fletcher32=True, shuffle=True),
                 "long": dict(chunks=(4, 5, 3)), "long_gzip": dict(chunks=(4, 5, 3), compression="gzip"),
                 "swapped": dict(dtype=">f8"), "swapped_gzip": dict(dtype=">f8", compression="gzip"),
                 "three": dict(chunks=(1, 2, 2), compression="gzip", shuffle=True, fletcher32=True)}
        for name, options in kinds.items():
            file.create_dataset(name, (0, 5, 3), maxshape=(None, 5, 3), **{"dtype": "f8", **options})
        file.create_dataset("late", (3, 5, 3), "f8")  # no space is taken yet
        file.create_dataset("late_nine", (3, 5, 3), "f8", fillvalue=9)
        file.create_dataset("whole", data=np.arange(45.0).reshape(3, 5, 3))
        file.create_dataset("time", (2,), "f8", maxshape=(None,), chunks=(3,), compression="gzip")
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        h5py.h5d.create(file.id, b"compact", h5py.h5t.NATIVE_DOUBLE, h5py.h5s.create_simple((3, 5, 3)), compact)
        file.attrs["name"] = "theirs"
    return list(kinds)


def check_extending(random, folder, arrays):
    for libver in ("earliest", "latest"):
        for ranks in RANKS[::2]:
            path = folder / "growing.h5"
            names = write_growing(path, libver)
            frames = values(random, "f8", (7, 5, 3))
            commands = [["h5extend", path]]
            for name in names:
                for k in [*range(6), -1, *range(3, 7)]:
                    if k < 0:
                        commands.append(["h5truncate", name, 3])
                    else:
                        commands.append(["h5append", name, arrays.save(frames[k]), random.choice(MODES), "", 0, 0, 0])
            plane = values(random, "f8", (5, 3))
            for name in ("late", "late_nine", "whole", "compact"):
                commands.append(["h5writepart", name, arrays.save(plane), random.choice(MODES), "1;"])
            commands += [["h5number", "time", 7], ["h5number", "time", 8], ["h5commit"]]
            must_succeed(commands, driver.run(commands, ranks, folder))
            with h5py.File(path) as file:
                for name in names:
                    assert np.array_equal(file[name][()], frames), (name, libver, ranks)
                    check_padding(file[name])
                for name, fill in (("late", 0), ("late_nine", 9), ("compact", 0)):
                    rest = np.full((3, 5, 3), float(fill))
                    rest[1] = plane
                    assert np.array_equal(file[name][()], rest), (name, libver, ranks)
                assert np.array_equal(file["whole"][1], plane) and file["whole"][2, 4, 2] == 44
                assert file["time"][()].tolist() == [0, 0, 7, 8] and file.attrs["name"] == "theirs"


def check_links_elsewhere(folder, arrays):
    """Nothing is written to other files than the one that is continued."""
    other, path = folder / "other.h5", folder / "links.h5"
    with h5py.File(other, "w") as file:
        file["g/u"] = np.zeros((1, 2, 3))
    with h5py.File(path, "w") as file:
        file["link"] = h5py.ExternalLink(other.name, "/g")
        file["soft"] = h5py.SoftLink("/link")
        file["dangling"] = h5py.SoftLink("/nowhere")
        file.create_dataset("outside", (1, 2, 3), "f8", external=[(str(folder / "outside.bin"), 0, 48)])
    before = other.read_bytes()
    array = arrays.save(np.ones((2, 3)))
    commands = [["h5extend", path]]
    for name in ("link/v", "soft/v", "soft/deep/v", "dangling/v"):
        commands += [["h5write", name, array, "rows", "", 0, 0, 0], ["h5append", name, array, "rows", "", 0, 0, 0]]
    for name in ("link/u", "soft/u", "outside"):
        commands.append(["h5writepart", name, array, "rows", "0;"])
    commands += [["h5write", "fine", array, "rows", "", 0, 0, 0], ["h5commit"]]
    results = driver.run(commands, 2, folder)
    must_succeed(commands[-2:], results[-2:])
    for command, result in zip(commands[1:-2], results[1:-2]):
        assert any(text in result for text in ("another file", "other files")), (command, result)
    assert other.read_bytes() == before and not (folder / "outside.bin").exists()


def check_reused_space(folder, arrays):
    """Chunks that are not full, where other data was before."""
    old, new = np.full((64, 64), 7.0), np.ones((50, 50))
    path = folder / "reused.h5"
    commands = [["h5create", path]]
    commands += [["h5append", "old", arrays.save(old), "grid", "", 0, 0, 0]] * 4 + [["h5truncate", "old", 0]]
    commands += [["h5write", "new", arrays.save(new), "grid", "40,45", 0, 0, 0], ["h5commit"]]
    must_succeed(commands, driver.run(commands, 3, folder))
    with h5py.File(path) as file:
        check_padding(file["new"])
        assert np.array_equal(file["new"][()], new)
        assert file["new"].id.get_chunk_info(0).byte_offset < old.nbytes * 4, "no space was used again"


def main():
    random = driver.seed()
    with driver.scratch() as name:
        folder = pathlib.Path(name).resolve()
        arrays = Arrays(folder)
        check_ours(random, folder, arrays)
        check_theirs(random, folder, arrays)
        check_extending(random, folder, arrays)
        check_reused_space(folder, arrays)
        check_links_elsewhere(folder, arrays)
    print("h5py and we agree about chunks")


main()
