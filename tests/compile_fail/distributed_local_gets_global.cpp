#include <tessera/core/elements/operators.hpp>
#include <tessera/distributed/global_array.hpp>

using namespace tessera;

// A local array holds a part of the elements at most; `gather` says which rank gets them all.
void assign(ndarray<double, 1>& local, const global_array<double, 1>& u) {
  local = u.gather_all() + 1.0;
#ifdef MUST_NOT_COMPILE
  local = u + 1.0;
#endif
}
