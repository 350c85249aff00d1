/// @file
/// Arrays of fixed arrays as arrays of numbers, and back, without a copy.
#pragma once

#include <tessera/core/arrays/shared_view.hpp>
#include <tessera/core/fixed/fixed_class.hpp>

namespace tessera {

namespace detail {

/// The same memory as numbers: the axes of the elements come last.
template <class Number, class T, std::size_t M> auto as_numbers(const view<T, M>& a) {
  using element = std::remove_const_t<T>;
  constexpr std::size_t K = element::ndim;
  const shape_t<K> inner = element::shape();
  const shape_t<K> steps = row_major_strides(inner);
  shape_t<M + K> shape{};
  shape_t<M + K> strides{};
  for (std::size_t d = 0; d < M; ++d) shape[d] = a.shape()[d];
  for (std::size_t d = 0; d < M; ++d) strides[d] = a.strides()[d] * element::size();
  for (std::size_t d = 0; d < K; ++d) shape[M + d] = inner[d];
  for (std::size_t d = 0; d < K; ++d) strides[M + d] = steps[d];
  return view<Number, M + K>(reinterpret_cast<Number*>(a.data()), shape, strides);
}

template <class T>
using numbers_in =
    std::conditional_t<std::is_const_v<T>, const typename T::value_type, typename T::value_type>;

/// @throws shape_error unless the last axes have the sizes of an element; argument_error unless its
/// numbers lie side by side, and steps are whole elements.
void check_fixed_axes(const index_t* shape, const index_t* strides, std::size_t ndim,
                      const index_t* inner, std::size_t inner_ndim);

template <std::size_t... N, class T, std::size_t M> auto fixed_of(const view<T, M>& a) {
  using number = std::remove_const_t<T>;
  using element = fixed_array<number, N...>;
  static_assert(M > sizeof...(N), "an array of such elements has more axes");
  const auto inner = element::shape();
  check_fixed_axes(a.shape().data(), a.strides().data(), M, inner.data(), sizeof...(N));
  constexpr std::size_t K = M - sizeof...(N);
  shape_t<K> shape{};
  shape_t<K> strides{};
  for (std::size_t d = 0; d < K; ++d) shape[d] = a.shape()[d];
  for (std::size_t d = 0; d < K; ++d) strides[d] = a.strides()[d] / element::size();
  using kept_const = std::conditional_t<std::is_const_v<T>, const element, element>;
  return view<kept_const, K>(reinterpret_cast<kept_const*>(a.data()), shape, strides);
}

template <class A>
concept array_of_fixed = local_operand<A> && is_fixed<typename std::remove_cvref_t<A>::value_type>;

} // namespace detail

/// An array of fixed arrays as an array of their numbers, whose last axes are those of the
/// elements: `ndarray<fixed_array<double, 3>, 2>` as `view<double, 3>`. No copy: assigning to it
/// changes `a`. A temporary is kept by the result.
///
///     components(f)(all, all, 0) = 1.0;     // all x components
///     sum(components(f), axis(0, 1))
template <detail::array_of_fixed A> auto components(A&& a) {
  return detail::rearranged(std::forward<A>(a), []<class T, std::size_t M>(const view<T, M>& v) {
    return detail::as_numbers<detail::numbers_in<T>>(v);
  });
}

/// An array whose last axes have the sizes N as an array of fixed arrays: the inverse of
/// `components`, without a copy. A temporary is kept by the result.
///
///     ndarray<double, 2> points({1000, 3});
///     auto p = as_fixed<3>(points);          // view<fixed_array<double, 3>, 1>
///
/// @throws shape_error when the last axes have other sizes; argument_error when the numbers of an
/// element do not lie side by side, or the elements not whole elements apart: copy the array first.
template <std::size_t... N, local_operand A>
requires(sizeof...(N) > 0) auto as_fixed(A&& a) {
  return detail::rearranged(std::forward<A>(a),
                            [](const auto& v) { return detail::fixed_of<N...>(v); });
}

} // namespace tessera
