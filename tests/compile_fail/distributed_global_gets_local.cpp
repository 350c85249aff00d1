#include <tessera/core/operators.hpp>
#include <tessera/distributed/global_array.hpp>

using namespace tessera;

// Which rank's elements would it be? `scatter` says so.
void assign(global_array<double, 1>& u, const ndarray<double, 1>& local) {
  u.scatter(local);
  u = u + 1.0;
#ifdef MUST_NOT_COMPILE
  u = u + local;
#endif
}
