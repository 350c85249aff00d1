#include "cases.hpp"
#include "message_of.hpp"
#include "random_matrices.hpp"
#include "spread.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/random.hpp>
#include <tessera/distributed/algebra/matmul.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/memory/shared_memory.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>

using namespace tessera;
using namespace tessera_test;

namespace {

/// Three plain loops.
template <class T> ndarray<T, 2> plain_product(const ndarray<T, 2>& a, const ndarray<T, 2>& b) {
  ndarray<T, 2> c(shape_t<2>{a.shape(0), b.shape(1)}, T{});
  add_plain_product(a, b, c);
  return c;
}

/// |found - truth| <= 4 k eps |a| |b|, element by element: the bound of Higham, "Accuracy and
/// Stability of Numerical Algorithms", 3.5, for products in any order, twice.
template <class T>
void expect_near(const ndarray<T, 2>& found, const ndarray<T, 2>& a, const ndarray<T, 2>& b,
                 const std::string& what) {
  const ndarray<T, 2> truth = plain_product(a, b);
  ASSERT_EQ(to_string(found.shape()), to_string(truth.shape())) << what;
  const double eps = std::numeric_limits<detail::real_of<T>>::epsilon();
  for (index_t i = 0; i < truth.shape(0); ++i)
    for (index_t j = 0; j < truth.shape(1); ++j) {
      double bound = 0;
      for (index_t k = 0; k < a.shape(1); ++k) bound += std::abs(a(i, k)) * std::abs(b(k, j));
      bound *= 4 * eps * static_cast<double>(a.shape(1));
      ASSERT_LE(std::abs(found(i, j) - truth(i, j)), bound) << what << " at " << i << ", " << j;
    }
}

template <class T> void products_are_right(int cases) {
  random_source random;
  for (int n = 0; n < cases; ++n) {
    const shape_t<3> s = random_shape_of<3>(random, 40);
    const auto a = random_array<T, 2>(random, {s[0], s[1]});
    const auto b = random_array<T, 2>(random, {s[1], s[2]});
    const auto x = spread(random, a);
    const auto y = spread(random, b);
    const std::string what =
        random.trace() + ": " + describe(x.distribution()) + " by " + describe(y.distribution());
    expect_near(matmul(x, y).gather_all(), a, b, what);
    EXPECT_TRUE(array_equal(matmul(x, y, {.in_order = true}).gather_all(), plain_product(a, b)))
        << what;
    auto c = spread(random, ndarray<T, 2>(shape_t<2>{s[0], s[2]}, T{1}));
    matmul(x, y, c);
    expect_near(c.gather_all(), a, b, what + " to " + describe(c.distribution()));
  }
}

} // namespace

TEST(matmul, products_under_any_distribution_are_right) { products_are_right<double>(20); }

TEST(matmul, products_of_complex_numbers_are_right) { products_are_right<std::complex<double>>(5); }

TEST(matmul, products_in_order_have_the_bits_of_plain_loops_in_float) {
  random_source random;
  // More than one packed part of each operand.
  const auto a = random_array<float, 2>(random, {37, 530});
  const auto b = random_array<float, 2>(random, {530, 61});
  const auto c = matmul(spread(random, a), spread(random, b), {.in_order = true});
  EXPECT_TRUE(array_equal(c.gather_all(), plain_product(a, b))) << random.trace();
}

TEST(matmul, integers_are_multiplied_modulo_their_size) {
  random_source random;
  const auto a = random_array<int, 2>(random, {9, 8});
  const auto b = random_array<int, 2>(random, {8, 7});
  EXPECT_TRUE(array_equal(matmul(spread(random, a), spread(random, b)).gather_all(), matmul(a, b)));
}

TEST(matmul, operands_may_be_views_and_expressions) {
  random_source random;
  for (int n = 0; n < 5; ++n) {
    const auto a = random_array<double, 2>(random, {23, 17});
    const auto b = random_array<double, 2>(random, {23, 31});
    const auto x = spread(random, a);
    const auto y = spread(random, b);
    const std::string what = random.trace() + ": " + describe(x.distribution());
    expect_near(matmul(x.transpose(), y).gather_all(), ndarray(a.transpose()), b, what);
    expect_near(matmul(x(slice(none, none, -2)).transpose(), y(slice(0, none, 2))).gather_all(),
                ndarray(a(slice(none, none, -2)).transpose()), ndarray(b(slice(0, none, 2))), what);
    expect_near(matmul(copy(2.0 * x).transpose(), y + 1.0).gather_all(),
                ndarray(ndarray(2.0 * a).transpose()), ndarray(b + 1.0), what);
  }
}

