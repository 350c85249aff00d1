// With everything of C and C++ that has such names, and all of them visible.
#include <math.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <numeric>
#include <valarray>

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>

using namespace std;
using namespace tessera;

#include "numbers_table.hpp"

#include <gtest/gtest.h>

namespace {

template <class T> void check_complex(outcome& all_checks) {
  using C = std::complex<T>;
  const C z(3, -4);
  TESSERA_CHECK(T, 5, abs(z));
  TESSERA_CHECK(T, 3, real(z));
  TESSERA_CHECK(T, -4, imag(z));
  TESSERA_CHECK(C, C(3, 4), conj(z));
  TESSERA_CHECK(T, std::arg(z), arg(z));
  TESSERA_CHECK(T, std::arg(z), angle(z));
  TESSERA_CHECK(C, C(2, -1), sqrt(z));
  TESSERA_CHECK(C, std::exp(z), exp(z));
  TESSERA_CHECK(C, C(-7, -24), square(z));
  TESSERA_CHECK(C, C(1) / C(2), reciprocal(C(2)));
  TESSERA_CHECK(C, std::pow(z, C(2)), power(z, C(2)));
  TESSERA_CHECK(C, z, where(true, z, C(0)));
  TESSERA_CHECK(C, z, sum(z));
  TESSERA_CHECK(C, z, mean(z));
  TESSERA_CHECK(T, 0, var(z));
  TESSERA_CHECK(C, C(25), vdot(z, z));
  TESSERA_CHECK(bool, false, isnan(z));
  TESSERA_CHECK(bool, true, isfinite(z));
  TESSERA_CHECK(bool, true, isclose(z, z));
  TESSERA_CHECK(bool, true, all(z));
}

/// Real numbers are complex ones without an imaginary part.
template <class T> void check_real_parts(outcome& all_checks) {
  using R = real_of<T>;
  const T one = 1;
  TESSERA_CHECK(T, 1, real(one));
  TESSERA_CHECK(T, 0, imag(one));
  TESSERA_CHECK(T, 1, conj(one));
  TESSERA_CHECK(R, 0, arg(one));
  TESSERA_CHECK(R, 0, angle(one));
}

} // namespace

TEST(numbers_beside_std, mean_what_they_say) {
  const outcome found = check_numbers();
  EXPECT_EQ(found.failures, 0) << "the first of them: " << found.first;
  EXPECT_GT(found.checks, 1000);
}

TEST(numbers_beside_std, complex_ones_too) {
  outcome o;
  check_complex<float>(o), check_complex<double>(o), check_complex<long double>(o);
  check_real_parts<bool>(o), check_real_parts<signed char>(o), check_real_parts<unsigned>(o);
  check_real_parts<int>(o), check_real_parts<long>(o), check_real_parts<float>(o);
  check_real_parts<double>(o), check_real_parts<long double>(o);
  EXPECT_EQ(o.failures, 0) << "the first of them: " << o.first;
}
