# What several sources include is parsed once.
include_guard()

# tessera_precompile(target HEADERS...): what all sources of a target include is parsed once.
function(tessera_precompile target)
  target_precompile_headers(${target} PRIVATE ${ARGN})
  if(TESSERA_CCACHE AND CMAKE_CXX_COMPILER_LAUNCHER STREQUAL TESSERA_CCACHE)
    # As ccache's manual wants it.
    set_target_properties(${target} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${TESSERA_CCACHE}")
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
  endif()
endfunction()

# tessera_precompile_once(program GROUP header): programs of a group share what they parse of the header. Only where
# rooms are compiled as one; elsewhere each program is compiled as a user's would be.
function(tessera_precompile_once program group header)
  if(NOT TESSERA_UNITY)
    return()
  endif()
  # Of std::string in a precompiled header, g++ 12 warns wrongly (gcc bug 105329).
  target_compile_options(${program} PRIVATE
    $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow$<SEMICOLON>-Wno-array-bounds>)
  get_property(first GLOBAL PROPERTY TESSERA_PRECOMPILED_${group})
  if(first)
    target_precompile_headers(${program} REUSE_FROM ${first})
  else()
    set_property(GLOBAL PROPERTY TESSERA_PRECOMPILED_${group} ${program})
    target_precompile_headers(${program} PRIVATE ${header})
  endif()
endfunction()
