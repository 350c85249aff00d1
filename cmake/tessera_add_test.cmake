# Functions that register tests. Names are layer.topic, with .npR for a run on R ranks.
include(tessera_precompile)

set(TESSERA_MPIEXEC_FLAGS "--oversubscribe;--bind-to;none" CACHE STRING
  "Flags of mpiexec for tests, where ranks outnumber cores")

# Sanitized runs of MPI tests are kept to one rank (messages to oneself) and an odd number of them; of whole
# layers, to two, each with a core of its own.
set(TESSERA_SANITIZE_RANKS 1 2 3)

# Against programs that hang; a busy machine takes several times as long as a quiet one.
set(TESSERA_TEST_TIMEOUT 400)
set(TESSERA_WHOLE_TIMEOUT 900) # for all tests of a layer in one program

# Open MPI refuses root without the first two; with more ranks than cores, ranks that wait without
# the third take whole time slices from those that work; after errors, mpiexec waits for a second; and
# the way of sending that is taken on one machine need not be found out anew, which takes most of a start.
set(TESSERA_MPI_ENVIRONMENT
  OMPI_ALLOW_RUN_AS_ROOT=1
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  OMPI_MCA_mpi_yield_when_idle=1
  OMPI_MCA_odls_base_sigkill_timeout=0
  OMPI_MCA_pml=ob1)

# tessera_register_test(name [NO_SANITIZE] [TIMEOUT s] [PROCESSORS n] [COST n] [ENVIRONMENT ...] COMMAND ...)
# runs a command in an empty folder of its own. Tests of the highest cost start first.
function(tessera_register_test name)
  cmake_parse_arguments(arg "NO_SANITIZE" "TIMEOUT;PROCESSORS;COST" "ENVIRONMENT;COMMAND" ${ARGN})
  set(folder "${PROJECT_BINARY_DIR}/tests/run/${name}")
  file(MAKE_DIRECTORY "${folder}")
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${folder}" COMMAND_EXPAND_LISTS)

  string(REGEX REPLACE "\\..*" "" labels "${name}")
  if(NOT arg_NO_SANITIZE)
    list(APPEND labels sanitize)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT ${TESSERA_TEST_TIMEOUT})
  endif()
  if(NOT arg_PROCESSORS)
    set(arg_PROCESSORS 1)
  endif()
  if(NOT arg_COST)
    set(arg_COST ${arg_PROCESSORS})
  endif()
  set(environment GTEST_COLOR=no ${arg_ENVIRONMENT} ${TESSERA_MPI_ENVIRONMENT} ${TESSERA_SANITIZE_ENVIRONMENT})
  set_tests_properties(${name} PROPERTIES
    LABELS "${labels}"
    TIMEOUT ${arg_TIMEOUT}
    PROCESSORS ${arg_PROCESSORS}
    COST ${arg_COST}
    ENVIRONMENT "${environment}"
    # A filter that fits no test would pass.
    FAIL_REGULAR_EXPRESSION "Running 0 tests from")
endfunction()

# tessera_register_mpi_test(name RANKS r... [ALONE] [options of tessera_register_test] COMMAND ...), where
# ALONE is for long ones: ranks of two programs that take turns on few cores get on slowly.
function(tessera_register_mpi_test name)
  cmake_parse_arguments(arg "NO_SANITIZE;ALONE" "TIMEOUT" "RANKS;ENVIRONMENT;COMMAND" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT ${TESSERA_TEST_TIMEOUT})
  endif()
  # mpiexec gets to end its ranks before ctest kills mpiexec alone.
  math(EXPR patience "${arg_TIMEOUT} - 5")
  foreach(ranks IN LISTS arg_RANKS)
    set(no_sanitize "")
    if(arg_NO_SANITIZE OR NOT ranks IN_LIST TESSERA_SANITIZE_RANKS)
      set(no_sanitize NO_SANITIZE)
    endif()
    # Of the five that ctest takes for there: two programs of several ranks run side by side.
    set(processors 2)
    if(ranks EQUAL 1)
      set(processors 1)
    elseif(arg_ALONE)
      set(processors 4)
    endif()
    tessera_register_test(${name}.np${ranks} ${no_sanitize}
      TIMEOUT ${arg_TIMEOUT}
      PROCESSORS ${processors}
      ENVIRONMENT ${arg_ENVIRONMENT} "MPIEXEC_TIMEOUT=${patience}"
      COMMAND "${MPIEXEC_EXECUTABLE}" ${MPIEXEC_NUMPROC_FLAG} ${ranks} ${TESSERA_MPIEXEC_FLAGS}
        ${arg_COMMAND})
  endforeach()
endfunction()

