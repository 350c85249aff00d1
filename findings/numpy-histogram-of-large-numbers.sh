#!/bin/bash
# numpy.histogram of equal numbers of 2**53 or more: IndexError.
#
# Program:   NumPy 1.24.2 (Debian 12: python3-numpy 1:1.24.2-1+deb12u1)
# Behaviour: where all numbers are equal, the bins reach from half below to half above. From 2**53 on, both ends
#            round to the number itself: the bins have no width, NumPy divides by it, and takes the NaN that
#            comes out for an index.
# Expected:  one bin with one number, as for 2**53 - 1, or an error that names the width.
# Seen:      [1] for 2**53 - 1; for 2**53, IndexError: index -9223372036854775808 is out of bounds.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_numpy

cat >"$folder/bins.py" <<'P'
import numpy as np

for number in 2.0**53 - 1, 2.0**53:
    try:
        print(np.histogram([number], 1)[0], end=" ")
    except IndexError:
        print("IndexError")
P
expect "counts of 2**53 - 1 and 2**53" "$(/usr/bin/python3 -W ignore "$folder/bins.py")" "[1] IndexError"
