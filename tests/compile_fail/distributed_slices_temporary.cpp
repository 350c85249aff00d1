#include <tessera/distributed.hpp>

double total(const tessera::global_array<double, 1>& a) {
#ifdef MUST_NOT_COMPILE
  return sum(a.copy()(tessera::slice(1, 3)));
#else
  return sum(a(tessera::slice(1, 3)));
#endif
}
