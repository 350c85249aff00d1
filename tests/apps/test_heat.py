"""tessera-heat against the course's scheme in NumPy, on every number of ranks."""

import importlib.util
import json
import os
import pathlib
import sys

import h5py
import numpy as np

from programs import bottle, main, refused, run, succeed

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "io" / "vtkhdf"))
import vtkhdf_check  # noqa: E402

GRIDS = [(None, None), (1, "1,1"), (2, "2,1"), (2, "1,2"), (3, "3,1"), (4, "2,2"), (4, "1,4"), (6, "3,2")]


def course_scheme(u, steps, a, spacing, dt, boundary="fixed"):
    """u + a * dt * (second differences); fixed: the outermost points are kept."""
    beyond = "symmetric" if boundary == "reflecting" else "wrap"
    u = u.copy()
    for _ in range(steps):
        total = np.zeros_like(u)
        for axis, h in enumerate(spacing):
            wide = np.pad(u, [(1, 1) if d == axis else (0, 0) for d in range(u.ndim)], mode=beyond)
            low, high = (np.take(wide, np.arange(u.shape[axis]) + k, axis) for k in (0, 2))
            total += (high - 2 * u + low) / h**2
        new = u + a * dt * total
        if boundary == "fixed":
            kept = np.ones_like(u, bool)
            kept[(slice(1, -1),) * u.ndim] = False
            new[kept] = u[kept]
        u = new
    return u


def final_field(path):
    with h5py.File(path) as file:
        return file["temperature"][:]


def close(found, expected):
    assert found.shape == expected.shape, (found.shape, expected.shape)
    worst = np.max(np.abs(found - expected) / np.abs(expected))
    assert worst < 1e-12, worst


def same_on_all(grids, *arguments):
    """Runs on several grids; the fields must have the same bits. Returns the field."""
    fields, sums = [], []
    for ranks, grid in grids:
        extra = [] if grid is None else ["--grid", grid]
        result = succeed("heat", *arguments, *extra, "--output", "out.h5", ranks=ranks)
        fields.append(final_field("out.h5"))
        sums.append(result.value("checksum"))
    for field in fields:
        assert field.tobytes() == fields[0].tobytes()
    assert len(set(sums)) == 1, sums
    return fields[0]


def test_course_field():
    path = bottle()
    found = same_on_all(GRIDS, "--input", path, "--steps", 200)
    close(found, course_scheme(np.loadtxt(path), 200, 0.5, (0.01, 0.01), 5e-5))


def test_periodic():
    rng = np.random.default_rng(1)
    field = 1 + rng.random((23, 31))
    np.save("field.npy", field)
    found = same_on_all([(None, None), (2, "1,2"), (3, "3,1"), (6, "2,3")], "--input", "field.npy", "--steps", 50,
                        "--boundary", "periodic", "--spacing", "0.1,0.2", "--diffusivity", 0.25, "--dt", 0.01)
    close(found, course_scheme(field, 50, 0.25, (0.1, 0.2), 0.01, "periodic"))


def test_three_dimensions():
    rng = np.random.default_rng(2)
    field = 1 + rng.random((13, 9, 17))
    with h5py.File("field.h5", "w") as file:
        file["start"] = field
    found = same_on_all([(None, None), (2, "1,2,1"), (3, "1,1,3"), (4, "2,2,1"), (6, "3,1,2")],
                        "--input", "field.h5", "--dataset", "start", "--steps", 30, "--spacing", "0.1,0.2,0.3")
    dt = 1 / (2 * 0.5 * (100 + 25 + 1 / 0.09))
    close(found, course_scheme(field, 30, 0.5, (0.1, 0.2, 0.3), dt))


def test_reflecting():
    field = 1 + np.random.default_rng(4).random((19, 26))
    np.save("closed.npy", field)
    found = same_on_all([(None, None), (3, "1,3"), (4, "2,2")], "--input", "closed.npy", "--steps", 60,
                        "--boundary", "reflecting", "--spacing", "0.1,0.2", "--diffusivity", 0.25, "--dt", 0.01)
    close(found, course_scheme(field, 60, 0.25, (0.1, 0.2), 0.01, "reflecting"))
    assert abs(found.mean() / field.mean() - 1) < 1e-13


