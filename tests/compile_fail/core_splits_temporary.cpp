#include <tessera/core.hpp>

tessera::index_t parts(const tessera::ndarray<double, 1>& a) {
#ifdef MUST_NOT_COMPILE
  return split(a.copy(), 2).size();
#else
  return split(a, 2).size();
#endif
}
