# What all targets of Tessera have in common.
include(GNUInstallDirs)

# Language level and warnings; private, so that nobody else's sources see them.
function(tessera_own_target target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow
    # g++ 12 takes `"text" + std::string()` for a copy between overlapping places (gcc bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    # Vectors wider than the target's pass only between functions that are inlined: no call depends on how.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-psabi>
    $<$<BOOL:${TESSERA_WERROR}>:-Werror>)
endfunction()

# tessera_compile_by_rooms(target FOLDER folder SOURCES...): the sources of each room below a folder are
# compiled as one, which parses once what they include. Those with options of their own stay apart.
function(tessera_compile_by_rooms target)
  cmake_parse_arguments(arg "" "FOLDER" "SOURCES" ${ARGN})
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  foreach(source IN LISTS arg_SOURCES)
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${arg_FOLDER}" OUTPUT_VARIABLE room)
    cmake_path(GET room PARENT_PATH room)
    string(REPLACE "/" "_" room "room_${room}")
    set_source_files_properties("${source}" PROPERTIES UNITY_GROUP "${room}")
  endforeach()
endfunction()

# tessera_add_layer(name): the library tessera::<name> from ./src and ./include.
#
# Each layer has an include folder of its own, so a layer cannot include one above it.
function(tessera_add_layer layer)
  set(target tessera_${layer})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/*.cpp)
  file(GLOB_RECURSE headers CONFIGURE_DEPENDS include/*.hpp)
  # Headers that need Boost belong to the targets tessera::boost_mpi and tessera::objects.
  list(FILTER headers EXCLUDE REGEX "/boost[^/]*$|/object(s|_archive|_types)\\.hpp$")

  add_library(${target} ${sources})
  add_library(tessera::${layer} ALIAS ${target})
  # Private headers are included as "room/file.hpp".
  target_include_directories(${target} PRIVATE src)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS include FILES ${headers})
  tessera_own_target(${target})
  if(TESSERA_UNITY)
    tessera_compile_by_rooms(${target} FOLDER "${CMAKE_CURRENT_SOURCE_DIR}/src" SOURCES ${sources})
  endif()
  target_compile_features(${target} PUBLIC cxx_std_20)
  # Nobody replaces functions of ours, so that they may be inlined although they could be in a shared library.
  target_compile_options(${target} PRIVATE -fno-semantic-interposition)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${layer}
    # For a layer of headers alone.
    LINKER_LANGUAGE CXX
    INSTALL_RPATH "$ORIGIN"
    POSITION_INDEPENDENT_CODE ON
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endfunction()
