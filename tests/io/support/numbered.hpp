/// @file
/// Global arrays whose elements say where they belong.
#pragma once

#include <tessera/core/complex.hpp>
#include <tessera/distributed/global_array.hpp>

namespace tessera_test {

/// A value for the element at `index`, different for near ones.
template <class T, std::size_t N>
T value_at(const tessera::shape_t<N>& shape, const tessera::shape_t<N>& index) {
  tessera::index_t k = 0;
  for (std::size_t d = 0; d < N; ++d) k = k * shape[d] + index[d];
  if constexpr (std::is_same_v<T, bool>)
    return k % 3 == 1;
  else if constexpr (tessera::detail::is_complex<T>)
    return {static_cast<typename T::value_type>(k), -0.5F};
  else
    return static_cast<T>(k + 1);
}

template <class T, std::size_t N> void number(tessera::global_array<T, N>& array) {
  const tessera::shape_t<N> shape = array.shape();
  array.fill([&](auto... i) { return value_at<T, N>(shape, {i...}); });
}

/// How many of this rank's elements are not what `number` gives.
template <class T, std::size_t N>
tessera::index_t misnumbered(const tessera::global_array<T, N>& array) {
  tessera::global_array<T, N> expected(array.grid(), array.distribution());
  number(expected);
  const tessera::ndarray<T, N> is(array.owned());
  const tessera::ndarray<T, N> should(expected.owned());
  tessera::index_t count = 0;
  for (tessera::index_t k = 0; k < is.size(); ++k)
    count += is.data()[k] != should.data()[k] ? 1 : 0;
  return count;
}

} // namespace tessera_test
