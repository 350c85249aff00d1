#!/usr/bin/env python3
"""Described files in xarray, and files of xarray and netCDF here, at several numbers of ranks."""

import importlib.util
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

missing = [name for name in ("h5py", "xarray", "h5netcdf", "netCDF4") if not importlib.util.find_spec(name)]
if missing:
    print("SKIPPED: no python3 module named", *missing)
    sys.exit()

import h5py
import numpy as np
import xarray

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import gtest  # noqa: E402

U = np.arange(60.0).reshape(3, 4, 5)


def check_ours(path):
    for engine in ("h5netcdf", "netcdf4"):
        with xarray.open_dataset(path, engine=engine) as file:
            u = file["u"]
            assert u.dims == ("time", "y", "x") and np.array_equal(u, U), (engine, u)
            assert u.attrs == {"units": "K", "long_name": "Temperatur der Wärme",
                               "standard_name": "air_temperature"}, (engine, u.attrs)
            assert file["x"].attrs == {"units": "m"} and np.array_equal(file["x"], np.arange(5) / 2)
            assert np.array_equal(u.sel(y=2, x=1.5, time="1970-01-02"), U[1, 2, 3]), engine
            assert file["mask"].dims == ("y", "x")
            assert file["without"].dims == ("rows", "x") and "rows" not in file.variables, (engine, file)
        with xarray.open_dataset(path, engine=engine, group="run/deep") as file:
            # The coordinates are in the groups around it.
            assert file["v"].dims == ("t", "x"), (engine, file)
        with xarray.open_dataset(path, engine=engine, group="run") as file:
            assert file["without"].dims == ("rows7",), (engine, file)
    with h5py.File(path) as file:
        assert file["rows"].id.get_storage_size() == 0
        assert file["u"].dims[2]["x"] == file["x"] and h5py.h5ds.is_scale(file["x"].id)


def write_theirs(path, engine):
    file = xarray.Dataset(
        {"u": (("time", "y", "x"), U, {"units": "K", "long_name": "temperature", "levels": [1.5, 2.5]}),
         "packed": (("y", "x"), U[0].astype("f4"))},
        coords={"time": [0, 1, 2], "y": np.arange(4.0), "x": ("x", np.arange(5) / 2, {"units": "m"}),
                "name": ("y", ["a", "b", "c", "Wärme"])},
        attrs={"title": "heat", "history": "made\nhere"})
    file.to_netcdf(path, engine=engine, encoding={"packed": {"zlib": True, "shuffle": True, "chunksizes": (2, 5)}})


def check_document(folder):
    """The file that the example in docs/io.md writes."""
    program = pathlib.Path(os.environ["TESSERA_BIN"]) / "io_snippets"
    subprocess.run([*shlex.split(os.environ["TESSERA_MPIEXEC"]), "2", program], cwd=folder, check=True,
                   capture_output=True)
    for engine in ("h5netcdf", "netcdf4"):
        with xarray.open_dataset(folder / "run.h5", engine=engine) as file:
            assert file["u"].dims == ("y", "x") and file["edge"].dims == ("x",), (engine, file)
            assert file["frames"].dims == ("time", "y", "x") and file["time"].values == [0.5], (engine, file)


def main():
    with tempfile.TemporaryDirectory(dir=".") as name:
        folder = pathlib.Path(name).resolve()
        check_document(folder)
        for ranks in (1, 3):
            gtest.run("hdf5_description", "write", ranks, folder)
            check_ours(folder / "ours.h5")
        for engine in ("h5netcdf", "netcdf4"):
            write_theirs(folder / "theirs.nc", engine)
            for ranks in (1, 3):
                gtest.run("hdf5_description", "read", ranks, folder)
    print("xarray and we agree")


main()
