# shellcheck shell=bash
# Functions for the scripts that build Tessera. They work on the checkout in $root.

# progress WHAT LOG: once WHAT takes more than a moment, says so; on a terminal with Ninja's count.
progress() {
  sleep 1
  [ -t 2 ] || { echo "$1" >&2; return; }
  while kill -0 $$ 2>/dev/null; do
    printf '\r%s %s\033[K' "$1" "$(grep -o '^\[[0-9/]*\]' "$2" | tail -n 1)" >&2
    sleep 0.5
  done
}

# quietly WHAT COMMAND...: shows the command's output only if it fails.
quietly() {
  local what=$1 log teller status=0
  shift
  log=$(mktemp)
  # Nothing may hold on to a pipe that our caller reads to its end.
  progress "$what" "$log" >/dev/null &
  teller=$!
  "$@" >"$log" 2>&1 || status=$?
  kill "$teller" 2>/dev/null || true
  wait "$teller" 2>/dev/null || true
  [ ! -t 2 ] || printf '\r\033[K' >&2
  [ $status = 0 ] || cat "$log" >&2
  rm -f "$log"
  return $status
}

# configured_here PRESET: no longer so when the checkout was moved.
configured_here() {
  local folder="${root:?}/build/$1"
  [ -e "$folder/build.ninja" ] &&
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"
}

# configure PRESET [-D...]
configure() {
  local fresh=()
  configured_here "$1" || fresh=(--fresh)
  # The current folder is where cmake looks for presets.
  pushd "$root" >/dev/null || return
  quietly "configuring build/$1" cmake ${fresh[@]+"${fresh[@]}"} --preset "$@"
  popd >/dev/null || return
}

# configure_once PRESET [-D...]: keeps the options of an earlier time.
configure_once() {
  configured_here "$1" || configure "$@"
}

# build PRESET [TARGET]
build() {
  quietly "building build/$1${2:+: $2}" cmake --build "$root/build/$1" ${2:+--target "$2"}
}