def test_one_checksum_step_by_step_and_blocked_in_time():
    np.save("plane.npy", 1 + np.random.default_rng(5).random((45, 37)))
    np.save("cube.npy", 1 + np.random.default_rng(6).random((12, 10, 11)))
    everywhere = [(ranks, block) for ranks in (1, 2, 3, 4, 6, 7) for block in (1, 0)]
    in_turn = [(1, 1), (2, 0), (3, 1), (4, 0), (6, 1), (7, 0)]
    for path, boundary, runs in [("plane.npy", "reflecting", everywhere), ("plane.npy", "fixed", in_turn),
                                 ("plane.npy", "periodic", in_turn), ("cube.npy", "reflecting", in_turn)]:
        sums = {}
        for ranks, block in runs:
            result = succeed("heat", "--input", path, "--boundary", boundary, "--steps", 75, "--time-block", block,
                             ranks=ranks)
            sums[ranks, block] = result.value("checksum")
        assert len(set(sums.values())) == 1, (path, boundary, sums)


def test_stops_when_nothing_changes():
    arguments = ["--shape", "20,30", "--boundary", "reflecting"]
    early = [succeed("heat", *arguments, "--steps", 100000, "--tolerance", 1e-6, "--output", "early.h5", ranks=ranks)
             for ranks in (1, 3)]
    assert early[0].value("checksum") == early[1].value("checksum")
    taken = int(early[0].value("taken").split()[0])
    assert 100 < taken < 100000 and taken % 100 == 0, taken
    same = succeed("heat", *arguments, "--steps", taken, "--time-block", 1)
    assert same.value("checksum") == early[0].value("checksum")
    with h5py.File("early.h5") as file:
        attributes = dict(file["temperature"].attrs)
        assert attributes["steps"] == taken and attributes["time"] == taken * attributes["dt"], attributes


def test_more_ranks_than_rows():
    field = 1 + np.random.default_rng(3).random((3, 40))
    np.savetxt("thin.txt", field)
    found = same_on_all([(1, None), (4, "4,1"), (7, "7,1")], "--input", "thin.txt", "--steps", 20)
    close(found, course_scheme(np.loadtxt("thin.txt"), 20, 0.5, (0.01, 0.01), 5e-5))


def test_frames_and_attributes():
    succeed("heat", "--shape", "30,40", "--steps", 25, "--every", 10, "--output", "frames.h5", ranks=3)
    succeed("heat", "--shape", "30,40", "--steps", 20, "--output", "twenty.h5")
    with h5py.File("frames.h5") as file:
        assert file["frames"].shape == (3, 30, 40)
        assert file["frames"][2].tobytes() == final_field("twenty.h5").tobytes()
        attributes = dict(file["temperature"].attrs)
        assert attributes["steps"] == 25 and attributes["boundary"] == "fixed", attributes
        assert attributes["time"] == 25 * attributes["dt"], attributes
        assert list(attributes["spacing"]) == [0.01, 0.01]


def test_vtkhdf():
    """Frames and the final field in 2-D; an image of the final one in 3-D, where no frames are asked for."""
    arguments = ["--shape", "6,7", "--spacing", "0.5,0.25", "--steps", 5, "--every", 2]
    succeed("heat", *arguments, "--vtkhdf", "plane.vtkhdf", "--output", "plane.h5", ranks=3)
    succeed("heat", *arguments, "--vtkhdf", "alone.vtkhdf")
    assert open("plane.vtkhdf", "rb").read() == open("alone.vtkhdf", "rb").read()
    points, origin, spacing, steps = vtkhdf_check.read("plane.vtkhdf")
    assert (points, origin, spacing) == ([1, 6, 7], (0, 0, 0), (0.25, 0.5, 0.25)), (points, origin, spacing)
    with h5py.File("plane.h5") as file:
        dt = file["temperature"].attrs["dt"]
        fields = [*file["frames"], file["temperature"][:]]
    assert list(steps) == [0, 2 * dt, 4 * dt, 5 * dt], list(steps)
    for step, field in zip(steps.values(), fields):
        assert step["PointData", "temperature"].tobytes() == field.tobytes()
    succeed("heat", "--shape", "4,5,6", "--spacing", 1, "--steps", 3, "--vtkhdf", "cube.vtkhdf", "--output", "cube.h5", ranks=2)
    *grid, steps = vtkhdf_check.read("cube.vtkhdf")
    assert grid == [[4, 5, 6], (0, 0, 0), (1, 1, 1)] and list(steps) == [None], grid
    assert steps[None]["PointData", "temperature"].tobytes() == final_field("cube.h5").tobytes()


