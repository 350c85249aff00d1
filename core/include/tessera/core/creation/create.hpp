/// @file
/// Functions that make arrays filled with one value, or like others.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera {

namespace detail {

/// A shape given as integers, or as a shape.
template <class... Sizes>
requires(is_integer<Sizes>&&...) shape_t<sizeof...(Sizes)> shape_of_sizes(Sizes... sizes) {
  return {static_cast<index_t>(sizes)...};
}
template <std::size_t N> shape_t<N> shape_of_sizes(const shape_t<N>& shape) { return shape; }

/// The type that is asked for, or another one where it is left out.
template <class T, class Otherwise>
using type_or = std::conditional_t<std::is_void_v<T>, Otherwise, T>;

} // namespace detail

/// An array of the given sizes whose elements have no values yet: `empty<double>(3, 4)`, or
/// `empty({3, 4})`. Without a type it holds double.
/// @throws shape_error for a negative size or an overflow, memory_error when there is no room; so
/// do all functions that make arrays.
template <class T = double, class... Sizes>
requires(detail::is_integer<Sizes>&&...) ndarray<T, sizeof...(Sizes)> empty(Sizes... sizes) {
  return ndarray<T, sizeof...(Sizes)>(detail::shape_of_sizes(sizes...));
}
template <class T = double, std::size_t N> ndarray<T, N> empty(const shape_t<N>& shape) {
  return ndarray<T, N>(shape);
}
template <class T = double, std::size_t N> ndarray<T, N> empty(const index_t (&shape)[N]) {
  return ndarray<T, N>(detail::as_shape(shape));
}

/// An array of the given sizes filled with zeros: `zeros<double>(3, 4)`, `zeros<int>(a.shape())`.
template <class T = double, class... Sizes>
requires(detail::is_integer<Sizes>&&...) ndarray<T, sizeof...(Sizes)> zeros(Sizes... sizes) {
  return {detail::shape_of_sizes(sizes...), T{}};
}
template <class T = double, std::size_t N> ndarray<T, N> zeros(const shape_t<N>& shape) {
  return {shape, T{}};
}
template <class T = double, std::size_t N> ndarray<T, N> zeros(const index_t (&shape)[N]) {
  return {detail::as_shape(shape), T{}};
}

/// An array of the given sizes filled with ones: `ones<double>(3, 4)`.
template <class T = double, class... Sizes>
requires(detail::is_integer<Sizes>&&...) ndarray<T, sizeof...(Sizes)> ones(Sizes... sizes) {
  return {detail::shape_of_sizes(sizes...), T{1}};
}
template <class T = double, std::size_t N> ndarray<T, N> ones(const shape_t<N>& shape) {
  return {shape, T{1}};
}
template <class T = double, std::size_t N> ndarray<T, N> ones(const index_t (&shape)[N]) {
  return {detail::as_shape(shape), T{1}};
}

/// An array filled with one value: `full({3, 4}, 4.2)`.
template <class T, std::size_t N> ndarray<T, N> full(const shape_t<N>& shape, const T& value) {
  return {shape, value};
}
template <class T, std::size_t N> ndarray<T, N> full(const index_t (&shape)[N], const T& value) {
  return {detail::as_shape(shape), value};
}

/// An array as large as another one, of the same type or a given one: `empty_like<int>(a)`. The
/// last axis is the fastest, whatever the other's strides.
template <class T = void, local_operand A> auto empty_like(const A& a) {
  return empty<detail::type_or<T, typename A::value_type>>(a.shape());
}
template <class T = void, local_operand A> auto zeros_like(const A& a) {
  return zeros<detail::type_or<T, typename A::value_type>>(a.shape());
}
template <class T = void, local_operand A> auto ones_like(const A& a) {
  return ones<detail::type_or<T, typename A::value_type>>(a.shape());
}
/// The value becomes the array's type: `full_like(a, 1.5)`, `full_like<double>(a, 1.5)`.
template <class T = void, local_operand A, class V> auto full_like(const A& a, const V& value) {
  using type = detail::type_or<T, typename A::value_type>;
  return full(a.shape(), detail::fitted<type>(value));
}

/// An array of its own with the elements of an array, view or expression.
template <local_operand A> auto copy(const A& a) { return detail::evaluated<A>(a); }

} // namespace tessera
