"""tessera-savetxt of what is more than numbers, and of what HDF5's filters packed, against NumPy and h5py."""

import os

import h5py
import numpy as np

from programs import main, refused, succeed

RECORD = np.dtype([("x", "<f8"), ("n", ">i4"), ("s", "S3"), ("u", "U4"), ("p", [("a", "<f4"), ("b", "?")]),
                   ("v", "<i2", (2, 2)), ("big", "u8"), ("half", "f2")])


def records():
    """Structs with structs, arrays and texts inside."""
    array = np.zeros(7, RECORD)
    array["x"] = np.arange(7) / 3
    array["n"] = np.arange(7) * -70000
    array["s"] = [b"a", b"bcd", b"", b"x", b"yy", b"%d", b" z"]
    array["u"] = ["\u00e4", "bcd\u00e9", "", "\u20ac", "\U0001f600", "a b", "\u00fcx"]
    array["p"]["a"], array["p"]["b"] = 1 / 3, np.arange(7) % 2
    array["v"] = np.arange(28).reshape(7, 2, 2)
    array["big"], array["half"] = 2**64 - 1 - np.arange(7, dtype="u8"), np.arange(7) / 4
    return array


def flat(array):
    """A column for each leaf, with texts that NumPy writes as they are."""
    columns = {}
    for name in array.dtype.names:
        if array[name].dtype.names:
            columns.update({name + inner: array[name][inner] for inner in array[name].dtype.names})
        elif array[name].ndim > 1:
            columns.update({f"{name}{k}": column for k, column in enumerate(array[name].reshape(len(array), -1).T)})
        else:
            columns[name] = np.char.decode(array[name]) if array[name].dtype.kind == "S" else array[name]
    table = np.zeros(len(array), [(name, column.dtype) for name, column in columns.items()])
    for name, column in columns.items():
        table[name] = column
    return table


def formats(table, number=None):
    usual = {"f": "%.18e", "U": "%s"}
    return ["%s" if table[name].dtype.kind == "U" else number or usual.get(table[name].dtype.kind, "%d")
            for name in table.dtype.names]


def numpy_text(table, **options):
    np.savetxt("expected.txt", table, encoding="utf-8", **options)
    return open("expected.txt", encoding="utf-8").read()


def write_everywhere(array):
    """The array in all formats of files; HDF5 has no UTF-32."""
    np.save("array.npy", array)
    np.savez("array.npz", a=array)
    np.savez_compressed("packed.npz", a=array)
    kept = [name for name in array.dtype.names or () if array.dtype[name].kind != "U"]
    with h5py.File("array.h5", "w") as file:
        file["a"] = array[kept].astype([(name, array.dtype[name]) for name in kept]) if kept else array
    return kept


def test_structs():
    array = records()
    kept = write_everywhere(array)
    for source, table in [("array.npy", flat(array)), ("array.npz", flat(array)), ("packed.npz", flat(array)),
                          ("array.h5", flat(array[kept]))]:
        for ranks in (None, 3) if source != "packed.npz" else (2,):
            assert succeed("savetxt", source, "-", ranks=ranks).out == numpy_text(table, fmt=formats(table)), source
        expected = numpy_text(table, fmt=formats(table, "%.4g"), delimiter=" ; ", header="h")
        assert succeed("savetxt", source, "-", "--fmt", "%.4g", "--delimiter", " ; ", "--header", "h").out == expected
        one_each = ["%12s" if fmt == "%s" else "%g" for fmt in formats(table)]
        assert succeed("savetxt", source, "-", "--fmt", ",".join(one_each)).out == numpy_text(table, fmt=one_each)
        together = "|".join(one_each)
        assert succeed("savetxt", source, "-", "--fmt", together).out == numpy_text(table, fmt=together)
    np.save("none.npy", array[:0])
    np.save("one.npy", array[3])
    assert succeed("savetxt", "none.npy", "-", ranks=2).out == ""
    one = flat(array[3:4])
    assert succeed("savetxt", "one.npy", "-", ranks=2).out == numpy_text(one, fmt=formats(one))


def test_complex_members():
    array = np.zeros(3, [("z", "c16"), ("n", "i4")])
    array["z"], array["n"] = [1 + 2j, -0.5j, 3], [1, 2, 3]
    write_everywhere(array)
    numbers = numpy_text(array["z"], fmt="%.3e").splitlines()
    for source in ("array.npy", "array.npz", "array.h5"):
        lines = succeed("savetxt", source, "-", "--fmt", "%.3e,%d").out.splitlines()
        assert lines == [f"{number} {n}" for number, n in zip(numbers, array["n"])], (source, lines)


