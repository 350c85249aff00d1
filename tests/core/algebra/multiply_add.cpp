#include "random_matrices.hpp"

#include <tessera/core/algebra/multiply_add.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/elements/operators.hpp>
#include <tessera/core/reductions/reduce.hpp>

#include <gtest/gtest.h>

#include <complex>

using namespace tessera;
using namespace tessera_test;

namespace {

template <class T> ndarray<T, 2> random_matrix(random_source& random, index_t m, index_t n) {
  return random_array<T, 2>(random, {m, n}, 142857.0);
}

/// A matrix of other elements in memory of some other order, which becomes c.
template <class T, class Multiply>
ndarray<T, 2> made_in_other_memory(const ndarray<T, 2>& c, int way, const Multiply& multiply) {
  const index_t m = c.shape(0);
  const index_t n = c.shape(1);
  ndarray<T, 1> memory(shape_t<1>{4 * m * n + 1}, T{});
  const shape_t<2> strides[] = {{n, 1}, {1, m}, {2 * n + 1, 2}, {n + 1, 1}};
  const view<T, 2> there(memory.data(), {m, n}, strides[way]);
  there = c;
  multiply(there);
  return ndarray<T, 2>(there);
}

template <class T> void products_in_order_are_those_of_plain_loops() {
  random_source random;
  for (int n = 0; n < 12; ++n) {
    const index_t most = n == 0 ? 300 : 20; // more than one packed part
    const auto left = random_matrix<T>(random, random.between(1, most), random.between(0, most));
    const auto right = random_matrix<T>(random, left.shape(1), random.between(1, most));
    const auto c = random_matrix<T>(random, left.shape(0), right.shape(1));
    for (const bool adds : {true, false}) {
      ndarray<T, 2> truth = c;
      if (!adds) truth = T{};
      add_plain_product(left, right, truth);
      const auto found = made_in_other_memory(c, n % 4, [&](const view<T, 2>& there) {
        const ndarray<T, 2> turned(right.transpose());
        detail::multiply_in_order<T>(left.view(),
                                     n % 2 == 0 ? view<const T, 2>(right)
                                                : view<const T, 2>(turned.transpose()),
                                     there, adds);
      });
      EXPECT_TRUE(array_equal(found, truth)) << random.trace() << ", case " << n;
    }
  }
}

} // namespace

TEST(multiply_add, adds_to_what_is_there_in_memory_of_any_order) {
  random_source random;
  for (int n = 0; n < 24; ++n) {
    const auto left = random_matrix<int>(random, random.between(1, 20), random.between(0, 20));
    const auto right = random_matrix<int>(random, left.shape(1), random.between(1, 20));
    const auto c = random_matrix<int>(random, left.shape(0), right.shape(1));
    const auto exact = [](const ndarray<int, 2>& m) { return ndarray<double, 2>(m % 1000); };
    for (const bool adds : {true, false}) {
      ndarray<double, 2> truth = exact(c);
      if (!adds) truth = 0.0;
      add_plain_product(exact(left), exact(right), truth); // without rounding
      const auto found = made_in_other_memory(exact(c), n % 4, [&](const view<double, 2>& there) {
        const auto factor = exact(left);
        const auto other = exact(right);
        detail::multiply_add<double>(factor.view(), other.view(), there, adds);
      });
      EXPECT_TRUE(array_equal(found, truth)) << random.trace() << ", case " << n;
    }
  }
}

TEST(multiply_add, products_in_order_of_double) {
  products_in_order_are_those_of_plain_loops<double>();
}
TEST(multiply_add, products_in_order_of_float) {
  products_in_order_are_those_of_plain_loops<float>();
}
TEST(multiply_add, products_in_order_of_complex_numbers) {
  products_in_order_are_those_of_plain_loops<std::complex<double>>();
}
