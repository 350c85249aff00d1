#!/bin/bash
# Runs the tests of messages on two ranks under valgrind's memcheck, whose reports it prints. A build of its own: valgrind
# knows neither the instructions of every machine nor how to read lines from optimised code.
#
#   tests/valgrind.sh                      messages
#   tests/valgrind.sh 'halo.*'             other tests, as --gtest_filter
set -e -o pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
command -v valgrind >/dev/null || { echo "no valgrind: apt-get install valgrind" >&2; exit 2; }

filter=${1:-}
if [ -z "$filter" ]; then
  for suite in "$root"/tests/distributed/messages/*.cpp; do
    name=$(basename "$suite" .cpp)
    filter+="$name.*:*/$name.*:"
  done
fi

. "$root/cmake/build.sh"
configure valgrind -DTESSERA_BUILD_TESTS=ON -DTESSERA_BUILD_APPS=OFF -DTESSERA_BUILD_BENCH=OFF
build valgrind distributed_tests

. "$root/cmake/mpi_env.sh"
use_ranks 2
options=(--quiet --error-exitcode=1 "--suppressions=$root/tests/support/valgrind.supp")
known=/usr/share/openmpi/openmpi-valgrind.supp
[ ! -e "$known" ] || options+=("--suppressions=$known")
exec "${mpirun_command[@]}" valgrind "${options[@]}" \
  "$root/build/valgrind/bin/distributed_tests" "--gtest_filter=$filter"
