#!/bin/bash
# numpy.percentile of finite numbers: infinite, and the lower percentile is the larger one.
#
# Program:   NumPy 1.24.2 (Debian 12: python3-numpy 1:1.24.2-1+deb12u1)
# Behaviour: between two neighbours NumPy adds a share of their difference to the lower one, or, from the
#            middle on, takes a share off the upper one. Where the difference overflows, these are inf and -inf.
#            A warning of an overflow is all that tells.
# Expected:  -5e+307, 0 and 5e+307.
# Seen:      inf, -inf, -inf.
set -e -o pipefail
. "$(dirname "$0")/packages.sh"
unpack_numpy

expect "25, 50 and 75 % of -1e308 and 1e308" \
  "$(numpy_says "print(np.percentile([-1e308, 1e308], [25, 50, 75]))")" "[ inf -inf -inf]"
