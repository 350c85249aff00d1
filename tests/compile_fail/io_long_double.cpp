#include <tessera/core/complex.hpp>
#include <tessera/io.hpp>

using namespace tessera;

#ifndef MUST_NOT_COMPILE
#define MUST_NOT_COMPILE 0
#endif

void save(const ndarray<std::complex<double>, 1>& a,
          const ndarray<std::complex<long double>, 1>& b) {
  save_npy("a.npy", a);
#if MUST_NOT_COMPILE
  save_npy("b.npy", b);
#endif
}
