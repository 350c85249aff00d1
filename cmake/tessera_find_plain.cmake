# tessera_find_plain(name HEADER header LIBRARY library NEEDS text PACKAGES text) makes the target
# tessera::<name> of a library that comes with one header and without a CMake package that works
# everywhere. Both the build and the installed package include this file.
function(tessera_find_plain name)
  if(TARGET tessera::${name})
    return()
  endif()
  cmake_parse_arguments(arg "" "HEADER;LIBRARY;NEEDS;PACKAGES" "" ${ARGN})
  string(TOUPPER "TESSERA_${name}" prefix)
  find_path(${prefix}_INCLUDE_DIR ${arg_HEADER})
  find_library(${prefix}_LIBRARY ${arg_LIBRARY})
  mark_as_advanced(${prefix}_INCLUDE_DIR ${prefix}_LIBRARY)
  if(NOT ${prefix}_INCLUDE_DIR OR NOT ${prefix}_LIBRARY)
    message(FATAL_ERROR
      "Tessera needs ${arg_NEEDS}. Install the package ${arg_PACKAGES}, or run cmake/setup.sh; then "
      "configure in a fresh build folder.")
  endif()
  add_library(tessera::${name} INTERFACE IMPORTED GLOBAL)
  target_link_libraries(tessera::${name} INTERFACE "${${prefix}_LIBRARY}")
  target_include_directories(tessera::${name} INTERFACE "${${prefix}_INCLUDE_DIR}")
endfunction()
