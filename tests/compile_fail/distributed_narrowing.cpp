#include <tessera/distributed.hpp>

using namespace tessera;

#ifndef MUST_NOT_COMPILE
#define MUST_NOT_COMPILE 0
#endif

void assign(global_array<int, 1>& n, global_array<int, 1>& m, global_array<double, 1>& a) {
  n = astype<int>(0.5 * m);
  a = m;
  apply(n, m, [](auto c) { return (c(-1) + c(1)) / 2; });
#if MUST_NOT_COMPILE == 1
  n = 0.5 * m;
#elif MUST_NOT_COMPILE == 2
  n(slice(0, 1)) = a(slice(0, 1));
#elif MUST_NOT_COMPILE == 3
  n *= 0.5;
#elif MUST_NOT_COMPILE == 4
  apply(n, m, [](auto c) { return 0.5 * (c(-1) + c(1)); });
#elif MUST_NOT_COMPILE == 5
  n.fill([](index_t i) { return 0.5 * static_cast<double>(i); });
#elif MUST_NOT_COMPILE == 6
  iterate(n, m, 1, [](auto c) { return 0.5 * (c(-1) + c(1)); });
#elif MUST_NOT_COMPILE == 7
  apply(n, std::tie(a), [](auto c) { return c(0); });
#endif
}
