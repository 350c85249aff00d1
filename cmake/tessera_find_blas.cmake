# The target tessera::blas: BLAS and LAPACK with their C interfaces, CBLAS and LAPACKE. OpenBLAS is
# preferred; it may hold all of them, or LAPACKE may be a library of its own (Debian, Ubuntu).
# Both the build and the installed package include this file.
if(TARGET tessera::blas)
  return()
endif()

if(NOT DEFINED BLA_VENDOR)
  set(BLA_VENDOR OpenBLAS)
  find_package(BLAS QUIET)
  unset(BLA_VENDOR)
endif()
if(NOT BLAS_FOUND)
  find_package(BLAS QUIET)
endif()
find_path(TESSERA_CBLAS_INCLUDE_DIR cblas.h
  PATH_SUFFIXES openblas openblas-pthread openblas-serial openblas-openmp)
find_path(TESSERA_LAPACKE_INCLUDE_DIR lapacke.h PATH_SUFFIXES openblas lapacke)
find_library(TESSERA_LAPACKE_LIBRARY NAMES lapacke openblas)
mark_as_advanced(TESSERA_CBLAS_INCLUDE_DIR TESSERA_LAPACKE_INCLUDE_DIR TESSERA_LAPACKE_LIBRARY)
if(NOT BLAS_FOUND OR NOT TESSERA_CBLAS_INCLUDE_DIR OR NOT TESSERA_LAPACKE_INCLUDE_DIR OR
    NOT TESSERA_LAPACKE_LIBRARY)
  message(FATAL_ERROR
    "Tessera needs BLAS and LAPACK with their C interfaces. Install the packages libopenblas-dev "
    "and liblapacke-dev (Debian, Ubuntu), openblas-devel (Fedora) or openblas (Homebrew, conda, "
    "Spack), or run cmake/setup.sh; then configure in a fresh build folder.")
endif()

# Global, because a project that adds Tessera as a subfolder links it too.
add_library(tessera::blas INTERFACE IMPORTED GLOBAL)
target_link_libraries(tessera::blas INTERFACE "${TESSERA_LAPACKE_LIBRARY}" ${BLAS_LIBRARIES})
target_include_directories(tessera::blas INTERFACE
  "${TESSERA_CBLAS_INCLUDE_DIR}" "${TESSERA_LAPACKE_INCLUDE_DIR}")
