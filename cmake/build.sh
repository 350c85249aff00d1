# Functions for the scripts that build Tessera; to be sourced after setting root.

# quietly WHAT COMMAND...: tells what is going on; shows the command's output only if it fails.
quietly() {
  local what=$1 log status=0
  shift
  echo "$what" >&2
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  [ $status = 0 ] || cat "$log" >&2
  rm -f "$log"
  return $status
}

# configure PRESET [-D...]: also after the checkout was moved.
configure() {
  local cache="$root/build/$1/CMakeCache.txt" fresh=()
  if [ -e "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then
    fresh=(--fresh)
  fi
  (cd "$root" && quietly "configuring build/$1" cmake ${fresh[@]+"${fresh[@]}"} --preset "$@")
}

# configure_once PRESET [-D...]: leaves alone what is configured already, with whatever options.
configure_once() {
  local folder="$root/build/$1"
  [ -e "$folder/build.ninja" ] &&
    grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt" || configure "$@"
}

# build PRESET [TARGET...]
build() {
  local folder="$root/build/$1" targets=()
  shift
  [ $# = 0 ] || targets=(--target "$@")
  local command=(cmake --build "$folder" ${targets[@]+"${targets[@]}"})
  if [ -t 2 ]; then
    # Ninja draws its progress in a single line on a terminal.
    "${command[@]}" >&2
  elif [ "$("${command[@]}" -- -n 2>/dev/null | grep -c '^\[')" = 0 ]; then
    return 0
  else
    quietly "building ${folder#"$root/"}${targets[*]:+ (${targets[*]:1})}" "${command[@]}"
  fi
}
