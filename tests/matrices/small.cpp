// Matrices of a few elements, of full rank and not, over more ranks than they have rows or columns.
#include "cases.hpp"
#include "closeness.hpp"
#include "message_of.hpp"
#include "random_matrices.hpp"

#include <tessera/core/error.hpp>
#include <tessera/core/linalg.hpp>
#include <tessera/matrices/linalg.hpp>

#include <gtest/gtest.h>

using namespace tessera;
using namespace tessera_test;

namespace {

/// Of ones (of rank 1), of zeros or of random numbers.
template <class T> ndarray<T, 2> any_matrix(random_source& random, const shape_t<2>& shape) {
  const index_t kind = random.between(0, 2);
  if (kind < 2) return ndarray<T, 2>(shape, T(static_cast<float>(kind)));
  return random_array<T, 2>(random, shape);
}

/// Calls f(a) with matrices of `count` of the 64 shapes from (1, 1) to (8, 8), others each time.
template <class T, class F>
void on_small_matrices(random_source& random, index_t count, const F& f) {
  const index_t turn = random.between(0, 63);
  for (index_t i = 0; i < count; ++i) {
    const index_t k = (i * 27 + turn) % 64;
    f(any_matrix<T>(random, {k / 8 + 1, k % 8 + 1}));
  }
}
template <class T, class F> void on_small_square_matrices(random_source& random, const F& f) {
  for (index_t n = 1; n <= 8; ++n) f(any_matrix<T>(random, {n, n}));
}

/// Over all ranks, distributed in any way.
template <class T> global_array<T, 2> dealt_out(random_source& random, const ndarray<T, 2>& a) {
  const process_grid<2> grid(world());
  global_array<T, 2> result(grid, distribution_of_any_kind(random, a.shape(), grid.dims()));
  result.scatter(a);
  return result;
}

template <class T>
void expect_orthonormal_columns(const ndarray<T, 2>& q, const std::string& what) {
  expect_close<T>(matmul(conjugated(q), q), unit<T>(q.shape(1)), bound<T>(q.shape(0), 1), what);
}

template <class T> void expect_svd(random_source& random, const ndarray<T, 2>& a) {
  const auto global = dealt_out(random, a);
  const std::string what = random.trace() + ": " + describe(global.distribution());
  const auto truth = linalg::svdvals(a);
  const double most = bound<T>(std::max(a.shape(0), a.shape(1)), truth(0));
  const auto found = linalg::svd(global);
  const ndarray<T, 2> u = found.u.gather_all();
  const ndarray<T, 2> vh = found.vh.gather_all();
  expect_close<T>(matmul(ndarray<T, 2>(u * found.s), vh), a, most, what);
  expect_orthonormal_columns(u, what);
  expect_orthonormal_columns(conjugated(vh), what);
  EXPECT_LE(max(abs(found.s - truth)), most) << what;
  EXPECT_LE(max(abs(linalg::svdvals(global) - truth)), most) << what;
}

template <class T> void small_ones_are_decomposed() {
  random_source random;
  on_small_matrices<T>(random, 64, [&](const ndarray<T, 2>& a) { expect_svd(random, a); });
}

/// By the definition of the pseudo-inverse, and against core.
template <class T> void small_ones_have_pseudo_inverses() {
  random_source random;
  const double rcond =
      100 * static_cast<double>(std::numeric_limits<detail::real_of<T>>::epsilon());
  on_small_matrices<T>(random, 16, [&](const ndarray<T, 2>& a) {
    const auto global = dealt_out(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const ndarray<T, 2> inverse = linalg::pinv(global, rcond).gather_all();
    const double most = bound<T>(8, largest(a) * (1 + largest(inverse)));
    expect_close<T>(matmul(matmul(a, inverse), a), a, most * largest(a), what);
    EXPECT_EQ(linalg::matrix_rank(global), linalg::matrix_rank(a)) << what;
    const auto b = random_array<T, 2>(random, {a.shape(0), 2});
    const auto truth = linalg::lstsq(a, b);
    const auto found = linalg::lstsq(global, dealt_out(random, b));
    EXPECT_EQ(found.rank, truth.rank) << what;
    expect_close<T>(found.x.gather_all(), truth.x,
                    bound<T>(8, (1 + largest(inverse)) * (1 + largest(inverse))), what);
  });
}

template <class T> void small_ones_are_factored() {
  random_source random;
  on_small_matrices<T>(random, 16, [&](const ndarray<T, 2>& a) {
    const auto global = dealt_out(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const auto factors = linalg::qr(global);
    const ndarray<T, 2> q = factors.q.gather_all();
    expect_close<T>(matmul(q, factors.r.gather_all()), a, bound<T>(8, largest(a)), what);
    expect_orthonormal_columns(q, what);
    const ndarray<T, 2> definite = matmul(a, conjugated(a)) + unit<T>(a.shape(0));
    const ndarray<T, 2> lower = linalg::cholesky(dealt_out(random, definite)).gather_all();
    expect_close<T>(matmul(lower, conjugated(lower)), definite, bound<T>(8, largest(definite)),
                    what);
  });
}

template <class T> void small_ones_have_eigenvalues() {
  random_source random;
  on_small_square_matrices<T>(random, [&](const ndarray<T, 2>& some) {
    const ndarray<T, 2> a(some + conjugated(some));
    const auto global = dealt_out(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const double most = bound<T>(8, largest(a) * 8);
    const auto found = linalg::eigh(global);
    const ndarray<T, 2> v = found.vectors.gather_all();
    expect_close<T>(matmul(a, v), ndarray<T, 2>(v * found.values), most, what);
    expect_orthonormal_columns(v, what);
    const auto truth = linalg::eigvalsh(a);
    EXPECT_LE(max(abs(found.values - truth)), most) << what;
    EXPECT_LE(max(abs(linalg::eigvalsh(global) - truth)), most) << what;
  });
}

template <class T> void small_ones_are_inverted() {
  random_source random;
  on_small_square_matrices<T>(random, [&](const ndarray<T, 2>& some) {
    const index_t n = some.shape(0);
    const ndarray<T, 2> a(some + T(10) * unit<T>(n));
    const auto b = random_array<T, 2>(random, {n, 2});
    const auto global = dealt_out(random, a);
    const std::string what = random.trace() + ": " + describe(global.distribution());
    const ndarray<T, 2> inverse = linalg::inv(global).gather_all();
    expect_close<T>(matmul(a, inverse), unit<T>(n), bound<T>(n, 10), what);
    const ndarray<T, 2> x = linalg::solve(global, dealt_out(random, b)).gather_all();
    expect_close<T>(matmul(a, x), b, bound<T>(n, 10), what);
    const T truth = linalg::det(a);
    EXPECT_LE(std::abs(linalg::det(global) - truth), bound<T>(n, std::abs(truth))) << what;
  });
}

} // namespace

TEST(small, singular_values_and_vectors) {
  small_ones_are_decomposed<double>();
  small_ones_are_decomposed<float>();
  small_ones_are_decomposed<std::complex<double>>();
}

/// From where on several ranks share the work.
TEST(small, singular_values_and_vectors_of_a_few_ranks) {
  random_source random;
  for (const shape_t<2> shape :
       {shape_t<2>{1, 15}, shape_t<2>{1, 16}, shape_t<2>{16, 1}, shape_t<2>{2, 24},
        shape_t<2>{31, 31}, shape_t<2>{32, 32}, shape_t<2>{1, 33}, shape_t<2>{56, 3},
        shape_t<2>{1, 57}, shape_t<2>{57, 57}})
    expect_svd(random, any_matrix<double>(random, shape));
}

TEST(small, pseudo_inverses_least_squares_and_ranks) {
  small_ones_have_pseudo_inverses<double>();
  small_ones_have_pseudo_inverses<float>();
  small_ones_have_pseudo_inverses<std::complex<double>>();
}

TEST(small, qr_and_cholesky) {
  small_ones_are_factored<double>();
  small_ones_are_factored<float>();
  small_ones_are_factored<std::complex<double>>();
}

TEST(small, eigenvalues_and_vectors) {
  small_ones_have_eigenvalues<double>();
  small_ones_have_eigenvalues<float>();
  small_ones_have_eigenvalues<std::complex<double>>();
}

TEST(small, equations_inverses_and_determinants) {
  small_ones_are_inverted<double>();
  small_ones_are_inverted<float>();
  small_ones_are_inverted<std::complex<double>>();
}

TEST(small, singular_ones_are_refused_by_all_ranks) {
  const process_grid<2> grid(world());
  for (index_t n = 1; n <= 8; ++n) {
    const auto a = zeros(grid, shape_t<2>{n, n});
    const std::string pivot = "pivot 0 of " + std::to_string(n) + " is exactly zero";
    EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::inv(a)); }),
              "inv: the matrix is singular: " + pivot);
    EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(linalg::solve(a, a)); }),
              "solve: the matrix is singular: " + pivot);
    EXPECT_EQ(linalg::det(a), 0.0);
    EXPECT_NE(message_of<argument_error>([&] {
                static_cast<void>(linalg::cholesky(a));
              }).find("leading minor of order 1 is not positive"),
              std::string::npos);
  }
}
