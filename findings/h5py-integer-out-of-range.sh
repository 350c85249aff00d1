#!/bin/bash
# h5py writes an integer that its dataset cannot hold as one of two numbers.
#
# Program:   h5py 3.7.0 (Debian 12: python3-h5py 3.7.0-8, python3-h5py-serial 3.7.0-8), NumPy 1.24.2
# Behaviour: NumPy converts numbers and lists to the dataset's type, and wraps; HDF5 converts arrays, and takes
#            the nearest number. 300 is 44 or 127 in a dataset of int8, as it was given. NumPy warns that its
#            part is deprecated; nothing tells of the other.
# Expected:  one number for both, or an error.
# Seen:      44 for a number, 44 for a list, 127 for an array.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack python3-h5py=3.7.0-8 python3-h5py-serial=3.7.0-8 python3-numpy=1:1.24.2-1+deb12u1

cat >"$folder/write.py" <<'P'
import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1], "w") as file:
    data = file.create_dataset("x", 3, "i1")
    data[0] = 300
    data[1:2] = [300]
    data[2:3] = np.array([300])
    print(*data)
P
expect "300 as a number, a list and an array" \
  "$(/usr/bin/python3 -W ignore "$folder/write.py" "$folder/x.h5")" "44 44 127"
