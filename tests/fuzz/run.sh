#!/bin/bash
# Fuzzes the parsers with libFuzzer, all at once.
#
#   tests/fuzz/run.sh SECONDS [npy|text|manifest|zarr ...]
#
# What is found new goes to build/fuzz/corpus, inputs that fail to build/fuzz/findings. Where clang++
# or libFuzzer is missing, says so and does nothing.
set -e -o pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd -P)
seconds=${1:?usage: run.sh SECONDS [npy|text|manifest|zarr ...]}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(npy text manifest zarr)

can_fuzz() {
  local trial status=0
  command -v clang++ >/dev/null || return 1
  trial=$(mktemp)
  echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
    clang++ -fsanitize=fuzzer,address -x c++ - -o "$trial" 2>/dev/null || status=1
  rm -f "$trial"
  return $status
}
if ! can_fuzz; then
  echo "skipped: fuzzing (no clang++ with libFuzzer)"
  exit 0
fi
. "$root/cmake/build.sh"
configure_once fuzz
build fuzz fuzz

# fuzz TARGET: short inputs go through more branches a second, long ones go where buffers end.
fuzz() {
  local work=$root/build/fuzz here=$root/tests/fuzz longest lengths=(200 5000)
  mkdir -p "$work/corpus/$1" "$work/findings"
  for longest in "${lengths[@]}"; do
    "$work/bin/fuzz_$1" "-dict=$here/dictionaries/$1" "-artifact_prefix=$work/findings/$1-" \
      "-max_total_time=$(((seconds + 1) / ${#lengths[@]}))" "-max_len=$longest" \
      -timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=64 -print_final_stats=1 \
      "$work/corpus/$1" "$here/corpus/$1" >"$work/$1.log" 2>&1 || return 1
    echo "$1, up to $longest bytes: $(awk '/number_of_executed_units/ { print $2 }' "$work/$1.log") inputs"
  done
}

declare -A running
for target in "${targets[@]}"; do
  fuzz "$target" &
  running[$target]=$!
done
status=0
for target in "${targets[@]}"; do
  if ! wait "${running[$target]}"; then
    status=1
    echo "$target: a finding, in build/fuzz/findings:" >&2
    tail -n 40 "$root/build/fuzz/$target.log" >&2
  fi
done
exit $status
