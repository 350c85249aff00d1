#!/bin/bash
# Runs the tests of threads inside a rank, in one process, under the thread sanitizer: the pool, what it computes, hashes,
# packs and unpacks, and threads of the user's. A build of its own: all that is not compiled for the sanitizer is not seen.
#
#   tests/threads.sh                       all of them
#   tests/threads.sh 'thread_files.*'      some, as --gtest_filter
set -e -o pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)
. "$root/cmake/build.sh"
configure tsan -DTESSERA_BUILD_TESTS=ON -DTESSERA_BUILD_APPS=OFF -DTESSERA_BUILD_BENCH=OFF
build tsan thread_tests

. "$root/cmake/mpi_env.sh"
# The sanitizer allows no threads in a process that was forked, and MPI and HDF5 are not compiled for it.
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 halt_on_error=1 ${TSAN_OPTIONS:-}"
exec "$root/build/tsan/bin/thread_tests" "--gtest_filter=${1:-*}:-*.a_forked_process_begins_anew"
