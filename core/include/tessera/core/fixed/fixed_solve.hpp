/// @file
/// Determinants, inverses and equations of small matrices.
#pragma once

#include <tessera/core/fixed/fixed_products.hpp>
#include <tessera/core/fixed/fixed_text.hpp>

#include <limits>

namespace tessera {

namespace detail {

[[noreturn]] void throw_singular(const char* name, const std::string& matrix);

/// What the inverse of a matrix is made of: integers are computed with as double.
template <class T> using divided = std::remove_cvref_t<decltype(divide()(T{}, T{}))>;

/// a b - c d
template <class T> constexpr T cross_difference(const T& a, const T& b, const T& c, const T& d) {
  return unfused_product()(a, b) - unfused_product()(c, d);
}

/// How large a pivot is; of complex ones as LAPACK measures it.
template <class T> constexpr auto pivot_size(const T& x) {
  if constexpr (is_complex<T>)
    return absolute()(x.real()) + absolute()(x.imag());
  else
    return absolute()(x);
}

/// Is a number neither so small that it has lost digits nor more than finite?
template <class T> constexpr bool is_sound(const T& x) {
  using limits = std::numeric_limits<std::remove_cvref_t<decltype(pivot_size(x))>>;
  return pivot_size(x) >= (limits::min)() && pivot_size(x) <= (limits::max)();
}

/// The matrix whose product with `a` is the determinant times the identity.
template <class T> constexpr auto adjugate(const fixed_array<T, 2, 2>& a) {
  return fixed_array<T, 2, 2>{{a[1][1], -a[0][1]}, {-a[1][0], a[0][0]}};
}
template <class T> constexpr auto adjugate(const fixed_array<T, 3, 3>& a) {
  const auto minor = [&](std::size_t i, std::size_t j) {
    const std::size_t r = (i + 1) % 3;
    const std::size_t s = (i + 2) % 3;
    const std::size_t c = (j + 1) % 3;
    const std::size_t d = (j + 2) % 3;
    return cross_difference(a[r][c], a[s][d], a[r][d], a[s][c]);
  };
  return fixed_array<T, 3, 3>{{minor(0, 0), minor(1, 0), minor(2, 0)},
                              {minor(0, 1), minor(1, 1), minor(2, 1)},
                              {minor(0, 2), minor(1, 2), minor(2, 2)}};
}

/// Gaussian elimination with the largest pivot of each column. Rows of `b` take part. Returns the
/// determinant; where it is zero, elimination has stopped.
template <class T, std::size_t N, class Right>
constexpr T eliminate(fixed_array<T, N, N>& a, Right& b) {
  T determinant = static_cast<T>(1);
  for (std::size_t k = 0; k < N; ++k) {
    std::size_t pivot = k;
    for (std::size_t i = k + 1; i < N; ++i)
      if (pivot_size(a[i][k]) > pivot_size(a[pivot][k])) pivot = i;
    if (pivot != k) {
      std::swap(a[k], a[pivot]);
      std::swap(b[k], b[pivot]);
      determinant = -determinant;
    }
    determinant = arithmetic<raw_multiply>()(determinant, a[k][k]);
    if (a[k][k] == T{}) return T{};
    for (std::size_t i = k + 1; i < N; ++i) {
      const T factor = divide()(a[i][k], a[k][k]);
      a[i] = a[i] - product_of(factor, a[k]);
      b[i] = b[i] - product_of(factor, b[k]);
    }
  }
  return determinant;
}

/// The same equations solved, from the last to the first.
template <class T, std::size_t N, class Right>
constexpr void substitute(const fixed_array<T, N, N>& a, Right& b) {
  for (std::size_t k = N; k-- > 0;) {
    for (std::size_t j = k + 1; j < N; ++j) b[k] = b[k] - product_of(a[k][j], b[j]);
    b[k] = for_each_element(divide(), b[k], a[k][k]);
  }
}

template <class T, std::size_t N, class Right>
constexpr Right solved(const char* name, const fixed_array<T, N, N>& a, Right b) {
  fixed_array<T, N, N> left = a;
  // The product of pivots may underflow where none of them is zero.
  static_cast<void>(eliminate(left, b));
  for (std::size_t k = 0; k < N; ++k)
    if (left[k][k] == T{}) throw_singular(name, to_string(a));
  substitute(left, b);
  return b;
}

} // namespace detail

/// Determinant; of integers a double. Up to 3 x 3 by its formula, else by elimination.
template <class T, std::size_t N> constexpr auto det(const fixed_array<T, N, N>& a) {
  using R = detail::divided<T>;
  const fixed_array<R, N, N> m = a;
  if constexpr (N == 1) {
    return m[0][0];
  } else if constexpr (N == 2) {
    return detail::cross_difference(m[0][0], m[1][1], m[0][1], m[1][0]);
  } else if constexpr (N == 3) {
    return dot(m[0], cross(m[1], m[2]));
  } else {
    fixed_array<R, N, N> left = m;
    fixed_array<R, N> unused{};
    return detail::eliminate(left, unused);
  }
}

/// The x with a x = b, of which b is one right-hand side or a matrix of columns; by elimination
/// with partial pivoting.
/// @throws argument_error when a is singular: a pivot is zero.
template <class T, class U, std::size_t N, std::size_t... M>
constexpr auto solve(const fixed_array<T, N, N>& a, const fixed_array<U, N, M...>& b) {
  using R = promoted<detail::divided<T>, detail::divided<U>>;
  return detail::solved("solve", fixed_array<R, N, N>(a), fixed_array<R, N, M...>(b));
}

/// The inverse matrix; of integers of double. Up to 3 x 3 by its formula (unless the determinant
/// overflows or underflows), else by elimination: where a condition number is large, `solve` has
/// smaller errors.
/// @throws argument_error when it is singular, printing it.
template <class T, std::size_t N> constexpr auto inv(const fixed_array<T, N, N>& a) {
  using R = detail::divided<T>;
  using result = fixed_array<R, N, N>;
  const result m = a;
  if constexpr (N == 2 || N == 3) {
    const R determinant = det(m);
    if (detail::is_sound(determinant))
      return detail::for_each_element(detail::divide(), detail::adjugate(m), determinant);
  }
  return detail::solved("inv", m, result::identity());
}

namespace linalg {

/// @name Of fixed arrays
/// The same functions under the names that they have for arrays.
/// @{
template <class T, std::size_t N> constexpr auto det(const fixed_array<T, N, N>& a) {
  return tessera::det(a);
}
template <class T, class U, std::size_t N, std::size_t... M>
constexpr auto solve(const fixed_array<T, N, N>& a, const fixed_array<U, N, M...>& b) {
  return tessera::solve(a, b);
}
template <class T, std::size_t N> constexpr auto inv(const fixed_array<T, N, N>& a) {
  return tessera::inv(a);
}
/// @}

} // namespace linalg

} // namespace tessera
