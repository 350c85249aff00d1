# Builds and runs ./<WAY>, in the current folder.
set(flags "")
if(SANITIZE)
  set(flags "-fsanitize=${SANITIZE}")
endif()
# What the consumers need of the library is compiled again: quickly.
set(quickly "")
set(targets "")
if(WAY STREQUAL "add_subdirectory")
  set(BUILD_TYPE Debug)
  set(quickly -DTESSERA_UNITY=ON -DCMAKE_CXX_FLAGS_DEBUG=-O0)
  set(targets --target consumer whole)
endif()
set(options
  ${quickly}
  "-DCMAKE_BUILD_TYPE=${BUILD_TYPE}"
  "-DCMAKE_CXX_COMPILER=${COMPILER}"
  "-DCMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
  "-DCMAKE_CXX_FLAGS=${flags}"
  "-DTESSERA_NATIVE=${NATIVE}"
  "-DTESSERA_WERROR=${WERROR}"
  "-DTESSERA=${TESSERA}")

file(REMOVE_RECURSE install)
if(WAY STREQUAL "find_package")
  # CMAKE_CURRENT_SOURCE_DIR is the current folder in a script.
  set(prefix "${CMAKE_CURRENT_SOURCE_DIR}/install")
  execute_process(COMMAND_ERROR_IS_FATAL ANY
    COMMAND "${CMAKE_COMMAND}" --install "${TESSERA_BUILD}" --prefix "${prefix}"
    OUTPUT_QUIET)
  list(APPEND options "-DCMAKE_PREFIX_PATH=${prefix}")
endif()

# Without a build type, it says that nothing is optimised.
set(typeless ${options})
list(TRANSFORM typeless REPLACE "^-DCMAKE_BUILD_TYPE=.*" "-DCMAKE_BUILD_TYPE=")
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND "${CMAKE_COMMAND}" --fresh -G "${GENERATOR}" -S "${SOURCE}/${WAY}" -B typeless ${typeless}
  ERROR_VARIABLE warned OUTPUT_QUIET)
if(NOT warned MATCHES "No build type is set")
  message(FATAL_ERROR "no warning without a build type:\n${warned}")
endif()
execute_process(COMMAND_ERROR_IS_FATAL ANY
  COMMAND "${CMAKE_COMMAND}" --fresh -G "${GENERATOR}" -S "${SOURCE}/${WAY}" -B build ${options})
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND "${CMAKE_COMMAND}" --build build --parallel 2 ${targets})
execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND build/consumer)
if(WAY STREQUAL "find_package")
  execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND build/checked)
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/build/matrices")
    execute_process(COMMAND_ERROR_IS_FATAL ANY COMMAND build/matrices)
  endif()
  # As where there is no ScaLAPACK: an empty path is not looked for again.
  execute_process(
    COMMAND "${CMAKE_COMMAND}" --fresh -G "${GENERATOR}" -S "${SOURCE}/${WAY}" -B without ${options}
      -DTESSERA_SCALAPACK_LIBRARY= -DNEEDS_MATRICES=ON
    ERROR_VARIABLE said OUTPUT_QUIET RESULT_VARIABLE failed)
  if(NOT failed OR NOT said MATCHES "libscalapack-openmpi-dev")
    message(FATAL_ERROR "matrices without ScaLAPACK: no error that says what to install:\n${said}")
  endif()
endif()
