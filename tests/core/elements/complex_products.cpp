// Compiled with all optimisation: what is compared is what vectors give, and what is left over.
#include "random_matrices.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>

#include <gtest/gtest.h>

#include <complex>

using namespace tessera;
using namespace tessera_test;

namespace {

/// In memory between two operations, which nothing can fuse then.
template <class R> R kept(R x) {
  volatile R there = x;
  return there;
}

template <class T> T product(const T& a, const T& b) {
  return T(kept(a.real() * b.real()) - kept(a.imag() * b.imag()),
           kept(a.real() * b.imag()) + kept(a.imag() * b.real()));
}

template <class T> void every_product_is_rounded() {
  random_source random;
  const shape_t<1> shape{203};
  const auto a = random_array<T, 1>(random, shape);
  const auto b = random_array<T, 1>(random, shape);
  const auto c = random_array<T, 1>(random, shape);
  ndarray<T, 1> products(shape);
  ndarray<T, 1> sums(shape);
  ndarray<T, 1> by_conjugates(shape);
  for (index_t i = 0; i < a.size(); ++i) {
    products(i) = product(a(i), b(i));
    sums(i) = products(i) + c(i);
    by_conjugates(i) = product(a(i), std::conj(b(i)));
  }
  for (const index_t first : {0, 1, 2, 3, 200, 202}) {
    const auto part = slice(first, none);
    const auto expect = [&](const ndarray<T, 1>& found, const ndarray<T, 1>& truth,
                            const char* what) {
      EXPECT_TRUE(array_equal(found, truth(part)))
          << what << " from " << first << ", " << random.trace();
    };
    expect(ndarray<T, 1>(a(part) * b(part)), products, "a * b");
    expect(ndarray<T, 1>(a(part) * b(part) + c(part)), sums, "a * b + c");
    expect(ndarray<T, 1>(a(part) * conj(b(part))), by_conjugates, "a * conj(b)");
  }
  EXPECT_EQ(sum(a * b), sum(products));
  EXPECT_EQ(dot(a, b), sum(products));
}

/// A quotient depends on nothing but its operands.
template <class T> void quotients_are_the_same_alone() {
  random_source random;
  const shape_t<1> shape{103};
  const auto a = random_array<T, 1>(random, shape);
  const auto b = random_array<T, 1>(random, shape);
  const ndarray<T, 1> all_at_once(a / b);
  for (index_t i = 0; i < a.size(); ++i) {
    const ndarray<T, 1> alone(a(slice(i, i + 1)) / b(slice(i, i + 1)));
    EXPECT_EQ(alone(0), all_at_once(i)) << random.trace();
  }
}

} // namespace

TEST(complex_products, are_rounded_before_they_are_added) {
  every_product_is_rounded<std::complex<double>>();
  every_product_is_rounded<std::complex<float>>();
}

TEST(complex_products, quotients_are_the_same_alone_and_in_vectors) {
  quotients_are_the_same_alone<std::complex<double>>();
  quotients_are_the_same_alone<std::complex<float>>();
}
