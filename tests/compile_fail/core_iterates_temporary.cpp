#include <tessera/core.hpp>

double first(const tessera::ndarray<double, 1>& a) {
#ifdef MUST_NOT_COMPILE
  return *a.copy().begin();
#else
  return *a.begin();
#endif
}
