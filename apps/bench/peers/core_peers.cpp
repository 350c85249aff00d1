#include "core_peers.hpp"

namespace bench {

std::vector<std::unique_ptr<core_library>> make_core_peers() {
  std::vector<std::unique_ptr<core_library>> all;
#ifdef TESSERA_HAS_BLAS
  all.push_back(make_blas_core());
#endif
#ifdef TESSERA_HAS_EIGEN
  all.push_back(make_eigen_core());
#endif
#ifdef TESSERA_HAS_XTENSOR
  all.push_back(make_xtensor_core());
#endif
#ifdef TESSERA_HAS_SLEEF
  all.push_back(make_sleef_core());
#endif
#ifdef TESSERA_HAS_BLITZ
  all.push_back(make_blitz_core());
#endif
#ifdef TESSERA_HAS_NUMPY
  all.push_back(make_numpy_core());
#endif
  return all;
}

} // namespace bench