TEST(matmul, planes_of_arrays_of_three_axes_are_matrices) {
  random_source random;
  const auto whole = random_array<double, 3>(random, {3, 12, 12});
  const auto u = spread(random, whole);
  const ndarray<double, 2> a(whole(1, all, all));
  const ndarray<double, 2> b(whole(2, all, all));
  expect_near(matmul(u(1, all, all), u(2, all, all)).gather_all(), a, b, random.trace());
}

TEST(matmul, a_result_may_be_a_part_of_an_operand) {
  random_source random;
  const auto a = random_array<double, 2>(random, {14, 14});
  auto x = spread(random, a);
  matmul(x, x, x(all, slice(none, none, -1)));
  expect_near(ndarray(x.gather_all()(all, slice(none, none, -1))), a, a, random.trace());
}

TEST(matmul, vectors_are_rows_and_columns) {
  random_source random;
  for (int n = 0; n < 6; ++n) {
    const auto a = random_array<double, 2>(random, {random.between(1, 30), 19});
    const auto v = random_array<double, 1>(random, {19});
    const auto w = random_array<double, 1>(random, {a.shape(0)});
    const auto x = spread(random, a);
    const std::string what = random.trace() + ": " + describe(x.distribution());
    const ndarray<double, 2> column(v(all, newaxis));
    const ndarray<double, 2> row(w(newaxis, all));
    const auto right = matmul(x, spread(random, v));
    expect_near(ndarray<double, 2>(right.gather_all()(all, newaxis)), a, column, what);
    const auto left = matmul(spread(random, w), x);
    expect_near(ndarray<double, 2>(left.gather_all()(newaxis, all)), row, a, what);
    const auto in_order = matmul(x, spread(random, v), {.in_order = true});
    EXPECT_TRUE(array_equal(in_order.gather_all(), plain_product(a, column)(all, 0))) << what;
  }
  const process_grid<1> grid(world());
  EXPECT_EQ(matmul(full(grid, shape_t<1>{5}, 2.0), full(grid, shape_t<1>{5}, 3.0)), 30.0);
}

TEST(matmul, one_factor_may_be_local) {
  random_source random;
  const auto a = random_array<double, 2>(random, {11, 13});
  const auto b = random_array<double, 2>(random, {13, 5});
  expect_near(matmul(spread(random, a), b).gather_all(), a, b, random.trace());
  expect_near(matmul(a, spread(random, b)).gather_all(), a, b, random.trace());
}

TEST(matmul, rows_are_distributed_as_those_of_a_and_columns_as_those_of_b) {
  const process_grid<2> grid(world());
  const auto a = ones(grid, {12, 10});
  const auto b = ones(grid, {10, 14});
  EXPECT_EQ(matmul(a, b).distribution(), distribution<2>({12, 14}, grid));
  EXPECT_EQ((matmul(a, b) + ones(grid, {12, 14})).shape(), (shape_t<2>{12, 14}));
  const process_grid<2> rows(world(), {0, 1});
  EXPECT_EQ(matmul(ones(rows, {12, 10}), ones(rows, {10})).distribution().axis(0),
            axis_distribution(12, world().size()));
}

TEST(matmul, panels_travel_where_memory_is_not_shared) {
  const bool before = uses_shared_memory();
  use_shared_memory(false);
  random_source random;
  const auto a = random_array<double, 2>(random, {31, 1300}); // three panels
  const auto b = random_array<double, 2>(random, {1300, 17});
  const process_grid<2> grid(world());
  global_array<double, 2> x(grid, a);
  global_array<double, 2> y(grid, b);
  expect_near(matmul(x, y).gather_all(), a, b, "panels");
  EXPECT_TRUE(array_equal(matmul(x, y, {.in_order = true}).gather_all(), plain_product(a, b)));
  use_shared_memory(before);
}

TEST(matmul, shapes_that_do_not_fit_are_named) {
  const process_grid<2> grid(world());
  const auto a = ones(grid, {4, 5});
  EXPECT_EQ(message_of<shape_error>([&] { static_cast<void>(matmul(a, a)); }),
            message_of<shape_error>([] {
              static_cast<void>(matmul(ndarray<double, 2>(shape_t<2>{4, 5}),
                                       ndarray<double, 2>(shape_t<2>{4, 5})));
            }));
  auto c = ones(grid, {4, 5});
  EXPECT_EQ(message_of<shape_error>([&] { matmul(a, a.transpose(), c); }),
            "matmul of shapes (4, 5) and (5, 4) gives shape (4, 4), not (4, 5)");
}
