# The target tessera::libdw.
include("${CMAKE_CURRENT_LIST_DIR}/tessera_find_plain.cmake")
tessera_find_plain(libdw HEADER elfutils/libdwfl.h LIBRARY dw NEEDS "libdw of elfutils"
  PACKAGES "libdw-dev (Debian, Ubuntu), elfutils-devel (Fedora) or elfutils (Homebrew, conda, Spack)")
