/// @file
/// Products of small vectors and matrices.
#pragma once

#include <tessera/core/elements/rounded.hpp>
#include <tessera/core/fixed/fixed_elementwise.hpp>
#include <tessera/core/reductions/accumulators.hpp>

namespace tessera {

namespace detail {

/// A product that is added to others, and never fused with the addition.
struct unfused_product {
  template <class A, class B> constexpr auto operator()(const A& a, const B& b) const {
    const auto product = arithmetic<raw_multiply>()(a, b);
    if constexpr (std::is_floating_point_v<std::remove_cvref_t<decltype(product)>>)
      return rounded(product);
    else
      return product;
  }
};

template <class A, class B> constexpr auto product_of(const A& a, const B& b) {
  return for_each_element(unfused_product(), a, b);
}
template <class A, class B> constexpr auto sum_of(const A& a, const B& b) {
  return for_each_element(arithmetic<raw_plus>(), a, b);
}

/// a[0] b[0] + a[1] b[1] + ..., in this order; b holds numbers or rows.
template <class A, class B> constexpr auto weighted_sum(const A& a, const B& b) {
  auto sum = product_of(a[0], b[0]);
  const auto add = [&](std::size_t i) { sum = sum_of(sum, product_of(a[i], b[i])); };
  constexpr std::size_t terms = std::tuple_size_v<A>;
  if constexpr (terms <= few_rows) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (add(I + 1), ...); }
    (std::make_index_sequence<terms - 1>());
  } else {
    for (std::size_t i = 1; i < terms; ++i) add(i);
  }
  return sum;
}

struct squared_magnitude {
  template <class T> constexpr auto operator()(const T& x) const {
    if constexpr (is_complex<T>)
      return rounded(x.real() * x.real()) + rounded(x.imag() * x.imag());
    else if constexpr (std::is_integral_v<T>)
      return static_cast<double>(x) * static_cast<double>(x);
    else
      return rounded(x * x);
  }
};

} // namespace detail

/// Sum of the products of corresponding elements of two vectors, each product and addition rounded,
/// from the first to the last; complex numbers are not conjugated.
template <class T, class U, std::size_t N>
constexpr auto dot(const fixed_array<T, N>& a, const fixed_array<U, N>& b) {
  return detail::weighted_sum(a, b);
}

/// Cross product of vectors of three components.
template <class T, class U>
constexpr auto cross(const fixed_array<T, 3>& a, const fixed_array<U, 3>& b) {
  constexpr detail::unfused_product times;
  constexpr detail::arithmetic<detail::raw_minus> minus;
  using R = promoted<T, U>;
  return fixed_array<R, 3>(minus(times(a[1], b[2]), times(a[2], b[1])),
                           minus(times(a[2], b[0]), times(a[0], b[2])),
                           minus(times(a[0], b[1]), times(a[1], b[0])));
}

/// @name Products with matrices
/// A vector is a row on the left and a column on the right. Every element is a sum of products in
/// the order of `dot`. `dot` of a matrix is `matmul`.
/// @{
template <class T, class U, std::size_t N, std::size_t K>
constexpr auto matmul(const fixed_array<T, N, K>& a, const fixed_array<U, K>& x) {
  return detail::made_of_rows<fixed_array<promoted<T, U>, N>>(
      [&](std::size_t i) { return detail::weighted_sum(a[i], x); });
}
template <class T, class U, std::size_t K, std::size_t M>
constexpr auto matmul(const fixed_array<T, K>& x, const fixed_array<U, K, M>& b) {
  return detail::weighted_sum(x, b);
}
template <class T, class U, std::size_t N, std::size_t K, std::size_t M>
constexpr auto matmul(const fixed_array<T, N, K>& a, const fixed_array<U, K, M>& b) {
  return detail::made_of_rows<fixed_array<promoted<T, U>, N, M>>(
      [&](std::size_t i) { return detail::weighted_sum(a[i], b); });
}
template <class T, class U, std::size_t N>
constexpr auto matmul(const fixed_array<T, N>& a, const fixed_array<U, N>& b) {
  return dot(a, b);
}
template <class T, class U, std::size_t... N, std::size_t... M>
requires(sizeof...(N) + sizeof...(M) >= 3) constexpr auto dot(const fixed_array<T, N...>& a,
                                                              const fixed_array<U, M...>& b) {
  return matmul(a, b);
}
/// @}

/// All products of an element of `a` and one of `b`: c(i, j) = a(i) * b(j).
template <class T, class U, std::size_t N, std::size_t M>
constexpr auto outer(const fixed_array<T, N>& a, const fixed_array<U, M>& b) {
  return detail::made_of_rows<fixed_array<promoted<T, U>, N, M>>([&](std::size_t i) {
    return detail::for_each_element(detail::arithmetic<detail::raw_multiply>(), a[i], b);
  });
}

/// Rows as columns.
template <class T, std::size_t N, std::size_t M>
constexpr auto transpose(const fixed_array<T, N, M>& a) {
  return detail::made_of_rows<fixed_array<T, M, N>>([&](std::size_t j) {
    return detail::made_of_rows<fixed_array<T, N>>([&](std::size_t i) { return a[i][j]; });
  });
}

/// Sum of the diagonal, from the first element to the last.
template <class T, std::size_t N> constexpr auto trace(const fixed_array<T, N, N>& a) {
  auto sum = static_cast<detail::sum_type<T>>(a[0][0]);
  for (std::size_t i = 1; i < N; ++i)
    sum = detail::sum_of(sum, static_cast<detail::sum_type<T>>(a[i][i]));
  return sum;
}

/// Square root of the sum of the squared magnitudes of all elements: the Euclidean norm of a
/// vector, the Frobenius norm of a matrix. Squares may overflow.
template <class T, std::size_t... N> constexpr auto norm(const fixed_array<T, N...>& a) {
  constexpr detail::squared_magnitude square;
  using R = decltype(square(T{}));
  const auto add = [](const R& s, const T& x) { return s + detail::squared_magnitude()(x); };
  const R sum = detail::fold_elements(add, R{}, a);
  if constexpr (std::is_same_v<R, long double>)
    return __builtin_sqrtl(sum);
  else
    return detail::sqrt_of(sum);
}

namespace linalg {

/// `tessera::norm`, under the name that it has for arrays.
template <class T, std::size_t... N> constexpr auto norm(const fixed_array<T, N...>& a) {
  return tessera::norm(a);
}

} // namespace linalg

} // namespace tessera
