#include <tessera/core/fixed_array.hpp>

#include "message_of.hpp"
#include "random_matrices.hpp"

#include <tessera/core.hpp>
#include <tessera/core/complex.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>

using namespace tessera;
using tessera_test::random_array;
using tessera_test::random_value;

namespace {

using vec = fixed_array<double, 3>;
using mat = fixed_array<double, 3, 3>;
using complex = std::complex<double>;

// What programs rely on before they run.
static_assert(std::is_trivially_copyable_v<mat> && std::is_trivially_default_constructible_v<mat>);
static_assert(sizeof(mat) == 9 * sizeof(double) && sizeof(fixed_array<float, 3>) == 12);
static_assert(mat::ndim == 2 && mat::size() == 9 && mat::shape() == shape_t<2>{3, 3});
static_assert(std::is_same_v<decltype(fixed_array{1, 2, 3}), fixed_array<int, 3>>);
static_assert(std::is_same_v<decltype(fixed_array{1, 2.5}), fixed_array<double, 2>>);
static_assert(std::is_same_v<decltype(fixed_array{{1, 2, 3}, {4, 5, 6}}), fixed_array<int, 2, 3>>);
// Types promote as those of arrays do.
static_assert(std::is_same_v<decltype(2.0 * fixed_array<float, 3>{}), fixed_array<float, 3>>);
static_assert(std::is_same_v<decltype(fixed_array{1, 2} / 2), fixed_array<double, 2>>);
static_assert(std::is_same_v<decltype(fixed_array<int, 2>{} + fixed_array<float, 2>{}),
                             fixed_array<double, 2>>);
static_assert(std::is_same_v<promoted<fixed_array<float, 3>, double>, vec>);
static_assert(!std::is_convertible_v<vec, fixed_array<int, 3>> &&
              std::is_constructible_v<fixed_array<int, 3>, vec>);
static_assert(std::is_convertible_v<fixed_array<int, 3>, vec> &&
              !std::is_convertible_v<double, vec>);
static_assert(!std::is_constructible_v<vec, double, double>, "too few");

// Everything is computed by compilers, too.
constexpr vec x{1, 2, 3};
constexpr mat m{{2, 1, 0}, {1, 3, 1}, {0, 1, 4}};
static_assert(x(1) == 2 && x[2] == 3 && m(1, 2) == 1 && m[1] == vec{1, 3, 1});
static_assert(x + x == 2 * x && -x + x == vec{} && x / 2 == vec{0.5, 1, 1.5} &&
              x - 1 == vec{0, 1, 2});
static_assert(x * x == vec{1, 4, 9} && x != vec{1, 2, 4});
static_assert(dot(x, x) == 14 && cross(vec{1, 0, 0}, vec{0, 1, 0}) == vec{0, 0, 1});
static_assert(matmul(m, x) == vec{4, 10, 14} && matmul(x, m) == vec{4, 10, 14});
static_assert(matmul(m, mat::identity()) == m && dot(m, x) == matmul(m, x));
static_assert(det(m) == 18 && trace(m) == 9 && transpose(m) == m);
static_assert(outer(x, fixed_array{1.0, 10.0}) ==
              fixed_array<double, 3, 2>{{1, 10}, {2, 20}, {3, 30}});
static_assert(sum(x) == 6 && prod(x) == 6 && (min)(x) == 1 && (max)(x) == 3);
static_assert(minimum(x, 2.0) == vec{1, 2, 2} && maximum(x, vec{3, 0, 0}) == vec{3, 2, 3});
static_assert(abs(vec{-1, 2, -3}) == x);
static_assert(solve(2.0 * mat::identity(), 2 * x) == x &&
              inv(4 * mat::identity()) == mat::identity() / 4);
static_assert(map([](double a, double b) { return a > b; }, x, 1.5) ==
              fixed_array<bool, 3>{false, true, true});
constexpr fixed_array<int, 2, 2, 2> cube{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}};
static_assert(cube(1, 0, 1) == 6 && sum(cube) == 36 && cube[1][1] == fixed_array{7, 8});
static_assert(fixed_array<std::uint8_t, 2>{200, 1} + fixed_array<std::uint8_t, 2>{100, 1} ==
              fixed_array<std::uint8_t, 2>{44, 2});
