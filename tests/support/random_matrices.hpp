// Random numbers and arrays of any type, and their products by three plain loops.
#pragma once

#include "random_source.hpp"

#include <tessera/core/complex.hpp>

#include <type_traits>

namespace tessera_test {

/// A number between -most and most, both parts of a complex one; integers of three digits.
template <class T> T random_value(random_source& random, double most = 1.0) {
  const auto part = [&] {
    return static_cast<double>(random.between(-1000000, 1000000)) / 1e6 * most;
  };
  if constexpr (tessera::detail::is_complex<T>) {
    using real_type = typename T::value_type;
    const auto real_part = static_cast<real_type>(part());
    return T(real_part, static_cast<real_type>(part()));
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(random.between(-999, 999));
  } else {
    return static_cast<T>(part());
  }
}

/// The same on all ranks.
template <class T, std::size_t N>
tessera::ndarray<T, N> random_array(random_source& random, const tessera::shape_t<N>& shape,
                                    double most = 1.0) {
  tessera::ndarray<T, N> result(shape);
  for (tessera::index_t i = 0; i < result.size(); ++i)
    result.data()[i] = random_value<T>(random, most);
  return result;
}

/// c += a b, each product and sum rounded on its own, in the order of a's columns.
template <class T>
void add_plain_product(const tessera::ndarray<T, 2>& a, const tessera::ndarray<T, 2>& b,
                       tessera::ndarray<T, 2>& c) {
  for (tessera::index_t i = 0; i < c.shape(0); ++i)
    for (tessera::index_t j = 0; j < c.shape(1); ++j)
      for (tessera::index_t k = 0; k < a.shape(1); ++k) {
        const T x = a(i, k);
        const T y = b(k, j);
        if constexpr (tessera::detail::is_complex<T>)
          c(i, j) = T(c(i, j).real() + (x.real() * y.real() - x.imag() * y.imag()),
                      c(i, j).imag() + (x.real() * y.imag() + x.imag() * y.real()));
        else
          c(i, j) = static_cast<T>(c(i, j) + x * y);
      }
}

} // namespace tessera_test
