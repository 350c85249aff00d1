"""tessera-info against h5py and NumPy, and on damaged files."""

import glob
import json
import os

import h5py
import numpy as np

from programs import flip, main, refused, run, succeed

RANKS = (None, 1, 3)


def make_files():
    rng = np.random.default_rng(3)
    with h5py.File("all.h5", "w") as file:
        file.attrs["title"] = "a \"test\""
        for dtype in ("f8", "f4", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", ">f8", ">i2"):
            file["types/" + dtype] = (rng.normal(size=(5, 7)) * 100).astype(dtype)
        file["bool"] = rng.random(9) < 0.5
        file["complex"] = np.ones(3, complex)
        file["scalar"] = -2.5
        file["empty"] = np.zeros((0, 3))
        file["nan"] = np.array([1, np.nan, -3, np.inf])
        file["allnan"] = np.array([np.nan])
        file["large"] = rng.normal(size=(7, 3, 130000))
        file.create_dataset("packed", data=rng.integers(0, 9, (40, 30)), chunks=(8, 30), compression=6, shuffle=True,
                            fletcher32=True, maxshape=(None, 30))
        file["packed"].attrs["units"] = "K"
        file["text"] = "hello"
        file["soft"] = h5py.SoftLink("/packed")
        file["other"] = h5py.ExternalLink("secret.h5", "/x")
    np.save("array.npy", np.asfortranarray(rng.normal(size=(400, 1000)).astype(">f4")))
    np.savez_compressed("some.npz", x=rng.normal(size=(2, 3, 4)), n=np.arange(5, dtype="i2"), words=np.array(["ab", "c"]))
    with open("offset.h5", "wb") as file:
        file.write(bytes(512))
    with h5py.File("user.h5", "w", userblock_size=512) as file:
        file["x"] = np.arange(3)


def check_numbers(found, array):
    good = array[~np.isnan(array)].astype(array.dtype.newbyteorder("="))
    assert found["nan"] == array.size - good.size, found
    if good.size == 0:
        assert found["min"] is None and found["mean"] is None, found
        return
    for name, expected in [("min", good.min()), ("max", good.max()), ("mean", good.mean(dtype=float))]:
        if np.isinf(expected):
            assert found[name] is None, (name, found)
        else:
            assert abs(found[name] - expected) <= 1e-12 * abs(expected), (name, found, expected)


def check_hdf5(found):
    objects = {o["name"]: o for o in found["objects"]}
    with h5py.File("all.h5") as file:
        names = []
        file.visit(names.append)
        assert set(objects) == {"/", "soft", "other", *names}, objects.keys()
        for name in names:
            data, o = file[name], objects[name]
            if isinstance(data, h5py.Group):
                assert o["note"] == "group" and "dtype" not in o, o
                continue
            assert o["shape"] == list(data.shape), o
            if data.dtype.kind in "iufbc":
                assert o["dtype"] == data.dtype.newbyteorder("=").name, o
                assert o["bytes"] == data.id.get_storage_size(), o
            if data.dtype.kind in "iufb" and data.size > 0:
                check_numbers(o, data[...] if data.shape else np.array([data[()]]))
    assert objects["packed"]["max_shape"] == [-1, 30] and objects["packed"]["chunk"] == [8, 30]
    assert objects["packed"]["filters"] == "shuffle, deflate 6, fletcher32", objects["packed"]
    assert objects["packed"]["attributes"] == {"units": "K"} and objects["/"]["attributes"] == {"title": "a \"test\""}
    assert "secret.h5" in objects["other"]["note"] and "packed" in objects["soft"]["note"]


def test_content():
    make_files()
    outputs = set()
    for ranks in RANKS:
        out = succeed("info", "all.h5", "array.npy", "some.npz", "user.h5", "--json", "--stats", "-a", "--verify",
                      ranks=ranks).out
        outputs.add(out)
    assert len(outputs) == 1
    hdf5, npy, npz, user = (json.loads(line) for line in out.splitlines())
    for found, path, kind in [(hdf5, "all.h5", "HDF5"), (npy, "array.npy", "npy"), (npz, "some.npz", "npz"),
                              (user, "user.h5", "HDF5")]:
        assert (found["path"], found["kind"], found["bytes"], found["damaged"]) == (path, kind, os.path.getsize(path), False)
    check_hdf5(hdf5)
    array, = npy["objects"]
    assert (array["dtype"], array["shape"], array["bytes"]) == ("float32", [400, 1000], 1600000), array
    check_numbers(array, np.load("array.npy"))
    arrays = {o["name"]: o for o in npz["objects"]}
    with np.load("some.npz") as stored:
        assert list(arrays) == list(stored)
        for name in stored:
            assert arrays[name]["shape"] == list(stored[name].shape) and arrays[name]["bytes"] == stored[name].nbytes
        check_numbers(arrays["x"], stored["x"])
        check_numbers(arrays["n"], stored["n"])


def test_table():
    make_files()
    lines = succeed("info", "all.h5", "-a", "--stats").out.splitlines()
    assert lines[0].startswith("all.h5: HDF5, ") and lines[1].split()[:4] == ["name", "dtype", "shape", "grows"]
    packed = next(line for line in lines if line.startswith("  packed"))
    assert "int64  " in packed and "(40, 30)" in packed and "(*, 30)" in packed and "deflate 6" in packed, packed
    assert "    @units = K" in lines and "  types  group" in lines
    assert "min" not in succeed("info", "all.h5").out
    assert "checksums fit" in succeed("info", "all.h5", "--verify").out.splitlines()[0]
    assert "no checksums" in succeed("info", "user.h5", "--verify").out.splitlines()[0]


def test_checkpoints():
    succeed("heat", "--shape", "40,30", "--steps", 30, "--checkpoint", "run", "--checkpoint-every", 20, ranks=2)
    newest, older = sorted(glob.glob("run/*.checkpoint"))[::-1]
    for ranks in RANKS:
        found = json.loads(succeed("info", "run", "--json", "-a", ranks=ranks).out)
        assert not found["damaged"] and found["kind"] == "checkpoint"
        assert [(g["path"], g["step"]) for g in found["generations"]] == [(newest, 30), (older, 20)]
        arrays = {o["name"]: o for o in found["generations"][0]["objects"]}
        assert arrays["temperature"]["shape"] == [40, 30] and arrays["temperature"]["dtype"] == "float64"
        assert arrays["/"]["attributes"]["boundary"] == "fixed", arrays
    assert succeed("info", "run").out.count("checksums fit") == 2
    assert "checksums" not in succeed("info", "run", "--quick").out
    assert len(json.loads(succeed("info", older, "--json").out)["generations"]) == 1
    data = newest.replace(".checkpoint", ".h5")
    with h5py.File(data) as file:
        place = file["temperature"].id.get_offset()
    flip(data, place + 5000)
    for ranks in RANKS:
        damaged("run", "temperature", data, ranks)
    succeed("info", "run", "--quick")
    succeed("info", older)
    flip(data, place + 5000)
    flip(data, 100)
    damaged("run", "what surrounds the arrays", data, 3)
    flip(data, 100)
    succeed("info", "run")
    flip(newest, 30)
    result = damaged("run", "checksum does not fit", newest, 3)
    assert [g["damaged"] for g in json.loads(result.out)["generations"]] == [True, False]
    damaged(newest, "the manifest is damaged", newest, None)
    os.remove(older.replace(".checkpoint", ".h5"))
    damaged(older, "No such file", older.replace(".checkpoint", ".h5"), 3)


def damaged(path, part, file, ranks):
    result = run("info", path, "--json", ranks=ranks)
    assert result.code == 1 and json.loads(result.out)["damaged"], (result.code, result.out)
    assert len(result.err.splitlines()) == 1 and part in result.err and file in result.err, result.err
    return result


def test_damaged_chunks():
    make_files()
    with h5py.File("all.h5") as file:
        place = file["packed"].id.get_chunk_info(2).byte_offset
    flip("all.h5", place + 10)
    assert run("info", "all.h5").code == 0
    for ranks in RANKS:
        result = run("info", "all.h5", "--verify", ranks=ranks)
        assert result.code == 1 and "'packed'" in result.err and len(result.err.splitlines()) == 1, result.err
        assert "damaged" in result.out.splitlines()[0]
    with open("some.npz", "rb") as file:
        at = file.read().index(b"x.npy") + 40
    flip("some.npz", at)
    assert run("info", "some.npz", "--verify").code == 1


def test_refusals():
    open("words.txt", "w").write("hello")
    open("nothing", "w").close()
    open("torn.h5", "wb").write(b"\x89HDF\r\n\x1a\n" + bytes(30))
    open("torn.npy", "wb").write(b"\x93NUMPY\x01\x00")
    open("torn.npz", "wb").write(b"PK\x03\x04" + bytes(30))
    os.makedirs("folder", exist_ok=True)
    for path in ("missing.h5", "words.txt", "nothing", "torn.h5", "torn.npy", "torn.npz", "folder", "/dev/null"):
        refused(1, path, "info", path)
        assert run("info", path).out == "", path
    assert run("info").code == 2
    np.save("good.npy", np.zeros(3))
    result = run("info", "missing.h5", "good.npy")
    assert result.code == 1 and "good.npy: npy" in result.out, result.out


main(globals())
