# To be included before find_package(HDF5), here and in an installed Tessera.

# Without this preference FindHDF5 silently takes a serial HDF5.
set(HDF5_PREFER_PARALLEL TRUE)

if(CMAKE_CURRENT_BINARY_DIR MATCHES " ")
  set(HDF5_C_COMPILER_EXECUTABLE "${CMAKE_CURRENT_LIST_DIR}/h5pcc.sh" CACHE FILEPATH
    "Tells the flags of the parallel HDF5")
endif()
