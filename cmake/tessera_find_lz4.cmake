# The target tessera::lz4. (Only some builds of LZ4 bring a package for CMake.)
include("${CMAKE_CURRENT_LIST_DIR}/tessera_find_plain.cmake")
tessera_find_plain(lz4 HEADER lz4.h LIBRARY lz4 NEEDS "LZ4 1.9 or newer"
  PACKAGES "liblz4-dev (Debian, Ubuntu), lz4-devel (Fedora) or lz4 (Homebrew, conda), lz4-c (Spack)")