constexpr vec changed() {
  vec v = x;
  v += x;
  v *= 2;
  v(0) = 1;
  v -= vec{0, 1, 0};
  v /= 0.5;
  return v;
}
static_assert(changed() == vec{2, 14, 24});
constexpr double of_bindings() {
  const auto [a, b, c] = x;
  return 100 * a + 10 * b + c;
}
static_assert(of_bindings() == 123);

template <class T, std::size_t N, std::size_t M>
fixed_array<T, N, M> random_fixed(random_source& r) {
  return fixed_array<T, N, M>(
      random_array<T>(r, shape_t<2>{static_cast<index_t>(N), static_cast<index_t>(M)}));
}

/// A product each of whose steps is rounded, as g++ 12 does not where it finds products beside a
/// difference and a sum.
template <class T> T rounded_product(T a, T b) { return static_cast<T>(a * b); }
complex rounded_product(const complex& a, const complex& b) {
  const volatile double products[] = {a.real() * b.real(), a.imag() * b.imag(), a.real() * b.imag(),
                                      a.imag() * b.real()};
  return {products[0] - products[1], products[2] + products[3]};
}

/// The largest magnitude.
template <class A> double largest(const A& a) {
  double most = 0;
  for (index_t i = 0; i < a.size(); ++i) most = std::max<double>(most, std::abs(a.data()[i]));
  return most;
}

ndarray<vec, 1> random_vectors(random_source& random, index_t n) {
  ndarray<vec, 1> all({n});
  for (index_t i = 0; i < n; ++i)
    for (index_t k = 0; k < 3; ++k) all(i)(k) = random_value<double>(random, 100.0);
  return all;
}

} // namespace

TEST(fixed_array, products_are_those_of_arrays) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto check = [&]<class T>(T) {
    const auto a = random_fixed<T, 3, 4>(random);
    const auto b = random_fixed<T, 4, 5>(random);
    ndarray<T, 2> expected({3, 5}, T{});
    for (index_t i = 0; i < 3; ++i)
      for (index_t j = 0; j < 5; ++j)
        for (index_t k = 0; k < 4; ++k)
          expected(i, j) = static_cast<T>(expected(i, j) + rounded_product(a(i, k), b(k, j)));
    // The same terms in the same order: the same bits.
    EXPECT_TRUE(array_equal(matmul(a, b).view(), expected));
    EXPECT_EQ(matmul(a, transpose(b)[2]).size(), 3);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(matmul(a[i], b), matmul(a, b)[i]);
    for (std::size_t j = 0; j < 5; ++j)
      EXPECT_EQ(matmul(a, transpose(b)[j]), transpose(matmul(a, b))[j]);
  };
  check(double{});
  check(float{});
  check(std::int32_t{});
  check(complex{});
}

TEST(fixed_array, inverses_and_determinants) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto check = [&]<class T, std::size_t N>(T, std::integral_constant<std::size_t, N>) {
    using matrix = fixed_array<T, N, N>;
    for (int k = 0; k < 20; ++k) {
      const matrix a = random_fixed<T, N, N>(random) + matrix::identity() * T(2.5);
      const double eps = 200 * std::numeric_limits<detail::real_of<T>>::epsilon();
      EXPECT_LE(largest(matmul(a, inv(a)) - matrix::identity()), eps * (1 + largest(inv(a))) * N);
      EXPECT_LE(std::abs(det(a) - linalg::det(a.view())), eps * std::abs(det(a)) * N + eps);
      const auto b = random_fixed<T, N, 2>(random);
      EXPECT_LE(largest(matmul(a, solve(a, b)) - b), eps * (1 + largest(solve(a, b))) * N);
      const auto y = transpose(b)[0];
      EXPECT_LE(largest(matmul(a, linalg::solve(a, y)) - y), eps * (1 + largest(solve(a, y))) * N);
    }
  };
  const auto check_sizes = [&](auto type) {
    check(type, std::integral_constant<std::size_t, 1>());
    check(type, std::integral_constant<std::size_t, 2>());
    check(type, std::integral_constant<std::size_t, 3>());
    check(type, std::integral_constant<std::size_t, 4>());
    check(type, std::integral_constant<std::size_t, 7>());
  };
  check_sizes(double{});
  check_sizes(float{});
  check_sizes(complex{});
  // Integers are computed with as double; rows change places.
  EXPECT_EQ(inv(fixed_array{{0, 2}, {4, 0}}), (fixed_array{{0.0, 0.25}, {0.5, 0.0}}));
  EXPECT_EQ(det(fixed_array{{0, 0, 0, 1}, {0, 0, 2, 0}, {0, 3, 0, 0}, {4, 0, 0, 0}}), 24.0);
  // Where the determinant is no number any more.
  for (const double scale : {1e-200, 1e200, 1e-120, 1e120})
    EXPECT_LE(largest(matmul(scale * m, inv(scale * m)) - mat::identity()), 1e-14) << scale;
}

