/// @file
/// Cross products over ranks.
#pragma once

#include <tessera/core/algebra/products.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/axes.hpp>
#include <tessera/distributed/functions/whole_axes.hpp>

namespace tessera {

namespace detail {

/// One component of vectors along the last axis, which stays with one element.
template <class T, std::size_t N> auto component(const global_view<T, N>& v, index_t k) {
  return part_of(v, N - 1, k, 1, 1);
}

/// Vectors that each lie on one rank; local ones are there.
template <class T, class X> auto whole_vectors(const X& x) {
  if constexpr (X::is_global)
    return with_whole_axis<T>(x, X::ndim - 1);
  else
    return ndarray<T, X::ndim>(x);
}

template <class A, class B> void check_vectors(const A& a, const B& b) {
  const auto x = as_node(a).shape();
  const auto y = as_node(b).shape();
  if (x[A::ndim - 1] != 3 || y[B::ndim - 1] != 3)
    throw_not_of_three(x.data(), A::ndim, y.data(), B::ndim);
  static_assert((!A::is_global || A::ndim > 1) && (!B::is_global || B::ndim > 1),
                "three elements need no ranks: call gather_all() for the vector");
  if constexpr (A::is_global && B::is_global) check_same_shape("cross", a, b);
}

} // namespace detail

/// Cross product of vectors of three components along the last axis, as the local function: of two
/// global arrays of the same shape, or of a global and a local one that broadcasts to its shape. A
/// new array in equal blocks whose vectors each lie on one rank; each element of the operands
/// travels once at most. Collective.
/// @throws shape_error on all ranks when the last axis has another size, or shapes do not fit.
template <array_operand A, array_operand B>
requires(A::is_global || B::is_global) auto cross(const A& a, const B& b) {
  using T = detail::product_type<A, B>;
  detail::check_vectors(a, b);
  const auto x = detail::whole_vectors<T>(a);
  const auto y = detail::whole_vectors<T>(b);
  auto result = [&] {
    if constexpr (A::is_global)
      return empty_like(x);
    else
      return empty_like(y);
  }();
  const auto of_x = [&](index_t k) { return detail::component(x.view(), k % 3); };
  const auto of_y = [&](index_t k) { return detail::component(y.view(), k % 3); };
  for (index_t k = 0; k < 3; ++k) {
    auto to = detail::component(result.view(), k);
    to.assign(of_x(k + 1) * of_y(k + 2) - of_x(k + 2) * of_y(k + 1));
  }
  return result;
}

} // namespace tessera
