/// @file
/// Roots of polynomials. They are complex, so this header is not part of <tessera/core.hpp>:
/// `<complex>` costs half a second to compile.
#pragma once

#include <tessera/core/algebra/polynomial.hpp>
#include <tessera/core/eig.hpp>

namespace tessera {

/// The complex roots of a polynomial, coefficients from the highest power on, in no order: the
/// eigenvalues of its companion matrix, as in NumPy. Leading zeros play no part.
///
///     ndarray z = roots(ndarray<double, 1>{1, 0, 1});   // i and -i
///
/// @throws argument_error when there is an infinity or a NaN.
template <local_operand P>
requires(P::ndim == 1) auto roots(const P& p) {
  using T = detail::linalg_type<typename P::value_type>;
  using root = detail::complex_of<T>;
  const ndarray<T, 1> c(p);
  index_t first = 0;
  index_t last = c.size();
  while (first < last && c(first) == T{}) ++first;
  while (last > first && c(last - 1) == T{}) --last;
  // Each trailing zero is a root of zero.
  ndarray<root, 1> result(shape_t<1>{first < last ? c.size() - first - 1 : 0}, root{});
  const index_t n = last - first - 1;
  if (n < 1) return result;
  ndarray<T, 2> companion(shape_t<2>{n, n}, T{});
  companion(0, all) = -c(slice(first + 1, last)) / c(first);
  for (index_t i = 1; i < n; ++i) companion(i, i - 1) = T{1};
  result(slice(0, n)) = linalg::eigvals(companion);
  return result;
}

} // namespace tessera
