// Before all others: what the header says of complex numbers must be right also where theirs come
// later, so this is a block of its own, which clang-format does not sort into others.
#include <tessera/matrices/linalg.hpp>

#include "cases.hpp"
#include "closeness.hpp"
#include "message_of.hpp"
#include "random_matrices.hpp"
#include "spread.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/error.hpp>
#include <tessera/core/linalg.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>

using namespace tessera;
using namespace tessera_test;

namespace {

template <class T> void equations_are_solved(index_t most) {
  random_source random;
  for (int n = 0; n < 2; ++n) {
    const index_t size = random.between(1, most);
    const auto a = random_array<T, 2>(random, {size, size});
    const auto b = random_array<T, 2>(random, {size, random.between(1, 5)});
    const auto global = spread(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const ndarray<T, 2> x = linalg::solve(global, spread(random, b)).gather_all();
    expect_close<T>(matmul(a, x), b, bound<T>(size, largest(a) * largest(x)), what);
    const ndarray<T, 1> v(b(all, 0));
    const ndarray<T, 1> y = linalg::solve(global, spread(random, v)).gather_all();
    expect_close<T>(ndarray<T, 2>(y(all, newaxis)), ndarray<T, 2>(x(all, slice(0, 1))),
                    bound<T>(size, largest(x)) * static_cast<double>(linalg::cond(a)), what);
    const ndarray<T, 2> inverse = linalg::inv(global).gather_all();
    expect_close<T>(matmul(inverse, a), unit<T>(size),
                    bound<T>(size, largest(a) * largest(inverse)), what);
    const T found = linalg::det(global);
    const T truth = linalg::det(a);
    EXPECT_LE(std::abs(found - truth), bound<T>(size, std::abs(truth)) * linalg::cond(a)) << what;
    const auto [sign, logarithm] = linalg::slogdet(global);
    const auto expected = linalg::slogdet(a);
    EXPECT_LE(std::abs(sign - expected.sign), bound<T>(size, linalg::cond(a))) << what;
    EXPECT_NEAR(logarithm, expected.logabsdet, bound<T>(size, linalg::cond(a))) << what;
  }
}

template <class T> void factors_are_right(index_t most) {
  random_source random;
  for (int n = 0; n < 2; ++n) {
    const auto a = random_array<T, 2>(random, {random.between(1, most), random.between(1, most)});
    const index_t k = std::min(a.shape(0), a.shape(1));
    const auto global = spread(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const auto factors = linalg::qr(global);
    const ndarray<T, 2> q = factors.q.gather_all();
    const ndarray<T, 2> r = factors.r.gather_all();
    expect_close<T>(matmul(q, r), a, bound<T>(most, largest(a)), what);
    expect_close<T>(matmul(conjugated(q), q), unit<T>(k), bound<T>(most, 1), what);
    for (index_t i = 0; i < r.shape(0); ++i)
      for (index_t j = 0; j < std::min(i, r.shape(1)); ++j) ASSERT_EQ(r(i, j), T{}) << what;
    // Positive definite, where nobody looks above the diagonal.
    ndarray<T, 2> definite = matmul(a, conjugated(a)) + 0.5 * unit<T>(a.shape(0));
    ndarray<T, 2> half = definite;
    for (index_t i = 0; i < half.shape(0); ++i)
      for (index_t j = i + 1; j < half.shape(1); ++j)
        half(i, j) = T(std::numeric_limits<detail::real_of<T>>::quiet_NaN());
    const ndarray<T, 2> lower = linalg::cholesky(spread(random, half)).gather_all();
    expect_close<T>(matmul(lower, conjugated(lower)), definite, bound<T>(most, largest(definite)),
                    what);
  }
}

template <class T> void spectra_are_right(index_t most) {
  random_source random;
  for (int n = 0; n < 2; ++n) {
    const index_t size = random.between(1, most);
    const auto some = random_array<T, 2>(random, {size, size});
    const ndarray<T, 2> a(some + conjugated(some));
    ndarray<T, 2> half = a;
    const bool upper = random.one_in(2);
    for (index_t i = 0; i < size; ++i)
      for (index_t j = 0; j < i; ++j) (upper ? half(i, j) : half(j, i)) = T{77};
    const auto triangle = upper ? linalg::triangle::upper : linalg::triangle::lower;
    const auto global = spread(random, half);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const auto found = linalg::eigh(global, triangle);
    const ndarray<T, 2> v = found.vectors.gather_all();
    const double most_error = bound<T>(size, largest(a) * std::sqrt(static_cast<double>(size)));
    expect_close<T>(matmul(a, v), ndarray<T, 2>(v * found.values), most_error, what);
    expect_close<T>(matmul(conjugated(v), v), unit<T>(size), bound<T>(size, 1), what);
    const auto truth = linalg::eigvalsh(a);
    EXPECT_LE(max(abs(found.values - truth)), most_error) << what;
    EXPECT_LE(max(abs(linalg::eigvalsh(global, triangle) - truth)), most_error) << what;
  }
}

template <class T> void singular_values_are_right(index_t most) {
  random_source random;
  for (int n = 0; n < 2; ++n) {
    const auto a = random_array<T, 2>(random, {random.between(1, most), random.between(1, most)});
    const index_t k = std::min(a.shape(0), a.shape(1));
    const auto global = spread(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const auto found = linalg::svd(global);
    const ndarray<T, 2> u = found.u.gather_all();
    const ndarray<T, 2> vh = found.vh.gather_all();
    const auto truth = linalg::svdvals(a);
    const double most_error = bound<T>(most, truth(0));
    expect_close<T>(matmul(ndarray<T, 2>(u * found.s), vh), a, most_error, what);
    expect_close<T>(matmul(conjugated(u), u), unit<T>(k), bound<T>(most, 1), what);
    expect_close<T>(matmul(vh, conjugated(vh)), unit<T>(k), bound<T>(most, 1), what);
    EXPECT_LE(max(abs(found.s - truth)), most_error) << what;
    EXPECT_LE(max(abs(linalg::svdvals(global) - truth)), most_error) << what;
    EXPECT_NEAR(linalg::cond(global) / linalg::cond(a), 1, bound<T>(most, linalg::cond(a))) << what;
    for (const linalg::norm_order order :
         {linalg::norm_order(2), linalg::norm_order(-2), linalg::nuc})
      EXPECT_NEAR(linalg::norm(global, order), linalg::norm(a, order), bound<T>(most, truth(0)))
          << what;
  }
}

/// Sums are exact: the same bits as on one rank, of the same array.
template <class T> void norms_are_those_of_core(index_t most) {
  random_source random;
  for (int n = 0; n < 4; ++n) {
    const auto a = random_array<T, 2>(random, {random.between(1, most), random.between(1, most)});
    const auto global = spread(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    EXPECT_EQ(linalg::norm(global), linalg::norm(a)) << what;
    for (const linalg::norm_order order :
         {linalg::norm_order(1), linalg::norm_order(-1), linalg::norm_order(linalg::inf),
          linalg::norm_order(-linalg::inf), linalg::fro})
      EXPECT_EQ(linalg::norm(global, order), linalg::norm(a, order)) << what;
    for (const linalg::norm_order order : {2.0, linalg::inf, -linalg::inf, 0.0, 1.0, 3.0, -0.5}) {
      EXPECT_EQ(linalg::norm(global(0, all), order), linalg::norm(a(0, all), order)) << what;
      for (const index_t along : {0, 1})
        EXPECT_TRUE(array_equal(linalg::norm(global, order, axis(along)),
                                linalg::norm(a, order, axis(along))))
            << what << ", order " << order.power();
    }
  }
}

} // namespace

TEST(linalg, equations_inverses_and_determinants) { equations_are_solved<double>(100); }
TEST(linalg, equations_of_complex_numbers) { equations_are_solved<std::complex<double>>(70); }

TEST(linalg, qr_and_cholesky) { factors_are_right<double>(100); }
TEST(linalg, qr_and_cholesky_of_complex_numbers) { factors_are_right<std::complex<double>>(70); }

TEST(linalg, eigenvalues_and_vectors) { spectra_are_right<double>(100); }
TEST(linalg, eigenvalues_and_vectors_in_float) { spectra_are_right<float>(70); }

TEST(linalg, eigenvalues_and_vectors_of_complex_numbers) {
  spectra_are_right<std::complex<double>>(70);
}

TEST(linalg, singular_values_and_vectors) { singular_values_are_right<double>(80); }
TEST(linalg, singular_values_and_vectors_of_complex_numbers) {
  singular_values_are_right<std::complex<double>>(60);
}

TEST(linalg, norms) { norms_are_those_of_core<double>(40); }
TEST(linalg, norms_of_complex_numbers) { norms_are_those_of_core<std::complex<double>>(20); }

TEST(linalg, conditions_in_all_norms) {
  random_source random;
  const auto a = random_array<double, 2>(random, {30, 30});
  const auto global = spread(random, a);
  for (const linalg::norm_order order : {linalg::norm_order(1), linalg::norm_order(-linalg::inf),
                                         linalg::fro, linalg::nuc, linalg::norm_order(-2)}) {
    const double truth = linalg::cond(a, order);
    EXPECT_NEAR(linalg::cond(global, order) / truth, 1, bound<double>(30, linalg::cond(a)))
        << random.trace();
  }
  const auto singular = zeros(process_grid<2>(world()), shape_t<2>{3, 3});
  EXPECT_EQ(linalg::cond(singular, 1), std::numeric_limits<double>::infinity());
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::norm(global, 3)); }),
            "there is no norm of order 3.000000 for matrices");
  EXPECT_EQ(message_of<argument_error>(
                [&] { static_cast<void>(linalg::norm(global(0, all), linalg::fro)); }),
            "there is no norm of order fro for vectors");
  const auto wide = ones(process_grid<2>(world()), shape_t<2>{3, 4});
  EXPECT_EQ(message_of<shape_error>([&] { static_cast<void>(linalg::cond(wide, 1)); }),
            "cond of shape (3, 4): the matrix must be square");
}