TEST(fixed_array, singular_matrices_are_printed) {
  const mat a{{1, 2, 3}, {2, 4, 6}, {0, 0, 1}};
  EXPECT_EQ(message_of<argument_error>([&] { static_cast<void>(inv(a)); }),
            "inv: the matrix\n[[1. 2. 3.]\n [2. 4. 6.]\n [0. 0. 1.]]\nis singular: it has no "
            "inverse. Look "
            "at det() of it first, or use linalg::lstsq() or linalg::pinv() of its view()");
  EXPECT_NE(message_of<argument_error>([&] { static_cast<void>(solve(a, x)); }).find("solve: the"),
            std::string::npos);
  EXPECT_EQ(det(a), 0.0);
  message_of<index_error>([&] { static_cast<void>(a.at(0, 3)); });
  EXPECT_EQ(a.at(-1, -1), 1.0);
}

TEST(fixed_array, complex_numbers) {
  const fixed_array<complex, 2> z{complex(3, 4), complex(0, 12)};
  EXPECT_EQ(norm(z), 13.0);
  EXPECT_EQ(abs(z), (fixed_array{5.0, 12.0}));
  EXPECT_EQ(dot(z, z), complex(3, 4) * complex(3, 4) - 144.0);
  EXPECT_EQ((2.0 * z)(0), complex(6, 8));
  EXPECT_EQ((fixed_array{2.0, 4.0} / complex(0, 2))(1), complex(0, -2));
  EXPECT_EQ(linalg::norm(fixed_array<float, 2>{3, 4}), 5.0F);
}

TEST(fixed_array, is_printed_as_numpy_prints) {
  EXPECT_EQ(to_string(m), "[[2. 1. 0.]\n [1. 3. 1.]\n [0. 1. 4.]]");
  EXPECT_EQ(format(x / 3, {.precision = 3}), "[0.333 0.667 1.   ]");
  std::ostringstream out;
  out << x << ndarray<vec, 1>({2}, x);
  EXPECT_EQ(out.str(), "[1. 2. 3.][[1. 2. 3.]\n [1. 2. 3.]]");
  EXPECT_EQ(format(ndarray<vec, 1>({2}, x), ".1f"), "[[1.0 2.0 3.0]\n [1.0 2.0 3.0]]");
}

TEST(fixed_array, of_arrays_and_arrays_of_them) {
  const ndarray<double, 2> a{{1, 2, 3}, {4, 5, 6}};
  EXPECT_EQ(vec(a(1, all)), (vec{4, 5, 6}));
  EXPECT_EQ((fixed_array<double, 2, 3>(2.0 * a))(1, 2), 12.0);
  message_of<shape_error>([&] { static_cast<void>(vec(a(all, 0))); });
  const ndarray values(x);
  EXPECT_TRUE(array_equal(values, ndarray{1.0, 2.0, 3.0}));
  EXPECT_TRUE(array_equal(matmul(m.view(), values), ndarray{4.0, 10.0, 14.0}));
}

