#include <tessera/distributed.hpp>

using namespace tessera;

// Kernels of stages that do not fit their arrays. (Under MUST_NOT_COMPILE; compiles without.)
void use(global_array<double, 2>& u, global_array<double, 2>& v, global_array<double, 2>& w) {
  static_cast<void>(stage(v, std::tie(u, w), [](auto c, auto d) { return c(0, 0) + d(0, 0); }));
#if MUST_NOT_COMPILE == 1
  static_cast<void>(stage(v, std::tie(u, w), [](auto c) { return c(0, 0); }));
#elif MUST_NOT_COMPILE == 2
  static_cast<void>(stage(std::tie(v, w), u, [](auto c) { return c(0, 0); }));
#endif
}
