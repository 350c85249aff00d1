#!/bin/bash
# A netCDF-4 variable of three elements is an HDF5 dataset of one.
#
# Program:   netCDF-C 4.9.0 (Debian 12: libnetcdf19 1:4.9.0-3+b1), netCDF4-python 1.6.2 and h5py 3.7.0
# Behaviour: two variables along one unlimited dimension; three values are written to the first, one to the
#            second. netCDF says that the dimension has three elements. The file stores that nowhere: the
#            dataset of the dimension is empty, that of the second variable has one element, and netCDF
#            takes the longest of all variables. Whoever reads the file by HDF5 sees arrays of different
#            lengths where netCDF has equal ones.
# Expected:  the length of the dimension in the file.
# Seen:      netCDF 3, values of the second variable 3; HDF5 (3,) (1,), the dimension (0,).
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack python3-netcdf4=1.6.2-1+b1 libnetcdf19=1:4.9.0-3+b1 python3-h5py=3.7.0-8 python3-h5py-serial=3.7.0-8

cat >"$folder/lengths.py" <<'P'
import sys
import h5py
import netCDF4

name = sys.argv[1]
with netCDF4.Dataset(name, "w") as file:
    file.createDimension("time", None)
    file.createVariable("a", "f8", ("time",))[:] = [1.0, 2.0, 3.0]
    file.createVariable("b", "f8", ("time",))[:] = [1.0]
with netCDF4.Dataset(name) as file:
    print(len(file.dimensions["time"]), len(file["b"][:]), end=" ")
with h5py.File(name, "r") as file:
    print(file["a"].shape, file["b"].shape, file["time"].shape)
P
expect "lengths by netCDF, shapes by HDF5" "$(/usr/bin/python3 "$folder/lengths.py" "$folder/x.nc")" \
  "3 3 (3,) (1,) (0,)"