def check_in_xarray(path, dims, places, times):
    if not all(importlib.util.find_spec(name) for name in ("xarray", "h5netcdf", "netCDF4")):
        return
    import xarray
    for engine in ("h5netcdf", "netcdf4"):
        xarray.open_dataset(path, engine=engine).close()
        with xarray.open_dataset(path, engine=engine, decode_times=False) as file:
            assert file["temperature"].dims == dims and file["frames"].dims == ("time", *dims), (engine, file)
            assert file["temperature"].units == "degC" and file["time"].units == "s", (engine, file)
            for name, expected in zip(dims, places):
                assert file[name].units == "m" and np.allclose(file[name], expected), (engine, name)
            assert np.allclose(file["time"], times, rtol=1e-15), engine


def test_describes_its_output():
    succeed("heat", "--shape", "6,7", "--spacing", "0.5,0.25", "--steps", 4, "--every", 2, "--output", "plane.h5")
    succeed("heat", "--shape", "4,5,6", "--spacing", "1", "--dt", 0.1, "--steps", 2, "--every", 1,
            "--output", "cube.h5", ranks=3)
    with h5py.File("plane.h5") as file:
        dt = file["temperature"].attrs["dt"]
        assert file["frames"].dims[0]["time"] == file["time"] and file["temperature"].dims[1]["x"] == file["x"]
    check_in_xarray("plane.h5", ("y", "x"), [np.arange(6) * 0.5, np.arange(7) * 0.25], np.arange(3) * 2 * dt)
    check_in_xarray("cube.h5", ("z", "y", "x"), [np.arange(4), np.arange(5), np.arange(6)], np.arange(3) * 0.1)


def test_summary_as_json():
    arguments = ["--shape", "20,30", "--steps", 10, "--output", "j.h5"]
    result = succeed("heat", *arguments, "--json", ranks=2)
    found, printed = json.loads(result.out), succeed("heat", *arguments)
    assert result.out.count("\n") == 1 and found["shape"] == [20, 30] and found["steps"] == 10, result.out
    assert found["checksum"] == printed.value("checksum") and found["ranks"] == 2 and found["output"] == "j.h5"
    field = final_field("j.h5")
    assert (found["minimum"], found["maximum"]) == (field.min(), field.max()), found
    refused(2, "--quiet", "heat", "--json", "--quiet")


def test_says_how_far_it_is():
    quiet = succeed("heat", "--shape", "20,20", "--steps", 5)
    assert quiet.err == "", quiet.err
    refused(2, "--quiet", "heat", "--progress", "--quiet")


def test_printed_values():
    path = bottle()
    result = succeed("heat", "--input", path, "--steps", 10, "--output", "out.h5", ranks=2)
    field = final_field("out.h5")
    for name, expected in [("minimum", field.min()), ("maximum", field.max()), ("mean", field.mean())]:
        assert abs(float(result.value(name)) - expected) < 1e-9, (name, expected)
    quiet = succeed("heat", "--shape", "20,20", "--steps", 1, "--quiet", ranks=2)
    assert quiet.out == "" and quiet.err == "", quiet.out + quiet.err


def test_zero_steps_keep_the_field():
    np.save("start.npy", np.arange(12.0).reshape(3, 4))
    succeed("heat", "--input", "start.npy", "--steps", 0, "--output", "zero.h5", ranks=2)
    assert (final_field("zero.h5") == np.arange(12.0).reshape(3, 4)).all()