TEST(linalg, least_squares_and_pseudo_inverses_of_complex_numbers) {
  using T = std::complex<double>;
  random_source random;
  const auto a = random_array<T, 2>(random, {25, 6});
  const auto b = random_array<T, 2>(random, {25, 2});
  const auto truth = linalg::lstsq(a, b);
  const auto found = linalg::lstsq(spread(random, a), spread(random, b));
  EXPECT_EQ(found.rank, 6);
  expect_close<T>(found.x.gather_all(), truth.x, 1e-10, random.trace());
  for (const index_t i : {0, 1}) EXPECT_NEAR(found.residuals(i), truth.residuals(i), 1e-10);
  const auto inverse = linalg::pinv(a);
  expect_close<T>(linalg::pinv(spread(random, a)).gather_all(), inverse, 1e-10, random.trace());
}

TEST(linalg, pseudo_inverses_and_powers) {
  random_source random;
  for (const shape_t<2> shape : {shape_t<2>{9, 5}, shape_t<2>{4, 30}, shape_t<2>{7, 7}}) {
    auto a = random_array<double, 2>(random, shape);
    if (shape[0] == 7) a(all, 3) = a(all, 4); // rank 6
    const double rcond = 1e-10;
    const auto truth = linalg::pinv(a, rcond);
    expect_close<double>(linalg::pinv(spread(random, a), rcond).gather_all(), truth,
                         bound<double>(30, largest(truth) * largest(truth)), random.trace());
  }
  const auto a = random_array<double, 2>(random, {12, 12});
  const auto global = spread(random, a);
  for (const index_t n : {0, 1, 2, 7, -3}) {
    const auto truth = linalg::matrix_power(a, n);
    expect_close<double>(linalg::matrix_power(global, n).gather_all(), truth,
                         bound<double>(12, largest(truth)) * linalg::cond(a), random.trace());
  }
  const auto whole = random_array<std::int64_t, 2>(random, {6, 6});
  EXPECT_TRUE(array_equal(linalg::matrix_power(spread(random, whole), 9).gather_all(),
                          linalg::matrix_power(whole, 9)));
  EXPECT_EQ(message_of<argument_error>(
                [&] { static_cast<void>(linalg::matrix_power(spread(random, whole), -1)); }),
            "matrix_power of integers to a negative power; make them double");
}

