#include <tessera/core/operators.hpp>
#include <tessera/distributed/reduce.hpp>

using namespace tessera;

double total(const global_array<double, 1>& u, const ndarray<double, 1>& local) {
  double result = sum(2.0 * u) + sum(2.0 * local);
#ifdef MUST_NOT_COMPILE
  result += sum(u + local);
#endif
  return result;
}
