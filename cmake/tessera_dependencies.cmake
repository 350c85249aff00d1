include(tessera_prefer_parallel_hdf5)

find_package(MPI 3.1 REQUIRED COMPONENTS C CXX)
find_package(HDF5 REQUIRED COMPONENTS C HL)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR
    "Tessera needs an HDF5 built for MPI, but ${HDF5_C_INCLUDE_DIRS} holds a serial one. "
    "Install the package libhdf5-openmpi-dev (Debian, Ubuntu), hdf5-openmpi-devel (Fedora) or "
    "hdf5-mpi (Homebrew), or run cmake/setup.sh; then configure in a fresh build folder.")
endif()
find_package(Boost 1.74 REQUIRED COMPONENTS mpi serialization)
find_package(PNG REQUIRED)
find_package(ZLIB REQUIRED)
find_package(BZip2 REQUIRED)
find_package(LibLZMA REQUIRED)
find_package(fmt 9 REQUIRED)
include(tessera_find_blas)
include(tessera_find_highway)
include(tessera_find_scalapack)
include(tessera_find_libdw)
include(tessera_find_libzip)
include(tessera_find_xxhash)
include(tessera_find_zstd)
find_path(TESSERA_RANDOM123_INCLUDE_DIR Random123/philox.h)
mark_as_advanced(TESSERA_RANDOM123_INCLUDE_DIR)
if(NOT TESSERA_RANDOM123_INCLUDE_DIR)
  message(FATAL_ERROR
    "Tessera needs the headers of Random123. Install the package librandom123-dev (Debian, "
    "Ubuntu), Random123-devel (Fedora) or random123 (Spack, conda), or run cmake/setup.sh.")
endif()
find_path(TESSERA_FAST_FLOAT_INCLUDE_DIR fast_float/fast_float.h)
mark_as_advanced(TESSERA_FAST_FLOAT_INCLUDE_DIR)
if(NOT TESSERA_FAST_FLOAT_INCLUDE_DIR)
  message(FATAL_ERROR
    "Tessera needs the headers of fast_float. Install the package libfast-float-dev (Debian, "
    "Ubuntu), fast_float-devel (Fedora) or fast-float (Homebrew, Spack, conda), or run cmake/setup.sh.")
endif()
if(TESSERA_BUILD_APPS)
  find_package(CLI11 2.1 REQUIRED)
  find_package(nlohmann_json 3.9 REQUIRED)
endif()
if(TESSERA_BUILD_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
