# The target tessera::xxhash. Both the build and the installed package include this file.
if(TARGET tessera::xxhash)
  return()
endif()

find_path(TESSERA_XXHASH_INCLUDE_DIR xxhash.h)
find_library(TESSERA_XXHASH_LIBRARY xxhash)
mark_as_advanced(TESSERA_XXHASH_INCLUDE_DIR TESSERA_XXHASH_LIBRARY)
if(NOT TESSERA_XXHASH_INCLUDE_DIR OR NOT TESSERA_XXHASH_LIBRARY)
  message(FATAL_ERROR
    "Tessera needs xxHash 0.8 or newer. Install the package libxxhash-dev (Debian, Ubuntu), "
    "xxhash-devel (Fedora) or xxhash (Homebrew, conda, Spack), or run cmake/setup.sh; then "
    "configure in a fresh build folder.")
endif()

add_library(tessera::xxhash INTERFACE IMPORTED GLOBAL)
target_link_libraries(tessera::xxhash INTERFACE "${TESSERA_XXHASH_LIBRARY}")
target_include_directories(tessera::xxhash INTERFACE "${TESSERA_XXHASH_INCLUDE_DIR}")
