# The target tessera::libzip. Both the build and the installed package include this file. (Debian's
# own libzip-config.cmake fails where its command line tools are not installed.)
if(TARGET tessera::libzip)
  return()
endif()

find_path(TESSERA_LIBZIP_INCLUDE_DIR zip.h)
find_library(TESSERA_LIBZIP_LIBRARY zip)
mark_as_advanced(TESSERA_LIBZIP_INCLUDE_DIR TESSERA_LIBZIP_LIBRARY)
if(NOT TESSERA_LIBZIP_INCLUDE_DIR OR NOT TESSERA_LIBZIP_LIBRARY)
  message(FATAL_ERROR
    "Tessera needs libzip 1.7 or newer. Install the package libzip-dev (Debian, Ubuntu), "
    "libzip-devel (Fedora) or libzip (Homebrew, conda, Spack), or run cmake/setup.sh; then "
    "configure in a fresh build folder.")
endif()

add_library(tessera::libzip INTERFACE IMPORTED GLOBAL)
target_link_libraries(tessera::libzip INTERFACE "${TESSERA_LIBZIP_LIBRARY}")
target_include_directories(tessera::libzip INTERFACE "${TESSERA_LIBZIP_INCLUDE_DIR}")