/// Every expression against the same on numbers, written as three arrays by hand.
TEST(fixed_array, expressions_of_arrays) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t n : {1, 2, 7, 64, 171, 1000}) {
    const auto f = random_vectors(random, n);
    const auto g = random_vectors(random, n);
    const auto rho = random_array<double>(random, shape_t<1>{n});
    ndarray<vec, 1> all = 2.0 * f - g / 3.0 + f * g;
    ndarray<vec, 1> mixed = rho * f + x;
    ndarray<vec, 1> backwards({n}, vec{});
    backwards(slice(none, none, -1)) = f + g;
    ndarray<fixed_array<float, 3>, 1> narrow = f;
    narrow = 0.5 * narrow + f;
    ndarray<vec, 1> chosen = where(rho > 0.0, f, g);
    chosen = where(rho > 0.5, chosen, 0.0);
    for (index_t i = 0; i < n; ++i) {
      for (index_t k = 0; k < 3; ++k) {
        const double a = f(i)(k);
        const double b = g(i)(k);
        EXPECT_EQ(all(i)(k), 2.0 * a - b / 3.0 + a * b);
        EXPECT_EQ(mixed(i)(k), rho(i) * a + x(k));
        EXPECT_EQ(backwards(n - 1 - i)(k), a + b);
        const auto single = static_cast<float>(a);
        EXPECT_EQ(narrow(i)(k), static_cast<float>(static_cast<double>(0.5F * single) + a));
        EXPECT_EQ(chosen(i)(k), rho(i) > 0.5 ? a : 0.0);
      }
    }
    // Elements that are read where others are written.
    ndarray<vec, 1> moved = f;
    moved(slice(1, none)) = moved(slice(0, -1)) + 2.0 * g(slice(1, none));
    for (index_t i = 1; i < n; ++i) EXPECT_EQ(moved(i), f(i - 1) + 2.0 * g(i));
  }
}

TEST(fixed_array, functions_of_arrays) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const auto f = random_vectors(random, 50);
  const auto g = random_vectors(random, 50);
  const ndarray lengths = map([](const vec& v) noexcept { return norm(v); }, f);
  EXPECT_EQ(lengths(7), norm(f(7)));
  const ndarray areas = map([](const vec& a, const vec& b) { return cross(a, b); }, f, g);
  EXPECT_EQ(areas(7), cross(f(7), g(7)));
  const ndarray turned = map([](const vec& v) { return matmul(m, v); }, f);
  EXPECT_EQ(turned(49), matmul(m, f(49)));
  const ndarray filled = fromfunction(
      [](index_t i, index_t j) {
        return fixed_array<index_t, 2>{i, j};
      },
      {3, 4});
  EXPECT_EQ(filled(2, 3), (fixed_array<index_t, 2>{2, 3}));
  EXPECT_TRUE(array_equal(abs(-f), abs(f)));
  EXPECT_FALSE(array_equal(f, g));
  ndarray<vec, 1> bad = f;
  bad(3)(1) = std::nan("");
  EXPECT_EQ(sum(isfinite(bad)), 49);
  EXPECT_EQ(sum(isnan(bad)), 1);
  bad = 0.0;
  EXPECT_EQ(bad(3), vec{});
  ndarray<vec, 1> added = f;
  added += g;
  added *= 2.0;
  EXPECT_EQ(added(9), 2.0 * (f(9) + g(9)));
  EXPECT_EQ(cumsum(f)(2), f(0) + f(1) + f(2));
}

TEST(fixed_array, sums_are_exact) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t n : {0, 1, 5, 683, 3000}) {
    ndarray<vec, 1> f = random_vectors(random, n);
    if (n > 3) f(1) = f(1) * 1e100;
    if (n > 3) f(3) = -f(1);
    const auto numbers = components(f);
    for (index_t k = 0; k < 3; ++k) EXPECT_EQ(sum(f)(k), sum(numbers(all, k)));
    if (n == 0) continue;
    for (index_t k = 0; k < 3; ++k) {
      EXPECT_EQ(mean(f)(k), mean(numbers(all, k)));
      EXPECT_EQ((max)(f)(k), (max)(numbers(all, k)));
      EXPECT_EQ((min)(2.0 * f)(k), 2.0 * (min)(numbers(all, k)));
    }
    EXPECT_EQ(norm(f(slice(0, 1))), norm(f(0)));
    double inner = 0;
    exact_sum exact;
    for (index_t i = 0; i < n; ++i) exact.add(dot(f(i), f(i)));
    inner = exact.value();
    EXPECT_EQ(dot(f, f), inner);
  }
  const ndarray<fixed_array<int, 2>, 2> whole({3, 4}, fixed_array{2000000000, -1});
  EXPECT_EQ(sum(whole), (fixed_array<std::int64_t, 2>{24000000000, -12}));
  EXPECT_EQ(sum(whole, axis(1))(2), (fixed_array<std::int64_t, 2>{8000000000, -4}));
  EXPECT_EQ(mean(whole), (fixed_array{2e9, -1.0}));
  EXPECT_EQ(mean(whole, axis(0))(3), (fixed_array{2e9, -1.0}));
  EXPECT_EQ((max)(whole, axis(0), keepdims).shape(), (shape_t<2>{1, 4}));
  EXPECT_EQ(sum(whole, masked(arange(4) < 1)), (fixed_array<std::int64_t, 2>{6000000000, -3}));
  const ndarray<mat, 1> matrices({100}, m);
  EXPECT_EQ(sum(matrices), 100 * m);
}

