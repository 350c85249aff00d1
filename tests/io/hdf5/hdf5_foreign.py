#!/usr/bin/env python3
"""Datasets as other programs write them, of random types, layouts and fill values, parts of which were never
written: what we read is compared with h5py and with a model, element by element; and what we write into them
leaves everything around it the fill value."""

import pathlib
import sys

import h5py
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "driver"))
import driver  # noqa: E402

RANKS = (1, 3)
MODES = ("local", "rows", "grid")
H5T = h5py.h5t


def integer_type(random):
    """An integer of HDF5, perhaps with bits that are not its own; how we read it, and values that it has."""
    size = random.choice((1, 2, 3, 4, 5, 8))
    signed = random.random() < 0.5
    kind = (H5T.STD_I64LE if signed else H5T.STD_U64LE).copy()
    kind.set_size(size)
    kind.set_order(random.choice((H5T.ORDER_LE, H5T.ORDER_BE)))
    bits = 8 * size
    if random.random() < 0.6:
        bits = random.randrange(2, 8 * size + 1)
        kind.set_precision(bits)
        kind.set_offset(random.randrange(8 * size - bits + 1))
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return kind, "i8" if signed else "u8", "i8" if signed else "u8", lambda: random.randint(low, high)


def float_type(random):
    name = random.choice(("<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "bfloat", "odd"))
    if name == "bfloat":  # the upper half of a float
        kind = H5T.IEEE_F32LE.copy()
        kind.set_fields(15, 7, 8, 0, 7)
        kind.set_size(2)
        return kind, "f8", "f4", lambda: random.choice((0.0, -1.5, 0.0078125, 9984.0, -3.0, np.inf))
    if name == "odd":  # 20 bits within 24
        kind = H5T.IEEE_F32BE.copy()
        kind.set_fields(19, 13, 6, 0, 13)
        kind.set_ebias(31)
        kind.set_precision(20)
        kind.set_size(3)
        return kind, "f8", "f8", lambda: random.choice((0.0, 0.5, -1.5, 1000.0, -2.0**-30))
    return H5T.py_create(np.dtype(name)), "f8", "f8", lambda: random.choice((0.5, -2.0, 2.0**-24, 1024.0, np.inf, -0.0))


def enum_type(random):
    """Bool of any width and order, and other enumerations."""
    size, order = random.choice((1, 2, 4, 8)), random.choice("<>")
    if random.random() < 0.5:
        kind = H5T.enum_create(H5T.py_create(np.dtype(f"{order}i{size}")))
        kind.enum_insert(b"FALSE", 0)
        kind.enum_insert(b"TRUE", 1)
        return kind, "b1", f"{order}i{size}", lambda: random.randrange(2)
    members = {"OFF": 0, "ON": 1, "AUTO": 7, "BACK": -3}
    kind = H5T.py_create(h5py.enum_dtype(members, f"{order}i{size}"), logical=True)
    return kind, "i8", f"{order}i{size}", lambda: random.choice(list(members.values()))


def bitfield_type(random):
    size = random.choice((1, 2, 4, 8))
    kind = {1: H5T.STD_B8LE, 2: H5T.STD_B16BE, 4: H5T.STD_B32LE, 8: H5T.STD_B64BE}[size].copy()
    return kind, "u8", None, lambda: random.randrange(1 << 8 * size)


def complex_type(random):
    part = random.choice(("<f4", "<f8", ">f8", "<f2"))
    names = random.choice((("r", "i"), ("real", "imag"), ("Real", "Imaginary"), ("re", "im")))
    size = np.dtype(part).itemsize
    gap = random.choice((0, 4))
    first = random.choice((0, 1))  # the imaginary part may come first
    offsets = [gap, 2 * gap + size][:: -1 if first else 1]
    dtype = np.dtype({"names": names, "formats": [part] * 2, "offsets": offsets, "itemsize": 2 * size + 3 * gap})
    return H5T.py_create(dtype), "c16", dtype, lambda: (random.choice((0.5, -1.0)), random.choice((2.0, -0.25)))


MAKERS = (integer_type, float_type, enum_type, bitfield_type, complex_type)


def number(value):
    return complex(*value) if isinstance(value, tuple) else value


def raw(kind, values, memory):
    """Bytes of values as they are stored, made by HDF5 (bitfields: here)."""
    if memory is None:
        order = "little" if kind.get_order() == H5T.ORDER_LE else "big"
        return b"".join(int(v).to_bytes(kind.get_size(), order) for v in values)
    array = np.array(values, memory)
    source = kind if np.dtype(memory).kind == "V" or kind.get_class() == H5T.ENUM else H5T.py_create(array.dtype)
    data = np.zeros(max(array.nbytes, len(values) * kind.get_size()), "u1")
    data[:array.nbytes] = array.reshape(-1).view("u1")
    if not source.equal(kind):
        H5T.convert(source, kind, len(values), data)
    return data.tobytes()[:len(values) * kind.get_size()]


def create(random, file, name, shape, kind, fill):
    """A dataset of a random layout; how much of it may be written."""
    create = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout = random.choice(("contiguous", "chunked", "filtered", "compact"))
    chunk = tuple(random.randrange(1, n + 2) for n in shape)
    if layout in ("chunked", "filtered"):
        create.set_chunk(chunk)
    if layout == "filtered":
        if random.random() < 0.5:
            create.set_shuffle()
        create.set_deflate(4)
        if random.random() < 0.5:
            create.set_fletcher32()
    if layout == "compact":
        create.set_layout(h5py.h5d.COMPACT)
    elif random.random() < 0.4:
        create.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
    if fill is not None:
        h5py_set_fill(create, kind, fill)
    limits = tuple(h5py.h5s.UNLIMITED if layout in ("chunked", "filtered") else n for n in shape)
    space = h5py.h5s.create_simple(shape, limits)
    return h5py.h5d.create(file.id, name.encode(), kind, space, create), layout


def h5py_set_fill(create, kind, fill):
    """h5py sets fill values of its own types only; a number of ours goes through NumPy's type nearest to it."""
    value, memory = fill
    if memory is not None:
        create.set_fill_value(np.array(value, memory))


def write_some(random, dataset, kind, shape, memory, value, expected):
    """Writes a random box, or nothing, or all; keeps the model."""
    how = random.choice(("none", "part", "all"))
    if how == "none":
        return
    lower = [random.randrange(n) if how == "part" else 0 for n in shape]
    count = [random.randrange(1, n - a + 1) if how == "part" else n for n, a in zip(shape, lower)]
    values = [value() for _ in range(int(np.prod(count)))]
    data = np.frombuffer(raw(kind, values, memory), f"V{kind.get_size()}").copy()
    space = dataset.get_space()
    space.select_hyperslab(tuple(lower), tuple(count))
    dataset.write(h5py.h5s.create_simple(tuple(count)), space, data, kind)
    box = tuple(slice(a, a + n) for a, n in zip(lower, count))
    expected[box] = np.array([number(v) for v in values], expected.dtype).reshape(count)


def sample(random, file, name):
    """A dataset, and how it is to be read: as which type, and as what."""
    kind, wanted, memory, value = random.choice(MAKERS)(random)
    shape = tuple(random.randrange(1, 9) for _ in range(random.randrange(1, 4)))
    # The library's enumerations and odd types have no fill value that h5py can set.
    plain = kind.get_class() in (H5T.INTEGER, H5T.FLOAT, H5T.COMPOUND) and memory is not None
    fill = (value(), memory) if plain and random.random() < 0.6 else None
    dataset, layout = create(random, file, name, shape, kind, fill)
    expected = np.full(shape, number(fill[0]) if fill else 0, wanted)
    before = expected.copy()
    write_some(random, dataset, kind, shape, memory, value, expected)
    if layout in ("chunked", "filtered") and random.random() < 0.3:
        more = tuple(max(1, n + random.randrange(-3, 6)) for n in shape)
        dataset.set_extent(more)
        resized = np.full(more, before.flat[0], wanted)
        common = tuple(slice(0, min(a, b)) for a, b in zip(shape, more))
        resized[common] = expected[common]
        expected = resized
    never = dataset.get_create_plist().get_fill_time() == h5py.h5d.FILL_TIME_NEVER
    # What is in chunks of which a part was written without filling the rest, HDF5 alone knows.
    unknown = never and (expected != before.flat[0]).any() if expected.size else False
    return expected, wanted, unknown


def same(a, b):
    return np.array_equal(a, b) or (a.shape == b.shape and ((a == b) | ((a != a) & (b != b))).all())


def check_reading(random, folder, count):
    expected = {}
    with h5py.File(folder / "theirs.h5", "w", libver=random.choice(("earliest", "latest"))) as file:
        for k in range(count):
            values, wanted, unknown = sample(random, file, f"d{k}")
            if not unknown:
                expected[f"d{k}"] = (values, wanted)
    commands = []
    for name, (values, wanted) in expected.items():
        mode = random.choice(MODES)
        commands.append(("h5read", folder / "theirs.h5", name, folder / f"{name}.npy", mode, wanted, values.ndim))
    for ranks in RANKS:
        results = driver.run(commands, ranks, folder)
        for command, result in zip(commands, results):
            assert result == "ok", (command, result)
            values, _ = expected[command[2]]
            found = np.load(command[3])
            assert same(found, values), (command, found, values)
            pathlib.Path(command[3]).unlink()


def check_h5py_agrees(random, folder):
    """The usual types, against h5py alone: no model of ours."""
    names = {}
    with h5py.File(folder / "h5py.h5", "w") as file:
        for k, (dtype, wanted) in enumerate((("f8", "f8"), (">f8", "f8"), ("f4", "f8"), (">i2", "i2"), ("i2", "i8"),
                                             ("u1", "u1"), ("c16", "c16"), (">c8", "c16"), ("f2", "f8"))):
            for fill in (None, 7 if "c" not in dtype else np.array(7, dtype)):
                for options in ({}, {"chunks": (3, 4)}, {"chunks": (3, 4), "compression": "gzip", "shuffle": True}):
                    name = f"d{len(names)}"
                    d = file.create_dataset(name, (8, 9), dtype, fillvalue=fill, **options)
                    if random.random() < 0.7:
                        d[2:5, 3:random.randrange(4, 9)] = k + 1
                    names[name] = (d[()], wanted)
    commands = [("h5read", folder / "h5py.h5", name, folder / f"{name}.npy", random.choice(MODES), wanted, 2)
                for name, (_, wanted) in names.items()]
    for ranks in RANKS:
        for command, result in zip(commands, driver.run(commands, ranks, folder)):
            assert result == "ok", (command, result)
            values = names[command[2]][0]
            assert np.array_equal(np.load(command[3]), values.astype(command[5])), command


def check_writing(random, folder, count):
    """Parts and frames into datasets of others."""
    models = {}
    with h5py.File(folder / "grown.h5", "w") as file:
        for k in range(count):
            shape = tuple(random.randrange(1, 7) for _ in range(3))
            fill = random.choice((None, -999.0, 0.5))
            options = random.choice(({}, {"chunks": True}, {"chunks": (2, 3, 2)}, {"chunks": (3, 2, 4), "shuffle": True},
                                     {"chunks": (2, 2, 2), "compression": "gzip"}))
            if options:
                options["maxshape"] = (None, None, None)
            d = file.create_dataset(f"d{k}", shape, random.choice(("f8", ">f8")), fillvalue=fill, **options)
            if random.random() < 0.4:
                d[0, :, 0] = 3.0
            models[f"d{k}"] = [d[()], 0.0 if fill is None else fill, bool(options)]
        unfilled = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        unfilled.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        unfilled.set_fill_value(np.array(-1.0))
        h5py.h5d.create(file.id, b"unfilled", H5T.IEEE_F64LE, h5py.h5s.create_simple((30, 40, 5)), unfilled)
        models["unfilled"] = [np.full((30, 40, 5), -1.0), -1.0, False]
    commands = [("h5extend", folder / "grown.h5")]
    for name, model in models.items():
        shape = model[0].shape
        lower = [random.randrange(n) for n in shape]
        box = tuple(slice(a, random.randrange(a + 1, n + 1)) for a, n in zip(lower, shape))
        part = np.full(model[0][box].shape, 5.0)
        np.save(folder / f"part_{name}.npy", part)
        model[0][box] = part
        commands.append(("h5writepart", name, folder / f"part_{name}.npy", random.choice(MODES),
                         "".join(f"{s.start}:{s.stop}:1;" for s in box)))
        if not model[2]:
            continue
        if random.random() < 0.3:
            keep = random.randrange(shape[0] + 1)
            commands.append(("h5truncate", name, keep))
            model[0] = model[0][:keep]
        frame = np.full(shape[1:], 8.0)
        np.save(folder / f"frame_{name}.npy", frame)
        commands.append(("h5append", name, folder / f"frame_{name}.npy", random.choice(MODES), "", 0, 0, 0))
        model[0] = np.concatenate([model[0], frame[None]])
    commands.append(("h5commit",))
    original = (folder / "grown.h5").read_bytes()
    for ranks in RANKS:
        (folder / "grown.h5").write_bytes(original)
        for command, result in zip(commands, driver.run(commands, ranks, folder)):
            assert result == "ok", (command, result)
        with h5py.File(folder / "grown.h5", "r+") as file:
            for name, (values, fill, grows) in models.items():
                assert np.array_equal(file[name][()], values), (name, file[name][()], values)
                if grows:  # what is behind the end is the fill value, too
                    file[name].resize((values.shape[0] + 3, *values.shape[1:]))
                    assert (file[name][values.shape[0]:] == fill).all(), (name, file[name][()], fill)


def main():
    random = driver.seed()
    with driver.scratch() as name:
        folder = pathlib.Path(name).resolve()
        check_h5py_agrees(random, folder)
        for _ in range(2):
            check_reading(random, folder, 60)
        check_writing(random, folder, 30)
    print("other programs, h5py and we agree")


main()
