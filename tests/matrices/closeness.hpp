// What matrices over ranks are compared by: largest differences, within bounds of rounding errors.
#pragma once

#include <tessera/core/algebra/matrix_stack.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/ndarray.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <complex>
#include <limits>
#include <string>

namespace tessera_test {

using namespace tessera;

template <class T> double largest(const ndarray<T, 2>& a) {
  double most = 0;
  for (index_t i = 0; i < a.size(); ++i)
    most = std::max(most, static_cast<double>(std::abs(a.data()[i])));
  return most;
}

template <class T> ndarray<T, 2> unit(index_t n) {
  ndarray<T, 2> result(shape_t<2>{n, n}, T{});
  for (index_t i = 0; i < n; ++i) result(i, i) = T(1);
  return result;
}

template <class T> ndarray<T, 2> conjugated(const ndarray<T, 2>& a) {
  ndarray<T, 2> result(shape_t<2>{a.shape(1), a.shape(0)});
  for (index_t i = 0; i < a.shape(0); ++i)
    for (index_t j = 0; j < a.shape(1); ++j)
      if constexpr (detail::is_complex<T>)
        result(j, i) = std::conj(a(i, j));
      else
        result(j, i) = a(i, j);
  return result;
}

/// Rounding errors of algorithms that are backward stable: those of n operations, of numbers of
/// that size, with a factor that is modest as LAPACK's tests have it.
template <class T> double bound(index_t n, double size) {
  return 30 * static_cast<double>(n + 1) * size *
         static_cast<double>(std::numeric_limits<detail::real_of<T>>::epsilon());
}

template <class T>
void expect_close(const ndarray<T, 2>& found, const ndarray<T, 2>& truth, double most,
                  const std::string& what) {
  ASSERT_EQ(to_string(found.shape()), to_string(truth.shape())) << what;
  EXPECT_LE(largest(ndarray<T, 2>(found - truth)), most) << what;
}

} // namespace tessera_test