TEST(linalg, pseudo_inverses_and_least_squares_of_cyclic_arrays) {
  random_source random;
  const process_grid<2> grid(world(), {1, world().size()});
  for (const index_t run : {1, 2}) {
    const auto a = random_array<double, 2>(random, {9, 9});
    const auto b = random_array<double, 2>(random, {9, 9});
    const distribution<2> cyclic({axis_distribution::cyclic(9, grid.dims()[0], run),
                                  axis_distribution::cyclic(9, grid.dims()[1], run)});
    global_array<double, 2> global(grid, cyclic);
    global.scatter(a);
    global_array<double, 2> right(grid, cyclic);
    right.scatter(b);
    const auto inverse = linalg::pinv(a);
    const double most = bound<double>(9, largest(inverse)) * linalg::cond(a);
    expect_close<double>(linalg::pinv(global).gather_all(), inverse, most, random.trace());
    expect_close<double>(linalg::lstsq(global, right).x.gather_all(), linalg::lstsq(a, b).x,
                         9 * most, random.trace());
  }
}

TEST(linalg, least_squares_are_those_of_lapack) {
  random_source random;
  for (const shape_t<2> shape : {shape_t<2>{90, 7}, shape_t<2>{20, 30}, shape_t<2>{40, 40}}) {
    auto a = random_array<double, 2>(random, shape);
    if (shape[0] == 40) a(all, 3) = a(all, 4); // rank 39
    const auto b = random_array<double, 2>(random, {shape[0], 3});
    const ndarray<double, 1> v(b(all, 1));
    const auto global = spread(random, a);
    const auto truth = linalg::lstsq(a, b);
    const auto found = linalg::lstsq(global, spread(random, b));
    EXPECT_EQ(found.rank, truth.rank);
    EXPECT_EQ(linalg::matrix_rank(global), truth.rank);
    EXPECT_LE(max(abs(found.x.gather_all() - truth.x)), 1e-9);
    ASSERT_EQ(found.residuals.size(), truth.residuals.size());
    for (index_t i = 0; i < truth.residuals.size(); ++i)
      EXPECT_NEAR(found.residuals(i), truth.residuals(i), 1e-9);
    const auto column = linalg::lstsq(global, spread(random, v));
    EXPECT_LE(max(abs(column.x.gather_all() - truth.x(all, 1))), 1e-9);
  }
}

