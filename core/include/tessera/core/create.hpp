/// @file
/// Functions that make arrays.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera {

/// An array of the given sizes whose elements have no values yet: `empty<double>(3, 4)`.
template <class T, class... Sizes>
requires(detail::is_integer<Sizes>&&...) ndarray<T, sizeof...(Sizes)> empty(Sizes... sizes) {
  return ndarray<T, sizeof...(Sizes)>(shape_t<sizeof...(Sizes)>{static_cast<index_t>(sizes)...});
}

/// An array of the given sizes filled with zeros: `zeros<double>(3, 4)`.
template <class T, class... Sizes>
requires(detail::is_integer<Sizes>&&...) ndarray<T, sizeof...(Sizes)> zeros(Sizes... sizes) {
  return {shape_t<sizeof...(Sizes)>{static_cast<index_t>(sizes)...}, T{}};
}

/// An array of the given sizes filled with ones: `ones<double>(3, 4)`.
template <class T, class... Sizes>
requires(detail::is_integer<Sizes>&&...) ndarray<T, sizeof...(Sizes)> ones(Sizes... sizes) {
  return {shape_t<sizeof...(Sizes)>{static_cast<index_t>(sizes)...}, T{1}};
}

/// An array filled with one value: `full(shape_t<2>{3, 4}, 4.2)`.
template <class T, std::size_t N> ndarray<T, N> full(const shape_t<N>& shape, const T& value) {
  return {shape, value};
}

} // namespace tessera