def test_texts():
    for array in (np.array(["a", "\u00e4\u20ac", "", "x y"]), np.array(["\U0001f600b", ""]).astype(">U5"),
                  np.array([["a", "bb", "%"], ["d", "e", "fff"]]), np.asfortranarray([["a", "bb", "c"], ["d", "e", "f"]]),
                  np.array("alone")):
        expected = numpy_text(np.atleast_1d(array), fmt="%s", delimiter=",", header="h\ni", newline="\r\n")
        np.save("texts.npy", array)
        np.savez("texts.npz", array)
        with h5py.File("texts.h5", "w") as file:
            file.create_dataset("a", data=array.astype(object), dtype=h5py.string_dtype())
        options = ["-", "--delimiter", ",", "--header", "h\ni", "--newline", "\\r\\n"]
        for source in ("texts.npy", "texts.npz", "texts.h5"):
            ranks = 2 if source == "texts.npy" else None
            out = succeed("savetxt", source, *options, ranks=ranks, encoding="utf-8").out
            assert out == expected, (source, out)
    letters = np.array([b"a", b"bcd", b"", b"\xc3\xa4"])
    write_everywhere(letters)
    for source in ("array.npy", "array.npz", "array.h5"):
        assert succeed("savetxt", source, "-", ranks=2).out == "a\nbcd\n\n\u00e4\n", source
        assert succeed("savetxt", source, "-", "--fmt", "%-4s|").out == "a   |\nbcd |\n    |\n\u00e4   |\n", source


def test_structs_that_are_no_text():
    np.save("times.npy", np.zeros(2, [("x", "f8"), ("when", "M8[s]")]))
    np.save("surrogate.npy", np.frombuffer(np.array([0xd800, 0x110000], "<u4").tobytes(), "<U1"))
    with h5py.File("texts.h5", "w") as file:
        file.create_dataset("a", (2,), np.dtype([("x", "f8"), ("s", h5py.string_dtype())]))
    refused(1, "'when'", "savetxt", "times.npy", "new.txt")
    refused(1, "no character", "savetxt", "surrogate.npy", "new.txt")
    refused(1, "'s' is of type string", "savetxt", "texts.h5", "new.txt")
    np.save("pairs.npy", np.zeros(2, [("n", "i4"), ("s", "S3")]))
    refused(1, "3 formats for 2 columns", "savetxt", "pairs.npy", "new.txt", "--fmt", "%d,%d,%s")
    refused(1, "'%s'", "savetxt", "pairs.npy", "new.txt", "--fmt", "%d,%d")
    assert not os.path.exists("new.txt")


def with_bits_left_out(file, name, values, precision, offset):
    """Integers that do not fill their bytes, which HDF5's filter nbit packs."""
    type_id = h5py.h5t.py_create(values.dtype).copy()
    type_id.set_precision(precision)
    type_id.set_offset(offset)
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_chunk((4, 4))
    creation.set_filter(h5py.h5z.FILTER_NBIT, 0, ())
    space = h5py.h5s.create_simple(values.shape)
    h5py.h5d.create(file.id, name, type_id, space, creation).write(h5py.h5s.ALL, h5py.h5s.ALL, values)


def test_filters_of_hdf5():
    values = (np.arange(60, dtype="i4") * 37 % 101).reshape(6, 10)
    with h5py.File("filters.h5", "w") as file:
        file.create_dataset("scaled", data=values, chunks=(4, 4), scaleoffset=0)
        file.create_dataset("filled", data=values.astype(">u2"), chunks=(4, 4), scaleoffset=0, fillvalue=9)
        file.create_dataset("decimal", data=values * 0.25, chunks=(4, 4), scaleoffset=2)
        file.create_dataset("twice", data=values, chunks=(4, 4), scaleoffset=7, compression="gzip")
        file.create_dataset("as_it_is", data=values * 10**7, chunks=(4, 4), scaleoffset=32)
        if h5py.h5z.filter_avail(h5py.h5z.FILTER_SZIP):
            file.create_dataset("szip", data=values.astype(">f8"), chunks=(6, 10), compression="szip", shuffle=True)
        with_bits_left_out(file, b"bits", values, 9, 3)
        with_bits_left_out(file, b"all_bits", values, 32, 0)
    with h5py.File("filters.h5") as file:
        for name, dataset in file.items():
            fmt = "%.17g" if dataset.dtype.kind == "f" else "%d"
            expected = numpy_text(dataset[...], fmt=fmt)
            assert succeed("savetxt", "filters.h5", "-", "--dataset", name, "--fmt", fmt, ranks=2).out == expected, name


def test_damaged_filters():
    """A chunk that is cut short, and parameters that claim more elements than it has, which HDF5 1.10 believes."""
    values = np.arange(16, dtype="i4").reshape(4, 4)
    with h5py.File("short.h5", "w") as file:
        file.create_dataset("a", (4, 4), "i4", chunks=(4, 4), scaleoffset=0)
        file["a"].id.write_direct_chunk((0, 0), b"\x1f" + bytes(30))
    refused(1, "too short", "savetxt", "short.h5", "new.txt")
    with h5py.File("claims.h5", "w") as file:
        with_bits_left_out(file, b"a", values, 9, 3)
    data = open("claims.h5", "rb").read()
    stored = np.array([8, 0, 16, 1, 4, 0, 9, 3], "<u4").tobytes()
    assert data.count(stored) == 1
    open("claims.h5", "wb").write(data.replace(stored, np.array([8, 0, 1 << 23, 1, 4, 0, 9, 3], "<u4").tobytes()))
    # The shape of the chunks says how many there are.
    assert succeed("savetxt", "claims.h5", "-", "--fmt", "%d").out == numpy_text(values, fmt="%d")


main(globals())
