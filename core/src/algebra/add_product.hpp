// The product of two elements, added to a sum.
#pragma once

#include <tessera/core/elements/operators.hpp>

namespace tessera::detail {

/// Logical for bool, modulo 2^n for integers.
template <class T> void add_product(T& sum, const T& x, const T& y) {
  if constexpr (std::is_same_v<T, bool>)
    sum = sum || (x && y);
  else if constexpr (std::is_integral_v<T>) {
    auto wrapped = modular(sum);
    wrapped += modular(x) * modular(y);
    sum = static_cast<T>(wrapped);
  } else if constexpr (is_complex<T>) // operator* would look for infinities
    sum += raw_multiply()(x, y);
  else
    sum += x * y;
}

} // namespace tessera::detail
