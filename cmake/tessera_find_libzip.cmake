# The target tessera::libzip. (Debian's own libzip-config.cmake fails where the command line tools of
# libzip are not installed.)
include("${CMAKE_CURRENT_LIST_DIR}/tessera_find_plain.cmake")
tessera_find_plain(libzip HEADER zip.h LIBRARY zip NEEDS "libzip 1.7 or newer"
  PACKAGES "libzip-dev (Debian, Ubuntu), libzip-devel (Fedora) or libzip (Homebrew, conda, Spack)")
