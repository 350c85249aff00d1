#include <tessera/core.hpp>

void write(const tessera::ndarray<double, 2>& a, tessera::ndarray<double, 2>& b) {
#ifdef MUST_NOT_COMPILE
  a(0, tessera::all) += 1.0;
#else
  b(0, tessera::all) += a(0, tessera::all);
#endif
}
