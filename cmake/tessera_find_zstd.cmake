# The target tessera::zstd. (Only some builds of zstd bring a package for CMake.)
include("${CMAKE_CURRENT_LIST_DIR}/tessera_find_plain.cmake")
tessera_find_plain(zstd HEADER zstd.h LIBRARY zstd NEEDS "zstd 1.4 or newer"
  PACKAGES "libzstd-dev (Debian, Ubuntu), libzstd-devel (Fedora) or zstd (Homebrew, conda, Spack)")
