#include <tessera/distributed.hpp>

using namespace tessera;

// What works on local arrays says so when it is given a global one, in one error.
void use(const global_array<double, 2>& u, const global_array<double, 1>& v) {
  ndarray<double, 2> whole = u.gather_all();
  whole = u.gather_all();
  static_cast<void>(squeeze(whole(newaxis, all, all), axis(0)));
#if MUST_NOT_COMPILE == 1
  static_cast<void>(polyadd(v, v));
#elif MUST_NOT_COMPILE == 2
  auto squeezed = squeeze(v);
#elif MUST_NOT_COMPILE == 3
  ndarray column = u(all, 0);
#elif MUST_NOT_COMPILE == 4
  ndarray<double, 1> column = u(all, 0);
#elif MUST_NOT_COMPILE == 5
  whole = u;
#elif MUST_NOT_COMPILE == 6
  whole(all, 0) = u(all, 0);
#elif MUST_NOT_COMPILE == 7
  ndarray<double, 2> next = u + 1.0;
#elif MUST_NOT_COMPILE == 8
  ndarray<double, 1> x = linalg::solve(u, v);
#elif MUST_NOT_COMPILE == 9
  const auto fitted = polyfit(v, v, 1);
#elif MUST_NOT_COMPILE == 10
  const auto zeros = roots(v);
#elif MUST_NOT_COMPILE == 11
  const auto product = inner(v, v);
#endif
}
