#!/bin/bash
# Octave reads complex numbers that h5py wrote as zeros, without a word.
#
# Program:   Octave 7.3.0 (Debian 12: octave 7.3.0-2), file by h5py 3.7.0
# Behaviour: h5py writes complex numbers as a compound {r, i}; Octave's own files have {real, imag}. load -hdf5
#            takes any compound of two floating-point members for complex numbers, and finds neither name.
# Expected:  the numbers, or an error.
# Seen:      0 0 0 0 for 1+2i and 3-4i.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_octave

cat >"$folder/write.py" <<'P'
import sys
import h5py
import numpy as np

with h5py.File(sys.argv[1], "w") as file:
    file["z"] = np.array([1 + 2j, 3 - 4j])
P
/usr/bin/python3 "$folder/write.py" "$folder/x.h5"
expect "real and imaginary parts" \
  "$(octave_says "s = load('-hdf5', '$folder/x.h5'); printf('%g ', [real(s.z(:)); imag(s.z(:))])")" "0 0 0 0 "
