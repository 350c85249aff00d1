/// @file
/// Linear algebra over ranks as compiled code sees it: views of two axes, of one type, over the
/// same ranks, distributed in any way. All are collective, and throw on all ranks together.
///
/// Its parts lie in solve.cpp, qr.cpp, eigh.cpp and svd.cpp.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/distributed/expressions/evaluation.hpp>

#include <cstdint>

namespace tessera::detail {

/// mantissa * 2^exponent, the mantissa's largest part between 1/2 and 1, or zero.
template <class T> struct scaled_number {
  T mantissa{1};
  std::int64_t exponent = 0;
  /// Multiplies without overflow.
  void multiply(const T& factor, std::int64_t more = 0);
};

// Compiled for float, double and complex.
/// May overflow.
template <class T> T unscaled(const scaled_number<T>& x);
template <class T> void global_solve(const view_ref& a, const view_ref& b, const view_ref& x);
template <class T> void global_inverse(const view_ref& a, const view_ref& result);
template <class T> scaled_number<T> global_determinant(const view_ref& a);
template <class T> void global_cholesky(const view_ref& a, const view_ref& lower);
template <class T> void global_qr(const view_ref& a, const view_ref& q, const view_ref& r);
/// Without `vectors` (null), eigenvalues alone; the values, on all ranks, are `values`.
template <class T>
void global_eigh(const view_ref& a, bool upper, real_of<T>* values, const view_ref* vectors);
/// Without `u` and `vh` (both null), singular values alone.
template <class T>
void global_svd(const view_ref& a, const view_ref* u, real_of<T>* values, const view_ref* vh);

/// @throws shape_error unless a is square.
void require_square(const char* name, const view_ref& a);

} // namespace tessera::detail