# tessera_compile_quickly(target): tests instantiate much and run little, so full optimisation would
# cost minutes (-O1 a quarter more than -Og, which runs as fast); under the sanitizers, any does. What
# the address sanitizer finds as well is not checked before each access of a pointer: a quarter of the
# time.
function(tessera_compile_quickly target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-Og>)
  if(TESSERA_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
    if(TESSERA_SANITIZE MATCHES "undefined")
      target_compile_options(${target} PRIVATE -fno-sanitize=null,alignment,object-size,vptr)
    endif()
  endif()
endfunction()

# tessera_test_executable(target main SOURCES ... LIBS ...), where main is a library with main().
function(tessera_test_executable target main)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  tessera_own_target(${target})
  tessera_compile_quickly(${target})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests/support")
  target_link_libraries(${target} PRIVATE ${arg_LIBS} ${main})
endfunction()

# tessera_add_test(name SOURCES ... [LIBS ...] [options of tessera_register_test]): a program of
# its own, in one process.
function(tessera_add_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
  tessera_test_executable(${name} GTest::gtest_main SOURCES ${arg_SOURCES} LIBS ${arg_LIBS})
  tessera_register_test(${name} ${arg_UNPARSED_ARGUMENTS} COMMAND $<TARGET_FILE:${name}>)
endfunction()

# tessera_add_mpi_test(name RANKS r... SOURCES ... [LIBS ...] [options of tessera_register_test]): a
# program of its own, registered as name.np1, name.np2, ...
function(tessera_add_mpi_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
  tessera_test_executable(${name} tessera_mpi_main SOURCES ${arg_SOURCES} LIBS ${arg_LIBS})
  tessera_register_mpi_test(${name} ${arg_UNPARSED_ARGUMENTS} COMMAND $<TARGET_FILE:${name}>)
endfunction()

# tessera_add_suites(layer [RANKS r...] [WHOLE_RANKS r...] [NO_SANITIZE suite...] [LIBS ...] [PRECOMPILE header...])
#
# All of the sources in the rooms of tests/<layer> in one program, to link once; folders with a CMakeLists.txt
# or programs of their own are none. The file halo.cpp holds the suite
# `halo`, and is registered as <layer>.halo, or with RANKS as <layer>.halo.npR for each R. At each
# of WHOLE_RANKS, the program runs as a whole instead, as <layer>.all.npR; so it does under the
# sanitizers, where the start of a program takes seconds. The suites of NO_SANITIZE are left out there:
# calls that others make too, many of them, which take long to compile.
function(tessera_add_suites layer)
  cmake_parse_arguments(arg "" "" "RANKS;WHOLE_RANKS;NO_SANITIZE;LIBS;PRECOMPILE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${layer}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/tests/${layer}/(numpy|programs|driver)/")
  if(TESSERA_SANITIZE AND arg_NO_SANITIZE)
    list(JOIN arg_NO_SANITIZE "|" left_out)
    list(FILTER sources EXCLUDE REGEX "/(${left_out})\\.cpp$")
  endif()
  if(NOT sources)
    return()
  endif()

  set(program ${layer}_tests)
  set(main GTest::gtest_main)
  if(arg_RANKS)
    set(main tessera_mpi_main)
    if(TESSERA_SANITIZE)
      set(arg_RANKS "")
      set(arg_WHOLE_RANKS 2)
    endif()
  endif()
  tessera_test_executable(${program} ${main} SOURCES ${sources} LIBS ${arg_LIBS})
  # What several rooms share, and the layer's private headers.
  target_include_directories(${program} PRIVATE "${PROJECT_SOURCE_DIR}/tests/${layer}" "${PROJECT_SOURCE_DIR}/${layer}/src")

  tessera_precompile(${program} <gtest/gtest.h> <string> <vector> ${arg_PRECOMPILE})
  if(TESSERA_UNITY)
    tessera_compile_by_rooms(${program} FOLDER "${PROJECT_SOURCE_DIR}/tests/${layer}" SOURCES ${sources})
    # Fixtures of anonymous namespaces are no part of any header.
    target_compile_options(${program} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()

  set(filters "")
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM suite)
    # Plain, typed and parametrised suites.
    set(filter "${suite}.*:${suite}/*:*/${suite}.*:*/${suite}/*")
    string(APPEND filters ":${filter}")
    set(command COMMAND $<TARGET_FILE:${program}> "--gtest_filter=${filter}")
    if(arg_RANKS)
      tessera_register_mpi_test(${layer}.${suite} RANKS ${arg_RANKS} ${command})
    elseif(NOT arg_WHOLE_RANKS AND NOT TESSERA_SANITIZE)
      tessera_register_test(${layer}.${suite} ${command})
    endif()
  endforeach()
  if(TESSERA_SANITIZE AND NOT arg_WHOLE_RANKS)
    tessera_register_test(${layer}.all TIMEOUT ${TESSERA_WHOLE_TIMEOUT} COST 50
      COMMAND $<TARGET_FILE:${program}>)
  endif()
  if(arg_WHOLE_RANKS)
    tessera_register_mpi_test(${layer}.all RANKS ${arg_WHOLE_RANKS} ALONE
      TIMEOUT ${TESSERA_WHOLE_TIMEOUT}
      COMMAND $<TARGET_FILE:${program}>)
  endif()

  # A suite that is not named after its file would run in none of the above.
  tessera_register_test(${layer}.suites_are_named_after_files NO_SANITIZE
    COMMAND $<TARGET_FILE:${program}> --gtest_list_tests "--gtest_filter=-${filters}")
  set_tests_properties(${layer}.suites_are_named_after_files PROPERTIES
    FAIL_REGULAR_EXPRESSION "[^ ]+\\.\n")
endfunction()

# tessera_compile_flags(variable lib...): what a source needs to include headers of libraries.
function(tessera_compile_flags variable)
  set(flags "")
  foreach(lib IN LISTS ARGN)
    set(folders "$<TARGET_PROPERTY:${lib},INTERFACE_INCLUDE_DIRECTORIES>")
    set(definitions "$<TARGET_PROPERTY:${lib},INTERFACE_COMPILE_DEFINITIONS>")
    # Expressions that turn out empty in this configuration leave empty entries.
    set(definitions "$<FILTER:${definitions},EXCLUDE,^$>")
    list(APPEND flags
      "$<$<BOOL:${folders}>:-I$<JOIN:${folders},$<SEMICOLON>-I>>"
      "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},$<SEMICOLON>-D>>")
  endforeach()
  set(${variable} "${flags}" PARENT_SCOPE)
endfunction()

# tessera_precompile_for_failures(name header LIBS ...): a test that parses a header once for all that say
# PRECOMPILED name; a compiler that cannot use what it writes reads the header itself.
function(tessera_precompile_for_failures name header)
  cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
  tessera_compile_flags(flags ${arg_LIBS})
  set(file "${CMAKE_CURRENT_BINARY_DIR}/${name}.hpp")
  file(CONFIGURE OUTPUT "${file}" CONTENT "#include ${header}\n")
  tessera_register_test(compile_fail.precompiles_${name} NO_SANITIZE COST 60
    COMMAND "${CMAKE_CXX_COMPILER}" -std=c++20 ${flags} -x c++-header "${file}" -o "${file}.gch")
  set_tests_properties(compile_fail.precompiles_${name} PROPERTIES FIXTURES_SETUP precompiled_${name})
endfunction()

# tessera_add_compile_fail(name file EXPECT "regex" [CASE n] [PRECOMPILED name] [LIBS ...])
#
# The file must compile as it is, and with -DMUST_NOT_COMPILE (=n where CASE is given) must fail
# with a message that fits the regular expression.
function(tessera_add_compile_fail name file)
  cmake_parse_arguments(arg "" "EXPECT;CASE;PRECOMPILED" "LIBS" ${ARGN})
  set(definition -DMUST_NOT_COMPILE)
  if(DEFINED arg_CASE)
    string(APPEND definition "=${arg_CASE}")
  endif()
  tessera_compile_flags(flags ${arg_LIBS})
  if(arg_PRECOMPILED)
    list(APPEND flags -include "${CMAKE_CURRENT_BINARY_DIR}/${arg_PRECOMPILED}.hpp")
  endif()
  cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  tessera_register_test(${name} NO_SANITIZE
    COMMAND "${CMAKE_COMMAND}" "-DDEFINITION=${definition}" "-DEXPECT=${arg_EXPECT}"
      -P "${PROJECT_SOURCE_DIR}/cmake/compile_fail.cmake"
      -- "${CMAKE_CXX_COMPILER}" -std=c++20 -fsyntax-only ${flags} "${file}")
  if(arg_PRECOMPILED)
    set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED precompiled_${arg_PRECOMPILED})
  endif()
endfunction()

# tessera_add_python_test(name script [options of tessera_register_test]): runs the script, which
# fails by its exit code. It finds the programs in $TESSERA_BIN, and how to run them on several
# ranks in $TESSERA_MPIEXEC, to be followed by the number of ranks.
function(tessera_add_python_test name script)
  if(NOT TESSERA_PYTHON)
    return()
  endif()
  cmake_path(ABSOLUTE_PATH script BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  list(JOIN TESSERA_MPIEXEC_FLAGS " " flags)
  # Most of their time, they and the programs that they start wait for each other.
  tessera_register_test(${name} ${ARGN}
    ENVIRONMENT
      "TESSERA_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}"
      "TESSERA_MPIEXEC=${MPIEXEC_EXECUTABLE} ${flags} ${MPIEXEC_NUMPROC_FLAG}"
      PYTHONDONTWRITEBYTECODE=1
    COMMAND "${TESSERA_PYTHON}" "${script}")
endfunction()
