#!/bin/bash
# Octave's load of an HDF5 file ends at the first text of variable length, and returns what came before it.
#
# Program:   Octave 7.3.0 (Debian 12: octave 7.3.0-2), file by h5py 3.7.0
# Behaviour: a file with the datasets a, t and x, in that order of names, where t is a text. load warns of t,
#            and returns a structure with a alone: x, which Octave can read, is missing, and no error raised.
# Expected:  a and x, or an error.
# Seen:      a.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_octave

cat >"$folder/write.py" <<'P'
import sys
import h5py

with h5py.File(sys.argv[1], "w") as file:
    file["a"] = [1.0, 2.0]
    file["t"] = "text"
    file["x"] = [3.0, 4.0]
P
/usr/bin/python3 "$folder/write.py" "$folder/x.h5"
expect "what was loaded" \
  "$(octave_says "s = load('-hdf5', '$folder/x.h5'); printf('%s ', fieldnames(s){:})")" "a "