TEST(fixed_array, components_are_views) {
  ndarray<vec, 2> f({4, 5}, x);
  const auto numbers = components(f);
  static_assert(decltype(components(f))::ndim == 3);
  EXPECT_EQ(numbers.shape(), (shape_t<3>{4, 5, 3}));
  numbers(all, 1, 2) = 7.0;
  EXPECT_EQ(f(3, 1), (vec{1, 2, 7}));
  const auto part = components(f(slice(none, none, -2), 1));
  EXPECT_EQ(part.shape(), (shape_t<2>{2, 3}));
  EXPECT_EQ(&part(0, 2), &f(3, 1)(2));
  const ndarray<mat, 1> matrices({6}, m);
  EXPECT_EQ(&components(matrices)(5, 1, 2), &matrices(5)(1, 2));
  EXPECT_EQ(components(2.0 * f)(0, 0, 1), 4.0);
  const auto kept = components(ndarray<vec, 1>({1000}, x));
  EXPECT_EQ(sum(kept), 6000.0);
  EXPECT_EQ(components(ndarray<vec, 2>({0, 3}, x)).shape(), (shape_t<3>{0, 3, 3}));
}

TEST(fixed_array, as_fixed_are_views) {
  ndarray<double, 2> points({4, 6}, 0.0);
  const auto pairs = as_fixed<6>(points);
  pairs(2) = 5.0 * fixed_array<double, 6>(1);
  EXPECT_EQ(points(2, 5), 5.0);
  const auto left = as_fixed<3>(points(all, slice(0, 3)));
  left(1) = x;
  EXPECT_EQ(points(1, 1), 2.0);
  EXPECT_EQ(points(1, 3), 0.0);
  EXPECT_EQ(&as_fixed<3>(points(slice(none, none, -1), slice(3, 6)))(0)(0), &points(3, 3));
  const ndarray<double, 3> stack({5, 2, 2}, 1.0);
  EXPECT_EQ((as_fixed<2, 2>(stack)(4)), (fixed_array{{1.0, 1.0}, {1.0, 1.0}}));
  EXPECT_EQ(message_of<shape_error>([&] { static_cast<void>(as_fixed<3>(points)); }),
            "as_fixed: the last axes of an array of shape (4, 6) have not the sizes of elements of "
            "shape (3,)");
  EXPECT_EQ(
      message_of<argument_error>([&] { static_cast<void>(as_fixed<4>(points.transpose())); }),
      "as_fixed: the numbers of an array of shape (6, 4) and strides (1, 6) do not lie as those "
      "of elements of shape (4,) do, side by side and whole elements apart; make a copy() of it "
      "first");
  message_of<argument_error>([&] { static_cast<void>(as_fixed<4>(points(all, slice(0, 4)))); });
}

namespace {

struct body {
  vec position;
  float mass;
  fixed_array<std::int16_t, 2, 2> flags;
};

} // namespace

TESSERA_MEMBERS(body, position, mass, flags);

TEST(fixed_array, is_a_member_of_structs) {
  const auto& layout = detail::struct_layout_of<body>();
  EXPECT_EQ(to_string(detail::dtype_of<body>()),
            "{position: float64[3], mass: float32, flags: int16[2, 2]}");
  EXPECT_EQ(to_string(detail::dtype_of<mat>()), "float64[3, 3]");
  EXPECT_EQ(layout.all[0].count(), 3);
  ndarray<body, 1> all({2}, body{x, 1.5F, {{1, 2}, {3, 4}}});
  EXPECT_EQ(to_string(all), "[([1., 2., 3.], 1.5, [[1, 2], [3, 4]])\n"
                            " ([1., 2., 3.], 1.5, [[1, 2], [3, 4]])]");
  field(all, &body::flags) = 2 * field(all, &body::flags);
  EXPECT_EQ(all(1).flags, (fixed_array<std::int16_t, 2, 2>{{2, 4}, {6, 8}}));
}
