# Other libraries for `tessera-bench` to compare with, each where it is found and links.
#
# Only their include folders are taken, not their other compile flags, which are not ours to use.
include(CMakePushCheckState)
include(CheckCXXSourceCompiles)

# tessera_add_peer(name BENCHMARK heat|core|transfer... HEADERS ... INCLUDES ... LIBRARIES ...
# DECLARATIONS code CALL code): adds ${name}_${benchmark}.cpp for each benchmark where a program with
# this code compiles and links.
function(tessera_add_peer name)
  cmake_parse_arguments(PARSE_ARGV 1 peer "" "CALL;DECLARATIONS" "BENCHMARK;HEADERS;INCLUDES;LIBRARIES")
  string(TOUPPER "TESSERA_HAS_${name}" has)
  list(TRANSFORM peer_HEADERS REPLACE "(.+)" "#include <\\1>\n")
  list(JOIN peer_HEADERS "" headers)

  cmake_push_check_state(RESET)
  set(CMAKE_REQUIRED_QUIET ON)
  set(CMAKE_REQUIRED_INCLUDES ${peer_INCLUDES})
  set(CMAKE_REQUIRED_LIBRARIES ${peer_LIBRARIES} MPI::MPI_CXX)
  set(CMAKE_REQUIRED_DEFINITIONS -DOMPI_SKIP_MPICXX -DMPICH_SKIP_MPICXX)
  set(CMAKE_REQUIRED_FLAGS -std=c++20)
  check_cxx_source_compiles("${headers}${peer_DECLARATIONS}
int main() { ${peer_CALL} }" ${has})
  cmake_pop_check_state()

  if(${has})
    foreach(benchmark IN LISTS peer_BENCHMARK)
      target_sources(tessera-bench PRIVATE
        "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}_${benchmark}.cpp")
    endforeach()
    target_compile_definitions(tessera-bench PRIVATE ${has})
    target_include_directories(tessera-bench SYSTEM PRIVATE ${peer_INCLUDES})
    target_link_libraries(tessera-bench PRIVATE ${peer_LIBRARIES})
  else()
    # What is missing may be there the next time.
    unset(${has} CACHE)
  endif()
endfunction()

function(tessera_add_petsc)
  find_package(PkgConfig QUIET)
  if(NOT PkgConfig_FOUND)
    return()
  endif()
  pkg_search_module(petsc QUIET PETSc petsc)
  if(petsc_FOUND)
    tessera_add_peer(petsc BENCHMARK heat halo
      HEADERS petscdmda.h
      INCLUDES ${petsc_INCLUDE_DIRS}
      LIBRARIES ${petsc_LINK_LIBRARIES}
      # Not where PETSc was built for complex numbers or another precision.
      CALL "double x = 0; PetscScalar* p = &x; return PetscFinalize() + (p == nullptr);")
  endif()
endfunction()

function(tessera_add_global_arrays)
  find_path(GLOBAL_ARRAYS_INCLUDE_DIR ga.h)
  find_library(GLOBAL_ARRAYS_LIBRARY ga)
  # Debian's is a static one on top of ARMCI-MPI; others bring a libarmci or libcomex of their own.
  find_library(GLOBAL_ARRAYS_ARMCI_LIBRARY NAMES armci comex)
  find_library(GLOBAL_ARRAYS_SCALAPACK_LIBRARY NAMES scalapack-openmpi scalapack)
  mark_as_advanced(GLOBAL_ARRAYS_INCLUDE_DIR GLOBAL_ARRAYS_LIBRARY GLOBAL_ARRAYS_ARMCI_LIBRARY
    GLOBAL_ARRAYS_SCALAPACK_LIBRARY)
  if(NOT GLOBAL_ARRAYS_INCLUDE_DIR OR NOT GLOBAL_ARRAYS_LIBRARY)
    return()
  endif()
  if(NOT GLOBAL_ARRAYS_ARMCI_LIBRARY)
    message(STATUS "Global Arrays is installed, but no ARMCI for it: tessera-bench is built without. "
      "On Debian, the package libarmci-mpi-dev has one (cmake/setup.sh --bench)")
  endif()
  set(libraries ${GLOBAL_ARRAYS_LIBRARY})
  foreach(library IN ITEMS ARMCI SCALAPACK)
    if(GLOBAL_ARRAYS_${library}_LIBRARY)
      list(APPEND libraries ${GLOBAL_ARRAYS_${library}_LIBRARY})
    endif()
  endforeach()
  tessera_add_peer(global_arrays BENCHMARK heat halo transfer
    HEADERS cstdio ga.h macdecls.h
    INCLUDES ${GLOBAL_ARRAYS_INCLUDE_DIR}
    LIBRARIES ${libraries} lapack blas gfortran
    CALL "GA_Initialize(); GA_Terminate();")
endfunction()

function(tessera_add_scalapack)
  find_library(SCALAPACK_LIBRARY NAMES scalapack-openmpi scalapack)
  mark_as_advanced(SCALAPACK_LIBRARY)
  if(SCALAPACK_LIBRARY)
    tessera_add_peer(scalapack BENCHMARK transfer
      LIBRARIES ${SCALAPACK_LIBRARY}
      DECLARATIONS "extern \"C\" void pdgemr2d_();"
      CALL "pdgemr2d_();")
  endif()
endfunction()

function(tessera_add_eigen)
  find_path(EIGEN_INCLUDE_DIR Eigen/Dense PATH_SUFFIXES eigen3)
  mark_as_advanced(EIGEN_INCLUDE_DIR)
  if(EIGEN_INCLUDE_DIR)
    tessera_add_peer(eigen BENCHMARK core
      HEADERS Eigen/Dense
      INCLUDES ${EIGEN_INCLUDE_DIR}
      CALL "Eigen::ArrayXd a(3); return a.size() != 3;")
  endif()
endfunction()

function(tessera_add_numpy)
  include(tessera_find_python)
  if(NOT TESSERA_PYTHON)
    return()
  endif()
  # The program carries the scripts, so that it can be copied elsewhere.
  foreach(path IN ITEMS numpy_core file_peers mpi4py_messages ../transforms/mpi4py_fft ../sorting/numpy_sort)
    cmake_path(GET path FILENAME name)
    set(path "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${path}.py")
    file(READ "${path}" script)
    file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/bench/${name}_script.hpp" CONTENT
      "inline constexpr char ${name}_script[] = R\"script(${script})script\";\n" @ONLY)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${path}")
  endforeach()
  target_sources(tessera-bench PRIVATE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/numpy_core.cpp"
    "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/python_process.cpp")
  target_include_directories(tessera-bench PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/bench")
  target_compile_definitions(tessera-bench PRIVATE TESSERA_HAS_NUMPY
    TESSERA_BENCH_PYTHON="${TESSERA_PYTHON}")
endfunction()

target_sources(tessera-bench PRIVATE
  "${CMAKE_CURRENT_LIST_DIR}/peers.cpp" "${CMAKE_CURRENT_LIST_DIR}/core_peers.cpp"
  "${CMAKE_CURRENT_LIST_DIR}/transfer_peers.cpp" "${CMAKE_CURRENT_LIST_DIR}/file_peers.cpp"
  "${CMAKE_CURRENT_LIST_DIR}/boost_messages.cpp" "${CMAKE_CURRENT_LIST_DIR}/mpi4py_messages.cpp")
target_link_libraries(tessera-bench PRIVATE tessera::boost_mpi)
if(TARGET tessera_matrices)
  target_link_libraries(tessera-bench PRIVATE tessera::matrices)
  target_compile_definitions(tessera-bench PRIVATE TESSERA_HAS_MATRICES)
endif()
tessera_add_petsc()
tessera_add_global_arrays()
tessera_add_eigen()
tessera_add_peer(blas BENCHMARK core
  HEADERS cblas.h
  LIBRARIES openblas
  CALL "return cblas_ddot(0, nullptr, 1, nullptr, 1) != 0;")
tessera_add_peer(sleef # in hand/hand_core_sleef.cpp
  HEADERS cstddef immintrin.h sleef.h
  LIBRARIES sleef
  CALL "return Sleef_exp_u10(0.0) != 1.0;")
tessera_add_peer(fftw BENCHMARK transfer
  HEADERS fftw3-mpi.h
  LIBRARIES fftw3_mpi fftw3
  CALL "fftw_mpi_init();")
tessera_add_scalapack()
tessera_add_peer(xtensor BENCHMARK core
  HEADERS xtensor/xtensor.hpp xsimd/xsimd.hpp
  CALL "xt::xtensor<double, 1> a; return a.size() != 0;")
tessera_add_peer(blitz BENCHMARK core
  HEADERS blitz/array.h
  CALL "blitz::Array<double, 1> a(3); return a.size() != 3;")
tessera_add_numpy()
