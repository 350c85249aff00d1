# The target tessera::highway.
include("${CMAKE_CURRENT_LIST_DIR}/tessera_find_plain.cmake")
tessera_find_plain(highway HEADER hwy/contrib/sort/vqsort.h LIBRARY hwy_contrib
  NEEDS "Highway 1.0 or newer, with its library hwy_contrib"
  PACKAGES "libhwy-dev (Debian, Ubuntu), highway-devel (Fedora), highway (Homebrew, Spack) or libhwy (conda)")
