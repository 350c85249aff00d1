#include <tessera/core/reductions/reduce.hpp>

double inner_product(const tessera::ndarray<double, 2>& a) {
#ifdef MUST_NOT_COMPILE
  return dot(a, a);
#else
  return vdot(a, a);
#endif
}
