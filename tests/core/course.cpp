// The examples on the NumPy slides of CSC's course "Python in High Performance Computing", in their
// order, with the results that the slides print.
#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>
#include <tessera/core/eig.hpp>
#include <tessera/core/roots.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <numbers>
#include <sstream>

using namespace tessera;

namespace {

/// What `std::cout << a` shows.
template <class A> std::string printed(const A& a) {
  std::ostringstream out;
  out << a;
  return out.str();
}

} // namespace

TEST(course, creating_arrays_from_a_list) {
  const ndarray<double, 1> a{1, 2, 3, 4};
  EXPECT_EQ(printed(a), "[1. 2. 3. 4.]");

  const ndarray<std::complex<double>, 2> mat{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(printed(mat), "[[1.+0.j 2.+0.j 3.+0.j]\n [4.+0.j 5.+0.j 6.+0.j]]");
  EXPECT_EQ(mat.shape(), (shape_t<2>{2, 3}));
  EXPECT_EQ(mat.size(), 6);
}

TEST(course, arange_and_linspace) {
  EXPECT_EQ(printed(arange(10)), "[0 1 2 3 4 5 6 7 8 9]");
  EXPECT_EQ(printed(arange(0.1, 0.2, 0.02)), "[0.1  0.12 0.14 0.16 0.18]");
  EXPECT_EQ(printed(linspace(-4.5, 4.5, 5)), "[-4.5  -2.25  0.    2.25  4.5 ]");
}

TEST(course, zeros_ones_full_and_empty) {
  const auto a = zeros<double>(4, 6);
  EXPECT_EQ(a.shape(), (shape_t<2>{4, 6}));
  EXPECT_TRUE(all(a == 0.0));
  EXPECT_EQ(printed(ones(2, 4)), "[[1. 1. 1. 1.]\n [1. 1. 1. 1.]]");
  EXPECT_EQ(printed(full({2, 3}, 4.2)), "[[4.2 4.2 4.2]\n [4.2 4.2 4.2]]");
  EXPECT_EQ(empty(2, 3).shape(), (shape_t<2>{2, 3}));
}

TEST(course, arrays_like_others) {
  const auto a = zeros<double>(4, 6);
  const auto b = empty_like(a);
  const auto c = ones_like(a);
  const auto d = full_like(a, 9.1);
  EXPECT_EQ(b.shape(), a.shape());
  EXPECT_EQ(sum(c), 24.0);
  EXPECT_TRUE(all(d == 9.1));
}

TEST(course, non_numeric_data) {
  const ndarray<fixed_string<7>, 1> a{"foo", "foo-bar"};
  EXPECT_EQ(printed(a), "[b'foo' b'foo-bar']");
  EXPECT_EQ(a.itemsize(), 7);

  const auto dna = chars("AAAGTCTGAC");
  EXPECT_EQ(printed(dna), "[b'A' b'A' b'A' b'G' b'T' b'C' b'T' b'G' b'A' b'C']");
}

TEST(course, simple_indexing) {
  const ndarray mat{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(mat(0, 2), 3);
  EXPECT_EQ(mat.at(1, -2), 5);
}

TEST(course, slicing) {
  auto a = arange(10);
  EXPECT_EQ(printed(a(slice(2, none))), "[2 3 4 5 6 7 8 9]");
  EXPECT_EQ(printed(a(slice(none, -1))), "[0 1 2 3 4 5 6 7 8]");
  EXPECT_EQ(printed(a(slice(1, 7, 2))), "[1 3 5]");
  a(slice(1, 3)) = -1;
  EXPECT_EQ(printed(a), "[ 0 -1 -1  3  4  5  6  7  8  9]");
}

TEST(course, slicing_in_multiple_dimensions) {
  auto a = zeros(4, 4);
  a(slice(1, 3), slice(1, 3)) = 2.0;
  EXPECT_EQ(printed(a), "[[0. 0. 0. 0.]\n [0. 2. 2. 0.]\n [0. 2. 2. 0.]\n [0. 0. 0. 0.]]");
}

TEST(course, views_and_copies) {
  auto a = arange(10);
  auto& b = a;             // reference, changing values in b changes a
  ndarray c = a;           // true copy
  auto d = a(slice(1, 4)); // view, changing d changes elements [1:4] of a
  ndarray e = d;           // true copy of subarray
  const auto f = d.copy(); // the same
  b(0) = 100;
  d = -1;
  EXPECT_EQ(printed(a), "[100  -1  -1  -1   4   5   6   7   8   9]");
  EXPECT_EQ(printed(c), "[0 1 2 3 4 5 6 7 8 9]");
  EXPECT_EQ(printed(e), "[1 2 3]");
  EXPECT_EQ(printed(f), "[1 2 3]");
}

TEST(course, reshape_and_ravel) {
  const ndarray mat{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(printed(mat), "[[1 2 3]\n [4 5 6]]");
  EXPECT_EQ(printed(reshape(mat, {3, 2})), "[[1 2]\n [3 4]\n [5 6]]");
  EXPECT_EQ(printed(ravel(mat)), "[1 2 3 4 5 6]");
}

TEST(course, concatenate) {
  const ndarray mat1{{1, 2, 3}, {4, 5, 6}};
  const ndarray mat2{{7, 8, 9}, {10, 11, 12}};
  EXPECT_EQ(printed(concatenate(mat1, mat2)),
            "[[ 1  2  3]\n [ 4  5  6]\n [ 7  8  9]\n [10 11 12]]");
  EXPECT_EQ(printed(concatenate(mat1, mat2, axis(1))),
            "[[ 1  2  3  7  8  9]\n [ 4  5  6 10 11 12]]");
}

TEST(course, split) {
  const ndarray mat1{{1, 2, 3}, {4, 5, 6}};
  const auto [first, second, third] = split<3>(mat1, axis(1));
  EXPECT_EQ(printed(first), "[[1]\n [4]]");
  EXPECT_EQ(printed(second), "[[2]\n [5]]");
  EXPECT_EQ(printed(third), "[[3]\n [6]]");
}

TEST(course, array_operations) {
  const ndarray a{1.0, 2.0, 3.0};
  const double b = 2.0;
  EXPECT_EQ(printed(a * b), "[2. 4. 6.]");
  EXPECT_EQ(printed(a + b), "[3. 4. 5.]");
  EXPECT_EQ(printed(a * a), "[1. 4. 9.]");
  EXPECT_EQ(printed(pow(a, 2)), "[1. 4. 9.]");
}

TEST(course, special_functions) {
  const auto a = linspace(-std::numbers::pi, std::numbers::pi, 8);
  EXPECT_EQ(printed(a), "[-3.14159265 -2.24399475 -1.34639685 -0.44879895  0.44879895  1.34639685\n"
                        "  2.24399475  3.14159265]");
  EXPECT_EQ(printed(sin(a)), "[-1.22464680e-16 -7.81831482e-01 -9.74927912e-01 -4.33883739e-01\n"
                             "  4.33883739e-01  9.74927912e-01  7.81831482e-01  1.22464680e-16]");
}

TEST(course, random_numbers) {
  generator rng(42);
  const auto a = rng.random(2, 2);
  EXPECT_EQ(a.shape(), (shape_t<2>{2, 2}));
  EXPECT_TRUE(all(a >= 0.0 && a < 1.0));
  EXPECT_TRUE(array_equal(a, generator(42).random(2, 2)));

  const auto chosen = rng.choice(arange(4), 10);
  EXPECT_EQ(chosen.size(), 10);
  EXPECT_TRUE(all(isin(chosen, arange(4))));
}

TEST(course, polynomials) {
  generator rng(1);
  const auto x = linspace(-4, 4, 7);
  const ndarray y = pow(x, 2) + rng.random(x.shape());

  const auto p = polyfit(x, y, 2);
  EXPECT_EQ(p.size(), 3);
  EXPECT_NEAR(p(0), 1.0, 0.1);
  EXPECT_LT(max(abs(polyval(p, x) - y)), 1.0); // the noise is less than one
  EXPECT_LT(max(abs(polyval(p, roots(p)))), 1e-13);
}

TEST(course, linear_algebra) {
  const ndarray A{{2, 1}, {1, 3}};
  const ndarray B{{-2.0, 4.2}, {4.2, 6.0}}; // the slide has lost the sign that its result needs
  const auto C = dot(A, B);
  const ndarray b{1, 2};
  const auto x = linalg::solve(C, b); // solve C x = b
  EXPECT_EQ(printed(x), "[0.04453441 0.06882591]");
  EXPECT_LT(norm(dot(C, x) - b), 1e-15);
  EXPECT_LT(norm(dot(linalg::inv(C), b) - x), 1e-15);
  EXPECT_NEAR(std::abs(sum(linalg::eigvals(C)) - trace(C)), 0.0, 1e-13);
}

TEST(course, array_attributes) {
  auto a = zeros<double>(3, 4);
  EXPECT_TRUE(flags(a).c_contiguous);
  EXPECT_EQ(a.strides(), (shape_t<2>{4, 1})); // in elements
  EXPECT_EQ(a.itemsize(), 8);
  EXPECT_EQ(a.data(), &a(0, 0));
}

TEST(course, indexing_with_integers_and_masks) {
  const auto x = arange(10, 1, -1);
  EXPECT_EQ(printed(x), "[10  9  8  7  6  5  4  3  2]");
  EXPECT_EQ(printed(x(ndarray{3, 3, 1, 8})), "[7 7 9 2]");
  const ndarray m = x > 7;
  EXPECT_EQ(printed(m), "[ True  True  True False False False False False False]");
  EXPECT_EQ(printed(x(m)), "[10  9  8]");
}

TEST(course, vectorized_difference) {
  const auto arr = arange(1000);
  auto brute_force = zeros<index_t>(999);
  for (index_t i = 1; i < arr.size(); ++i) brute_force(i - 1) = arr(i) - arr(i - 1);

  const ndarray dif = arr(slice(1, none)) - arr(slice(none, -1));
  EXPECT_TRUE(array_equal(dif, brute_force));
  EXPECT_TRUE(array_equal(dif, diff(arr)));
}

TEST(course, broadcasting) {
  const ndarray<double, 2> a{{1, 2}, {3, 4}, {5, 6}};
  const ndarray<double, 2> b{{7, 11}};
  EXPECT_EQ(printed(a * b), "[[ 7. 22.]\n [21. 44.]\n [35. 66.]]");
}

TEST(course, distances_from_a_point) {
  generator rng(42);
  auto points = rng.random(100, 3); // 3d coordinates for 100 points
  points(17) = ndarray{-9.0, 0.0, 9.0};
  const ndarray origin{1.0, 2.2, -2.2};
  const ndarray dists = sqrt(sum(pow(points - origin, 2), axis(1)));

  const index_t i = argmax(dists); // find the most distant point
  EXPECT_EQ(i, 17);
  EXPECT_EQ(printed(points(i)), "[-9.  0.  9.]");
}

TEST(course, temporary_arrays) {
  generator rng(42);
  const auto a = rng.random(16, 16, 5);
  const auto b = rng.random(16, 16, 5);
  const ndarray c = 2.0 * a - 4.5 * b;
  const ndarray d = (2.0 * a - 4.5 * b) + 1.1 * (sin(a) + cos(b));
  EXPECT_EQ(c(3, 4, 2), 2.0 * a(3, 4, 2) - 4.5 * b(3, 4, 2));
  EXPECT_NEAR(sum(d - c), 1.1 * (sum(sin(a)) + sum(cos(b))), 1e-10);
}

TEST(course, pairwise_distances) {
  generator rng(42);
  const auto X = rng.random(100, 3);
  const ndarray D = sqrt(sum(pow(X(all, newaxis, all) - X, 2), axis(-1)));
  EXPECT_EQ(D.shape(), (shape_t<2>{100, 100}));
  EXPECT_NEAR(D(3, 8), norm(X(3) - X(8)), 1e-15);
  EXPECT_TRUE(array_equal(D, D.transpose()));
}

TEST(course, measuring_time) {
  const auto a = linspace(0.0, 1.0, 10000);
  double total = 0.0;
  const timer wall;
  const double t0 = process_time();
  for (int n = 0; n < 10; ++n) total += sum(sin(a));
  const double t1 = process_time();

  EXPECT_GT(total, 0.0);
  EXPECT_GT(t1 - t0, 0.0);
  EXPECT_GT(wall.elapsed(), 0.0);
}

TEST(course, timeit) {
  auto a = arange(1000.0);
  const timing t = tessera::timeit([&] { a += 1.0; }, {.repeat = 3, .number = 10});
  EXPECT_TRUE(printed(t).starts_with("10 loops, best of 3: "));
  EXPECT_EQ(a(0), 30.0);
}

TEST(course, profile) {
  const auto func = [] {
    TESSERA_PROFILE("func");
    for (int n = 0; n < 3; ++n) {
      TESSERA_PROFILE("draw");
      generator(1).random(1000);
    }
  };
  tessera::profile::run(func).save("func.prof");

  auto p = tessera::profile::load("func.prof");
  p.strip_dirs();
  p.sort("calls");
  EXPECT_EQ(p["draw"].calls, 3);
  EXPECT_STREQ(p[0].name, "draw");
  EXPECT_NE(p.stats(5).find("course.cpp"), std::string::npos);
  EXPECT_GE(p["func"].cumulative, p["draw"].cumulative);
  std::filesystem::remove("func.prof");
}
