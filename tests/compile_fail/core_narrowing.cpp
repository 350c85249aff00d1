#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>

#include <vector>

using namespace tessera;

#ifndef MUST_NOT_COMPILE
#define MUST_NOT_COMPILE 0
#endif

void assign(ndarray<int, 1>& n, ndarray<double, 1>& a, ndarray<std::complex<double>, 1>& z,
            ndarray<bool, 1>& flags, ndarray<unsigned, 1>& u, const std::vector<double>& v) {
  n = astype<int>(0.5 * n);
  n *= 2;
  n = u;
  a = n;
  a *= 0.5;
  ndarray<float, 1> rounded = a;
  rounded += a;
  z *= a;
  a = real(z);
  flags = n != 0;
  u += u;
#if MUST_NOT_COMPILE == 1
  n *= 0.5;
#elif MUST_NOT_COMPILE == 2
  n /= 2;
#elif MUST_NOT_COMPILE == 3
  n = 0.5 * n;
#elif MUST_NOT_COMPILE == 4
  ndarray<int, 1> k = a;
#elif MUST_NOT_COMPILE == 5
  n(slice(0, 1)) = a;
#elif MUST_NOT_COMPILE == 6
  n(n > 0) = a;
#elif MUST_NOT_COMPILE == 7
  n(n) += a;
#elif MUST_NOT_COMPILE == 8
  ndarray<int, 1> k(v);
#elif MUST_NOT_COMPILE == 9
  n = map([](int x) { return 0.5 * x; }, n);
#elif MUST_NOT_COMPILE == 10
  a = z;
#elif MUST_NOT_COMPILE == 11
  a *= z;
#elif MUST_NOT_COMPILE == 12
  flags = n;
#elif MUST_NOT_COMPILE == 13
  u += n;
#endif
  static_cast<void>(v);
}
