#include <tessera/io.hpp>

using namespace tessera;

#ifndef MUST_NOT_COMPILE
#define MUST_NOT_COMPILE 0
#endif

void save(const communicator& world, const ndarray<double, 2>& a, const ndarray<bool, 2>& b) {
  save_vtkhdf(world, "a.vtkhdf", {{"a", a}});
#if MUST_NOT_COMPILE
  save_vtkhdf(world, "b.vtkhdf", {{"b", b}});
#endif
}
