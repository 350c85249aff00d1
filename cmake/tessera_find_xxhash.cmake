# The target tessera::xxhash.
include("${CMAKE_CURRENT_LIST_DIR}/tessera_find_plain.cmake")
tessera_find_plain(xxhash HEADER xxhash.h LIBRARY xxhash NEEDS "xxHash 0.8 or newer"
  PACKAGES "libxxhash-dev (Debian, Ubuntu), xxhash-devel (Fedora) or xxhash (Homebrew, conda, Spack)")
