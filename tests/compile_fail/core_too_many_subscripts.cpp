#include <tessera/core.hpp>

double element(const tessera::ndarray<double, 2>& a) {
#ifdef MUST_NOT_COMPILE
  return a(1, 2, 3);
#else
  return a(1, 2);
#endif
}
