include(CMakePackageConfigHelpers)

set(config_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tessera")

set(loaded tessera_check)
if(TESSERA_SANITIZE)
  set(loaded "")
endif()
install(
  TARGETS tessera_core tessera_distributed tessera_io tessera_boost_mpi tessera_objects tessera_tessera ${loaded}
  EXPORT tesseraTargets
  FILE_SET HEADERS)
install(EXPORT tesseraTargets NAMESPACE tessera:: DESTINATION "${config_dir}")
if(TARGET tessera_matrices) # apart, for those who have no ScaLAPACK
  install(TARGETS tessera_matrices EXPORT tesseraMatricesTargets FILE_SET HEADERS)
  install(EXPORT tesseraMatricesTargets NAMESPACE tessera:: DESTINATION "${config_dir}")
endif()

configure_package_config_file(
  "${CMAKE_CURRENT_LIST_DIR}/tesseraConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/tesseraConfig.cmake"
  INSTALL_DESTINATION "${config_dir}")
write_basic_package_version_file(
  "${PROJECT_BINARY_DIR}/tesseraConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(
  FILES
    "${PROJECT_BINARY_DIR}/tesseraConfig.cmake"
    "${PROJECT_BINARY_DIR}/tesseraConfigVersion.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_blas.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_libzip.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_scalapack.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_plain.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_highway.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_libdw.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_xxhash.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_find_zstd.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_prefer_parallel_hdf5.cmake"
    "${CMAKE_CURRENT_LIST_DIR}/tessera_warn_unoptimised.cmake"
  DESTINATION "${config_dir}")
install(PROGRAMS "${CMAKE_CURRENT_LIST_DIR}/h5pcc.sh" DESTINATION "${config_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DOCDIR}")
