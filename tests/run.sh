#!/bin/bash
# Builds and runs the tests, and ends with ctest's summary.
#
#   tests/run.sh                          all tests, optimised
#   tests/run.sh -R halo                  arguments are ctest's
#   TESSERA_PRESET=asan tests/run.sh      with another preset: debug, asan
set -e -o pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
preset=${TESSERA_PRESET:-release}

"$root/cmake/setup.sh" --tests
. "$root/cmake/build.sh"
# The programs' own tests start hundreds of processes: too slow under the sanitizers.
apps=ON
[ "$preset" != asan ] || apps=OFF
configure "$preset" -DTESSERA_BUILD_TESTS=ON -DTESSERA_BUILD_APPS=$apps -DTESSERA_BUILD_BENCH=$apps \
  -DTESSERA_BUILD_EXAMPLES=$apps
build "$preset"

cd "$root"
exec ctest --preset "$preset" "$@"
