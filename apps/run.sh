#!/bin/bash
# Builds Tessera where needed and runs the heat equation.
#
#   apps/run.sh                 512 x 512 points, 500 steps; a picture and an HDF5 file in this folder
#   apps/run.sh ARGUMENTS...    tessera-heat with these arguments (--help lists them)
#   RANKS=4 apps/run.sh         on 4 ranks instead of 2
set -e -o pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
ranks=${RANKS:-2}
if ! [[ $ranks =~ ^[1-9][0-9]*$ ]]; then
  echo "run.sh: RANKS is \"$ranks\", not a number of ranks" >&2
  exit 2
fi

"$root/cmake/setup.sh"
. "$root/cmake/build.sh"
. "$root/cmake/mpi_env.sh"
configure_once release -DTESSERA_BUILD_TESTS=OFF -DTESSERA_BUILD_BENCH=OFF
build release tessera-heat

use_ranks "$ranks"
heat="$root/build/release/bin/tessera-heat"
if [ $# -gt 0 ]; then
  exec "${mpirun_command[@]}" "$heat" "$@"
fi
"${mpirun_command[@]}" "$heat" --shape 512,512 --steps 500 --output heat.h5 --image heat.png
echo "picture:   $PWD/heat.png"
echo "HDF5 file: $PWD/heat.h5"
