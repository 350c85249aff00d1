/// @file
/// Products of matrices that are added to others, for those who divide large products into parts.
///
/// Its parts lie in matmul.cpp and multiply_in_order.cpp.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera::detail {

/// c = a b, or where `adds`, c += a b. The shapes fit, and c overlaps neither a nor b. Compiled for
/// bool, all integers, float, double and complex, the last four by BLAS.
template <class T>
void multiply_add(const view<const T, 2>& a, const view<const T, 2>& b, const view<T, 2>& c,
                  bool adds);

/// The same, where each element of c takes its terms one after another, in the order of a's
/// columns, each product and each sum rounded: what three plain loops give that start from 0, the
/// same bits on any processor and however a, b and c are divided into parts. Without fused
/// operations it reaches about half of the speed of BLAS at best.
template <class T>
void multiply_in_order(const view<const T, 2>& a, const view<const T, 2>& b, const view<T, 2>& c,
                       bool adds);

} // namespace tessera::detail
