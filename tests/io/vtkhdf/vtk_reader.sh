#!/bin/bash
# Compares images of VTKHDF with what VTK's own reader sees in them: values, types, components, points, origin and spacing.
# Needs the tests (tests/run.sh builds them) and Debian's python3-vtk9, which it installs; not in CI, for that package brings 100 more.
#
# Debian 12 has VTK 9.1, which reads images of 3 axes with arrays at their points. Its reader asks for as many cells as points, and
# ends in the middle of images of 2 axes; of series, which came with VTK 9.3, it says "Error H5Dread" and shows nothing.
set -e

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd -P)
/usr/bin/python3 -c 'import vtkmodules.vtkIOHDF' 2>/dev/null ||
  apt-get install -y --no-install-recommends python3-vtk9 >/dev/null
. "$root/cmake/mpi_env.sh"
export TESSERA_BIN="$root/build/release/bin" TESSERA_MPIEXEC="mpiexec --oversubscribe --bind-to none -n"
cd "$(mktemp -d)"
/usr/bin/python3 "$root/tests/io/vtkhdf/vtkhdf_check.py" | grep -A 1 '^vtk '