TEST(linalg, results_are_distributed_as_operands_and_integers_are_double) {
  const process_grid<2> grid(world());
  const auto a = fromfunction([](auto i, auto j) { return i == j  ? 3
                                                          : i < j ? 1
                                                                  : 0; }, grid,
                              shape_t<2>{9, 9});
  const auto b = ones<float>(grid, shape_t<2>{9, 2});
  const global_array<double, 2> x = linalg::solve(a, b);
  EXPECT_EQ(x.distribution(), b.distribution());
  EXPECT_EQ(linalg::inv(a).distribution(), a.distribution());
  EXPECT_EQ(linalg::qr(b).q.distribution(), b.distribution());
  EXPECT_NEAR(linalg::det(a), 19683.0, 1e-9);
}

TEST(linalg, determinants_that_overflow_have_logarithms) {
  const process_grid<2> grid(world());
  const auto a = fromfunction([](auto i, auto j) { return i + j == 99 ? 1e300 : 0.0; }, grid,
                              shape_t<2>{100, 100});
  const auto [sign, logarithm] = linalg::slogdet(a);
  EXPECT_EQ(sign, 1.0); // 50 swaps
  EXPECT_NEAR(logarithm, 100 * 300 * std::log(10.0), 1e-7);
  EXPECT_EQ(linalg::det(a), std::numeric_limits<double>::infinity());
}

