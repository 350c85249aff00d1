#include <tessera/core/linalg.hpp>

#include "message_of.hpp"

#include <tessera/core/creation/create.hpp>
#include <tessera/core/eig.hpp>
#include <tessera/core/error.hpp>

#include <type_traits>

using namespace tessera;

namespace {

const ndarray<double, 2> symmetric{{4, 1}, {1, 3}};

} // namespace

TEST(linalg, operands_stay_as_they_are) {
  ndarray<double, 2> m = symmetric;
  ndarray<double, 1> y{1, 2};
  (void)linalg::solve(m, y);
  (void)linalg::inv(m);
  (void)linalg::eigh(m);
  (void)linalg::svd(m);
  (void)linalg::lstsq(m, y);
  EXPECT_TRUE(array_equal(m, symmetric));
  EXPECT_TRUE(array_equal(y, ndarray<double, 1>{1, 2}));
}

TEST(linalg, operands_may_be_expressions_and_integers) {
  const ndarray<int, 2> whole{{2, 0}, {0, 4}};
  static_assert(std::is_same_v<decltype(linalg::inv(whole)), ndarray<double, 2>>);
  EXPECT_TRUE(array_equal(linalg::inv(whole), ndarray<double, 2>{{0.5, 0}, {0, 0.25}}));
  EXPECT_TRUE(
      array_equal(linalg::solve(2 * whole, ndarray<int, 1>{4, 8}), ndarray<double, 1>{1, 1}));
  EXPECT_EQ(linalg::det(whole), 8.0);
}

TEST(linalg, one_matrix_gives_numbers_and_a_stack_arrays) {
  static_assert(std::is_same_v<decltype(linalg::det(symmetric)), double>);
  static_assert(std::is_same_v<decltype(linalg::det(ndarray<float, 3>())), ndarray<float, 1>>);
  static_assert(std::is_same_v<decltype(linalg::matrix_rank(symmetric)), index_t>);
  static_assert(std::is_same_v<decltype(linalg::cond(ndarray<double, 4>())), ndarray<double, 2>>);
  static_assert(
      std::is_same_v<decltype(linalg::eigvals(symmetric)), ndarray<std::complex<double>, 1>>);
  EXPECT_DOUBLE_EQ(linalg::det(symmetric), 11.0);
}

TEST(linalg, rotations_have_complex_eigenvalues) {
  const auto [values, vectors] = linalg::eig(ndarray<double, 2>{{0, -1}, {1, 0}});
  EXPECT_DOUBLE_EQ(std::abs(values(0).imag()), 1.0);
  EXPECT_EQ(values(0), std::conj(values(1)));
  EXPECT_DOUBLE_EQ(std::norm(vectors(0, 0)) + std::norm(vectors(1, 0)), 1.0);
}

TEST(linalg, errors_say_what_is_wrong_with_the_matrix) {
  EXPECT_EQ(message_of<shape_error>([] { (void)linalg::inv(ones<double>(2, 3)); }),
            "inv needs a square matrix, not one of shape (2, 3)");
  EXPECT_EQ(message_of<argument_error>([] { (void)linalg::inv(ones<double>(2, 2)); }),
            "inv: the matrix is singular: pivot 1 is exactly zero");
  EXPECT_EQ(message_of<argument_error>(
                [] { (void)linalg::solve(zeros<double>(3, 2, 2), ones<double>(2)); }),
            "solve: the matrix is singular (matrix 0 of the stack): pivot 0 is exactly zero");
  EXPECT_EQ(message_of<argument_error>([] { (void)linalg::cholesky(-symmetric); }),
            "cholesky: the matrix is not positive definite: pivot 0 is not positive");
  EXPECT_EQ(message_of<argument_error>([] { (void)linalg::svd(symmetric / 0.0); }),
            "svd of a matrix with an infinity or a NaN");
  EXPECT_EQ(message_of<argument_error>([] { (void)linalg::norm(symmetric, 3); }),
            "there is no norm of order 3.000000 for matrices");
}
