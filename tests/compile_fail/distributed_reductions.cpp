#include <tessera/core/complex.hpp>
#include <tessera/distributed.hpp>

#include <utility>

using namespace tessera;

// Kernels whose terms do not fit the reductions. (Under MUST_NOT_COMPILE; compiles without.)
double use(global_array<double, 2>& u, global_array<double, 2>& v) {
#if MUST_NOT_COMPILE == 1
  return apply(
      v, u, [](auto c) { return c(0, 0); }, op::sum);
#elif MUST_NOT_COMPILE == 2
  return apply(
      v, u, [](auto c) { return std::pair(c(0, 0), c(0, 0)); }, op::sum, op::max);
#elif MUST_NOT_COMPILE == 3
  return apply(
             v, u, [](auto c) { return std::pair(c(0, 0), std::complex<double>(c(0, 0))); },
             op::sum)
      .real();
#else
  return apply(
      v, u, [](auto c) { return std::pair(c(0, 0), c(0, 0)); }, op::sum);
#endif
}
