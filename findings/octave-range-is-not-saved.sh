#!/bin/bash
# Octave saves 0:0.25:1 in HDF5 as three numbers, which only Octave takes for five.
#
# Program:   Octave 7.3.0 (Debian 12: octave 7.3.0-2), read by h5py 3.7.0
# Behaviour: a range, which most coordinates are, is kept as base, limit and increment, also by save -hdf5: a
#            compound of these, with no elements. In brackets, [0:0.25:1], it is a matrix of its elements. The
#            two look alike in Octave; size, class and isequal tell no difference.
# Expected:  a dataset of five numbers, as of the matrix.
# Seen:      one element of base, limit and increment.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_octave

cat >"$folder/read.py" <<'P'
import sys

import h5py

with h5py.File(sys.argv[1]) as file:
    for name in "x", "y":
        value = file[name]["value"]
        print(value.dtype.names, value.shape, end=" ")
P
expect "whether they are equal" "$(octave_says "x = 0:0.25:1; y = [0:0.25:1]; save('-hdf5', '$folder/x.h5', 'x', 'y');
  printf('%d', isequal(x, y) && strcmp(class(x), class(y)) && isequal(size(x), size(y)))")" 1
expect "members and shape of either" "$(/usr/bin/python3 "$folder/read.py" "$folder/x.h5")" \
  "('base', 'limit', 'increment') () None (5, 1) "
