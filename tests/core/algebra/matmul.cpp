#include "message_of.hpp"

#include <tessera/core/algebra/products.hpp>
#include <tessera/core/creation/create.hpp>
#include <tessera/core/error.hpp>

#include <cstdlib>
#include <string>
#include <type_traits>

// OpenBLAS's.
extern "C" [[gnu::weak]] char* openblas_get_corename();
extern "C" [[gnu::weak]] void gotoblas_dynamic_init();

using namespace tessera;

namespace {

const ndarray<double, 2> a{{1, 2}, {3, 4}};
const ndarray<double, 2> b{{5, 6}, {7, 8}};

} // namespace

TEST(matmul, results_have_the_axes_that_numpy_gives_them) {
  const ndarray<double, 1> x{1, 2};
  static_assert(std::is_same_v<decltype(matmul(a, b)), ndarray<double, 2>>);
  static_assert(std::is_same_v<decltype(matmul(a, x)), ndarray<double, 1>>);
  static_assert(std::is_same_v<decltype(matmul(x, x)), double>);
  static_assert(std::is_same_v<decltype(matmul(ndarray<float, 3>(), a)), ndarray<double, 3>>);
  static_assert(
      std::is_same_v<decltype(matmul(ndarray<int, 2>(), ndarray<short, 4>())), ndarray<int, 4>>);
  static_assert(std::is_same_v<decltype(dot(a, x)), ndarray<double, 1>>);
  EXPECT_TRUE(array_equal(matmul(a, b), ndarray<double, 2>{{19, 22}, {43, 50}}));
  EXPECT_TRUE(array_equal(matmul(x, a), ndarray<double, 1>{7, 10}));
}

TEST(matmul, operands_may_be_expressions) {
  EXPECT_TRUE(array_equal(matmul(2.0 * a, b + 0.0), 2.0 * matmul(a, b)));
  EXPECT_TRUE(array_equal(dot(a.transpose(), b), matmul(a.transpose().copy(), b)));
}

// Not merely close to zero: the sum is rounded once.
TEST(matmul, products_of_vectors_are_exact_sums) {
  const ndarray<double, 1> x{1e100, 1.0, -1e100};
  EXPECT_EQ(matmul(x, ones<double>(3)), 1.0);
  EXPECT_EQ(dot(x, ones<double>(3)), 1.0);
  EXPECT_EQ(vdot(x, ones<double>(3)), 1.0);
}

TEST(matmul, writes_where_it_is_told) {
  ndarray<double, 3> room(shape_t<3>{2, 3, 2}, -1.0);
  matmul(a, b, room(all, 1, slice(none, none, -1)));
  EXPECT_TRUE(array_equal(room(all, 1, all), ndarray<double, 2>{{22, 19}, {50, 43}}));
  EXPECT_EQ(sum(room == -1.0), 8);
}

TEST(matmul, operands_may_be_written_over) {
  ndarray<double, 2> c = a;
  matmul(c, b, c);
  EXPECT_TRUE(array_equal(c, matmul(a, b)));
}

TEST(matmul, shapes_that_do_not_fit_are_named) {
  EXPECT_EQ(message_of<shape_error>([] { (void)matmul(a, ones<double>(3, 2)); }),
            "matmul of shapes (2, 2) and (3, 2): the axes that are summed over differ in size");
  EXPECT_EQ(message_of<shape_error>([] {
              ndarray<double, 2> c(shape_t<2>{1, 2});
              matmul(a, b, c);
            }),
            "shape (2, 2) does not broadcast with (1, 2)");
}

TEST(matmul, sums_over_nothing_are_zero) {
  EXPECT_TRUE(array_equal(matmul(zeros<double>(2, 0), zeros<double>(0, 3)), zeros<double>(2, 3)));
  EXPECT_TRUE(array_equal(matmul(zeros<double>(40, 0), zeros<double>(0)), zeros<double>(40)));
  EXPECT_EQ(matmul(zeros<double>(0, 2, 3), zeros<double>(3, 5)).shape(), (shape_t<3>{0, 2, 5}));
}

// Old values of the result play no part, even NaNs.
TEST(matmul, large_sums_over_nothing_are_zero) {
  ndarray<double, 2> c(shape_t<2>{30, 40}, __builtin_nan(""));
  matmul(zeros<double>(30, 0), zeros<double>(0, 40), c);
  EXPECT_TRUE(array_equal(c, zeros<double>(30, 40)));
}

TEST(matmul, traces_of_nothing_are_zero) {
  EXPECT_EQ(trace(a), 5.0);
  EXPECT_EQ(trace(a, 1), 2.0);
  EXPECT_EQ(trace(a, -5), 0.0);
}

// The thread sanitizer keeps a thread, beside which the kernels are left as they are.
#if defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
TEST(matmul, blas_uses_the_instructions_of_processors_that_it_does_not_know) {
  if (openblas_get_corename == nullptr || gotoblas_dynamic_init == nullptr)
    GTEST_SKIP() << "not an OpenBLAS that chooses";
  if (__builtin_cpu_supports("avx2") == 0) GTEST_SKIP() << "an old processor";
  if (std::getenv("OPENBLAS_CORETYPE") != nullptr) GTEST_SKIP() << "the user has chosen";
  EXPECT_NE(std::string(openblas_get_corename()), "Prescott");
}
#endif
