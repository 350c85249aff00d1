#include <tessera/core.hpp>

void assign(tessera::view<double, 1> row, const tessera::ndarray<double, 2>& a) {
#ifdef MUST_NOT_COMPILE
  row = a + 1.0;
#else
  row = a(0, tessera::all) + 1.0;
#endif
}
