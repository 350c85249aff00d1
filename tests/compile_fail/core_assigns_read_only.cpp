#include <tessera/core.hpp>

void assign(tessera::view<const double, 1> a, tessera::view<double, 1> b) {
#ifdef MUST_NOT_COMPILE
  a = 1.0;
#else
  b = 1.0;
  b = a;
#endif
}