def test_pictures():
    succeed("heat", "--shape", "60,80", "--steps", 20, "--image", "p.png", "--image-every", 10, ranks=2)
    succeed("heat", "--shape", "20,30,40", "--steps", 5, "--image", "volume.png", ranks=3)
    succeed("heat", "--shape", "7,8", "--steps", 5, "--image", "new/folder/q.png", "--image-every", 5, ranks=2)
    for name, size in [("p.png", (80, 60)), ("p_000000.png", (80, 60)), ("p_000020.png", (80, 60)),
                       ("volume.png", (40, 30)), ("new/folder/q_000005.png", (8, 7))]:
        head = open(name, "rb").read(24)
        assert head[:8] == b"\x89PNG\r\n\x1a\n", name
        assert (int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")) == size, name


def test_bad_command_lines():
    refused(2, "--grid 5 x 1 does not multiply", "heat", "--grid", "5,1", ranks=(None, 3))
    refused(2, "--grid has 3 axes", "heat", "--grid", "3,1,1")
    refused(2, "not stable", "heat", "--dt", 1)
    refused(2, "must be greater than zero", "heat", "--dt", -1)
    refused(2, "must be greater than zero", "heat", "--diffusivity", 0)
    refused(2, "--spacing has 3 values", "heat", "--spacing", "1,1,1")
    refused(2, "use 2 or 3", "heat", "--shape", "10")
    refused(2, "0 points", "heat", "--shape", "0,10")
    refused(2, "must not be negative", "heat", "--steps", -3)
    refused(2, "--boundary", "heat", "--boundary", "round")
    refused(2, "must not be negative", "heat", "--time-block", -1)
    refused(2, "at most 64", "heat", "--time-block", 65)
    refused(2, "must be greater than zero", "heat", "--tolerance", 0)
    refused(2, "--nonsense", "heat", "--nonsense")
    refused(2, "--every writes to --output or --vtkhdf", "heat", "--every", 5)
    refused(2, "same file", "heat", "--output", "x", "--image", "x")


def test_bad_files():
    refused(1, "missing.txt", "heat", "--input", "missing.txt")
    open("ragged.txt", "w").write("1 2 3\n4 5\n")
    refused(1, "line 2", "heat", "--input", "ragged.txt")
    open("word.txt", "w").write("# head\n1 2 3\n4 five 6\n")
    refused(1, "'word.txt' line 3, column 2", "heat", "--input", "word.txt")
    open("empty.txt", "w").write("# nothing\n\n")
    refused(1, "empty.txt", "heat", "--input", "empty.txt")
    np.save("line.npy", np.zeros(5))
    refused(1, "1 axes", "heat", "--input", "line.npy")
    open("cut.npy", "wb").write(open("line.npy", "rb").read()[:-8])
    refused(1, "cut.npy", "heat", "--input", "cut.npy")
    open("no.h5", "w").write("not HDF5")
    refused(1, "no.h5", "heat", "--input", "no.h5")
    with h5py.File("other.h5", "w") as file:
        file["something"] = np.zeros((3, 3))
    refused(1, "something", "heat", "--input", "other.h5")
    refused(1, "absent/out.h5", "heat", "--output", "absent/out.h5")
    refused(1, "absent/out.png", "heat", "--image", "absent/out.png")


def test_nothing_half_written():
    """A file-size limit stands in for a full disk: the old file stays, no temporary is left."""
    import resource
    import signal

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))

    os.makedirs("full", exist_ok=True)
    for name in os.listdir("full"):
        os.remove(os.path.join("full", name))
    open("full/heat.h5", "w").write("old")
    for ranks in (None, 3):
        result = run("heat", "--shape", "3000,3000", "--steps", 1, "--output", "full/heat.h5", ranks=ranks,
                     preexec_fn=limit)
        assert result.code == 1, (ranks, result.code, result.err)
        assert "full/heat.h5" in result.err, result.err
        assert os.listdir("full") == ["heat.h5"] and open("full/heat.h5").read() == "old", os.listdir("full")


main(globals())
