#!/bin/bash
# xarray reads 64-bit integers that have a _FillValue as other numbers, and writes these back as integers.
#
# Program:   xarray 2023.01.0 (Debian 12: python3-xarray 2023.01.0-1.1), netCDF4-python 1.6.2
# Behaviour: a variable with a _FillValue becomes double, for the sake of NaN, even where no element is missing.
#            Integers beyond 2**53 are rounded without a word; written back, they have the type int64 again.
# Expected:  the integers, as netCDF4 reads them, or a warning.
# Seen:      9007199254740993 is 9007199254740992 after open_dataset and to_netcdf.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack python3-xarray=2023.01.0-1.1 python3-netcdf4=1.6.2-1+b1

cat >"$folder/round_trip.py" <<'P'
import sys

import netCDF4
import xarray

source, copy = sys.argv[1:]
with netCDF4.Dataset(source, "w") as file:
    file.createDimension("i", 1)
    file.createVariable("id", "i8", ("i",), fill_value=-1)[:] = 2**53 + 1
with xarray.open_dataset(source, engine="netcdf4") as data:
    data.to_netcdf(copy, engine="netcdf4")
for name in source, copy:
    with netCDF4.Dataset(name) as file:
        print(file["id"].dtype, file["id"][0], end=" ")
P
expect "the integer, and its copy" \
  "$(/usr/bin/python3 "$folder/round_trip.py" "$folder/a.nc" "$folder/b.nc")" \
  "int64 9007199254740993 int64 9007199254740992 "
