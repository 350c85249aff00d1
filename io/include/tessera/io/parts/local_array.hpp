/// @file
/// Local arrays as arguments of functions that write them.
#pragma once

#include <tessera/core/ndarray.hpp>

namespace tessera::detail {

template <class T, std::size_t N> view<const T, N> readable(const view<T, N>& v) { return v; }
template <class T, std::size_t N> view<const T, N> readable(const ndarray<T, N>& a) {
  return a.view();
}
/// Expressions are evaluated.
template <array_operand E> auto readable(const E& e) {
  return ndarray<typename E::value_type, E::ndim>(e);
}

} // namespace tessera::detail
