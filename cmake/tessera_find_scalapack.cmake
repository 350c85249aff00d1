# The target tessera::scalapack, where there is ScaLAPACK with the BLACS; TESSERA_SCALAPACK_LIBRARY is false elsewhere.
# Both the build and the installed package include this file.
if(TARGET tessera::scalapack)
  return()
endif()
set(TESSERA_SCALAPACK_PACKAGES
  "Install the package libscalapack-openmpi-dev (Debian, Ubuntu), scalapack-openmpi-devel (Fedora), scalapack (Homebrew, Spack, conda), or run cmake/setup.sh --matrices")
find_library(TESSERA_SCALAPACK_LIBRARY NAMES scalapack scalapack-openmpi scalapack-mpich)
mark_as_advanced(TESSERA_SCALAPACK_LIBRARY)
if(TESSERA_SCALAPACK_LIBRARY)
  # Global, because a project that adds Tessera as a subfolder links it too.
  add_library(tessera::scalapack INTERFACE IMPORTED GLOBAL)
  target_link_libraries(tessera::scalapack INTERFACE "${TESSERA_SCALAPACK_LIBRARY}")
endif()