TEST(linalg, singular_and_indefinite_matrices_are_refused_by_all_ranks) {
  const process_grid<2> grid(world());
  auto a =
      fromfunction([](auto i, auto j) { return i == j ? 1.0 : 0.0; }, grid, shape_t<2>{100, 100});
  a.set({17, 17}, 0.0);
  const auto b = ones(grid, shape_t<2>{100, 1});
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::solve(a, b)); }),
            "solve: the matrix is singular: pivot 17 of 100 is exactly zero");
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::inv(a)); }),
            "inv: the matrix is singular: pivot 17 of 100 is exactly zero");
  EXPECT_EQ(linalg::det(a), 0.0);
  EXPECT_EQ(linalg::slogdet(a).sign, 0.0);
  EXPECT_EQ(linalg::slogdet(a).logabsdet, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(linalg::cond(a), std::numeric_limits<double>::infinity());
  EXPECT_EQ(linalg::matrix_rank(a), 99);
  const auto zero = zeros(grid, shape_t<2>{1, 1});
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::solve(zero, zero)); }),
            "solve: the matrix is singular: pivot 0 of 1 is exactly zero");
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::inv(zero)); }),
            "inv: the matrix is singular: pivot 0 of 1 is exactly zero");
  a.set({17, 17}, -1.0);
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::cholesky(a)); }),
            "cholesky: the matrix of shape (100, 100) is not positive definite: its leading minor "
            "of order 18 is not positive");
}

TEST(linalg, infinities_and_shapes_that_do_not_fit_are_named) {
  const process_grid<2> grid(world());
  auto a = ones(grid, shape_t<2>{5, 4});
  EXPECT_EQ(message_of<shape_error>([&] { static_cast<void>(linalg::inv(a)); }),
            "inv of shape (5, 4): the matrix must be square");
  EXPECT_EQ(message_of<shape_error>([&] { static_cast<void>(linalg::lstsq(a, a.transpose())); }),
            "lstsq of shapes (5, 4) and (4, 5): both must have as many rows");
  a.set({4, 3}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::svdvals(a)); }),
            "svd of a matrix with an infinity or a NaN");
}

TEST(linalg, matrices_without_elements) {
  const process_grid<2> grid(world());
  const auto none = ones(grid, shape_t<2>{0, 0});
  EXPECT_EQ(linalg::det(none), 1.0);
  EXPECT_EQ(linalg::inv(none).shape(), (shape_t<2>{0, 0}));
  EXPECT_EQ(linalg::eigvalsh(none).size(), 0);
  EXPECT_EQ(linalg::solve(none, ones(grid, shape_t<2>{0, 3})).shape(), (shape_t<2>{0, 3}));
  EXPECT_EQ(linalg::svd(ones(grid, shape_t<2>{3, 0})).u.shape(), (shape_t<2>{3, 0}));
}

TEST(linalg, parts_of_the_ranks_work_by_themselves) {
  const communicator half = world().split(world().rank() % 2);
  const process_grid<2> grid(half);
  for (int again = 0; again < 5; ++again) {
    const auto a =
        fromfunction([](auto i, auto j) { return i == j ? 2.0 : 0.0; }, grid, shape_t<2>{70, 70});
    EXPECT_EQ(linalg::det(a), std::ldexp(1.0, 70));
  }
}
