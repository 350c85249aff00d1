#include <tessera/core/einsum.hpp>

using namespace tessera;

// The compiler finds mistakes in subscripts, and says which.
void use(const ndarray<double, 2>& a) {
  static_cast<void>(einsum<"ij,jk->ik">(a, a));
#if MUST_NOT_COMPILE == 1
  static_cast<void>(einsum<"ij,j1->i">(a, a));
#elif MUST_NOT_COMPILE == 2
  static_cast<void>(einsum<"ij,jk->ik">(a));
#elif MUST_NOT_COMPILE == 3
  static_cast<void>(einsum<"ij,j->i">(a, a));
#elif MUST_NOT_COMPILE == 4
  static_cast<void>(einsum<"ij,jk->il">(a, a));
#endif
}
