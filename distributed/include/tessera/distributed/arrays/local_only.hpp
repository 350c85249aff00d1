/// @file
/// Names that work on local arrays only: given a global one, they say what to call.
#pragma once

#include <tessera/core/types/operand.hpp>

namespace tessera {

namespace detail {

/// What a refused call returns, so that its one error is not followed by others.
struct refused {
  template <class T> operator T() const; // NOLINT: converts on purpose
};

} // namespace detail

// NOLINTBEGIN(bugprone-macro-parentheses): a name cannot have any
#define TESSERA_LOCAL_ONLY(name)                                                                   \
  template <class... A>                                                                            \
  requires(global_operand<A> || ...) detail::refused name(const A&...) {                           \
    detail::refuse_global<A...>();                                                                 \
    return {};                                                                                     \
  }

TESSERA_LOCAL_ONLY(append)
TESSERA_LOCAL_ONLY(argpartition)
TESSERA_LOCAL_ONLY(atleast_1d)
TESSERA_LOCAL_ONLY(atleast_2d)
TESSERA_LOCAL_ONLY(atleast_3d)
TESSERA_LOCAL_ONLY(broadcast_to)
TESSERA_LOCAL_ONLY(diag)
TESSERA_LOCAL_ONLY(diagonal)
TESSERA_LOCAL_ONLY(flatten)
TESSERA_LOCAL_ONLY(inner)
TESSERA_LOCAL_ONLY(insert)
TESSERA_LOCAL_ONLY(matmul)
TESSERA_LOCAL_ONLY(poly)
TESSERA_LOCAL_ONLY(polyadd)
TESSERA_LOCAL_ONLY(polyder)
TESSERA_LOCAL_ONLY(polydiv)
TESSERA_LOCAL_ONLY(polyfit)
TESSERA_LOCAL_ONLY(polymul)
TESSERA_LOCAL_ONLY(polysub)
TESSERA_LOCAL_ONLY(put)
TESSERA_LOCAL_ONLY(put_along_axis)
TESSERA_LOCAL_ONLY(roots)
TESSERA_LOCAL_ONLY(squeeze)
TESSERA_LOCAL_ONLY(take)
TESSERA_LOCAL_ONLY(take_along_axis)
TESSERA_LOCAL_ONLY(trapz)

namespace linalg {

TESSERA_LOCAL_ONLY(cholesky)
TESSERA_LOCAL_ONLY(cond)
TESSERA_LOCAL_ONLY(det)
TESSERA_LOCAL_ONLY(eig)
TESSERA_LOCAL_ONLY(eigh)
TESSERA_LOCAL_ONLY(eigvals)
TESSERA_LOCAL_ONLY(eigvalsh)
TESSERA_LOCAL_ONLY(inv)
TESSERA_LOCAL_ONLY(lstsq)
TESSERA_LOCAL_ONLY(matrix_power)
TESSERA_LOCAL_ONLY(matrix_rank)
TESSERA_LOCAL_ONLY(pinv)
TESSERA_LOCAL_ONLY(qr)
TESSERA_LOCAL_ONLY(slogdet)
TESSERA_LOCAL_ONLY(solve)
TESSERA_LOCAL_ONLY(svd)
TESSERA_LOCAL_ONLY(svdvals)

} // namespace linalg

#undef TESSERA_LOCAL_ONLY
// NOLINTEND(bugprone-macro-parentheses)

} // namespace tessera
