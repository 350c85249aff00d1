// The elementwise functions of core on global arrays and views, against the gathered arrays.
#include "cases.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/elements/bits.hpp>
#include <tessera/core/elements/where.hpp>
#include <tessera/core/expressions/map.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/random.hpp>
#include <tessera/distributed/reduce.hpp>

#include <string>

using namespace tessera_test;

namespace {

/// A global expression must give the bits of the local one.
template <class G, class L> void expect_same(const G& found, const L& expected, const char* what) {
  using T = typename L::value_type;
  static_assert(std::is_same_v<typename G::value_type, T>);
  const ndarray<T, G::ndim> a = copy(found).gather_all();
  const ndarray<T, L::ndim> b(expected);
  ASSERT_EQ(to_string(a.shape()), to_string(b.shape())) << what;
  index_t wrong = 0;
  for (index_t i = 0; i < a.size(); ++i) {
    const T& x = a.data()[i];
    const T& y = b.data()[i];
    wrong += same_bits(x, y) || (x != x && y != y) ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0) << what;
}

#define EXPECT_SAME(...) expect_same(__VA_ARGS__, #__VA_ARGS__)

/// Calls check(global arrays, the same local ones) on every grid.
template <class T, class Check> void on_all_grids(const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    const shape_t<2> shape{random.between(1, 9), random.between(1, 9)};
    const auto blocks = random_distribution(random, shape, grid.dims());
    SCOPED_TRACE(describe(blocks));
    global_array<T, 2> u(grid, blocks, halo<2>(1));
    global_array<T, 2> v(grid, blocks);
    generator rng(5);
    if constexpr (std::is_integral_v<T>) {
      rng.integers(-20, 20, u);
      rng.integers(1, 9, v);
    } else {
      rng.normal(0.0, 2.0, u);
      rng.uniform(0.5, 3.0, v);
    }
    check(u, v, u.gather_all(), v.gather_all());
  }
}

} // namespace

TEST(catalogue, functions_of_one) {
  on_all_grids<double>([](const auto& u, const auto& v, const auto& a, const auto& b) {
    EXPECT_SAME(sin(u) + cos(u), sin(a) + cos(a));
    EXPECT_SAME(exp(u), exp(a));
    EXPECT_SAME(log(v) + log10(v) + log2(v) + log1p(v), log(b) + log10(b) + log2(b) + log1p(b));
    EXPECT_SAME(sqrt(v) + cbrt(u), sqrt(b) + cbrt(a));
    EXPECT_SAME(tanh(u) - atan(u) + expm1(u), tanh(a) - atan(a) + expm1(a));
    EXPECT_SAME(abs(u), abs(a));
    EXPECT_SAME(floor(u) + ceil(u) + trunc(u) + round(u, 1),
                floor(a) + ceil(a) + trunc(a) + round(a, 1));
    EXPECT_SAME(square(u) + reciprocal(v), square(a) + reciprocal(b));
    EXPECT_SAME(isnan(log(u)), isnan(log(a)));
    EXPECT_SAME(-u, -a);
    EXPECT_SAME(sign(u), sign(a));
  });
}

TEST(catalogue, functions_of_two) {
  on_all_grids<double>([](const auto& u, const auto& v, const auto& a, const auto& b) {
    EXPECT_SAME(pow(v, u), pow(b, a));
    EXPECT_SAME(pow(u, 2), pow(a, 2));
    EXPECT_SAME(atan2(u, v) + hypot(u, 1.5), atan2(a, b) + hypot(a, 1.5));
    EXPECT_SAME(u % v + floor_divide(u, v), a % b + floor_divide(a, b));
    EXPECT_SAME(maximum(u, v) + minimum(u, 0.5), maximum(a, b) + minimum(a, 0.5));
    EXPECT_SAME(clip(u, -1.0, v), clip(a, -1.0, b));
    EXPECT_SAME(where(u > v, u, -1.0), where(a > b, a, -1.0));
    EXPECT_SAME(select(u > 1.0, v, u < 0.0, -v, 0.0), select(a > 1.0, b, a < 0.0, -b, 0.0));
    EXPECT_SAME(((u < v) && !(u <= 0.0)) || u == v, ((a < b) && !(a <= 0.0)) || a == b);
    EXPECT_SAME(2.0 / v - (u + 1) * 3, 2.0 / b - (a + 1) * 3);
  });
}

TEST(catalogue, integers_and_types) {
  on_all_grids<int>([](const auto& u, const auto& v, const auto& a, const auto& b) {
    EXPECT_SAME(u / v, a / b);
    EXPECT_SAME(u % v + floor_divide(u, v) - u * v, a % b + floor_divide(a, b) - a * b);
    EXPECT_SAME((u & v) | (u ^ 3), (a & b) | (a ^ 3));
    EXPECT_SAME(astype<double>(u) / 3.0, astype<double>(a) / 3.0);
    EXPECT_SAME(astype<char>(u), astype<char>(a));
    EXPECT_SAME(astype<std::complex<double>>(u), astype<std::complex<double>>(a));
    EXPECT_SAME(u != v, a != b);
    EXPECT_SAME(map([](int x, int y) { return 10.0 * x + y; }, u, v),
                map([](int x, int y) { return 10.0 * x + y; }, a, b));
    const auto twice = vectorize([](int x) noexcept { return 2 * x; });
    EXPECT_SAME(twice(u), twice(a));
  });
}

TEST(catalogue, views_and_broadcasts) {
  on_all_grids<double>([](const auto& u, const auto& v, const auto& a, const auto& b) {
    const slice odd(1, none, 2);
    EXPECT_SAME(u(odd, all) * v(odd, all) + 1.0, a(odd, all) * b(odd, all) + 1.0);
    EXPECT_SAME(u - a(0, all), a - a(0, all));
    EXPECT_SAME(u * a(all, slice(0, 1)), a * a(all, slice(0, 1)));
  });
}

TEST(catalogue, in_place) {
  on_all_grids<double>([](auto& u, const auto& v, const auto& a, const auto& b) {
    global_array<double, 2> w = u;
    ndarray<double, 2> c = a;
    const slice odd(1, none, 2);
    w(0, all) += 1.0;
    c(0, all) += 1.0;
    w(all, -1) *= a(all, 0);
    c(all, -1) *= a(all, 0);
    w(odd, all) -= v(odd, all);
    c(odd, all) -= b(odd, all);
    w(all, odd) /= 2.0;
    c(all, odd) /= 2.0;
    EXPECT_SAME(w, c);
    w += v;
    c += b;
    w(odd, odd) = 0.5;
    c(odd, odd) = 0.5;
    w(-1, all) = a(0, all);
    c(-1, all) = a(0, all);
    EXPECT_SAME(w, c);
    w(all, 0) = sin(w(all, 0));
    c(all, 0) = sin(c(all, 0));
    w = where(w < 0.0, 0.0, w);
    c = where(c < 0.0, 0.0, c);
    EXPECT_SAME(w, c);
    EXPECT_TRUE(array_equal(w, c));
    EXPECT_FALSE(array_equal(w, c + 1.0));
    EXPECT_TRUE(allclose(w, w + 1e-12));
    EXPECT_FALSE(allclose(w, w + 1e-2));
  });
}

TEST(catalogue, complex_numbers) {
  using complex = std::complex<double>;
  const auto u = fromfunction(
      [](index_t i, index_t j) {
        return complex(static_cast<double>(i) + 1.0, static_cast<double>(j));
      },
      process_grid<2>(world()), {5, 4});
  const auto a = u.gather_all();
  EXPECT_SAME(real(u) - imag(u), real(a) - imag(a));
  EXPECT_SAME(u * conj(u) + 2.0, a * conj(a) + 2.0);
  EXPECT_SAME(abs(u), abs(a));
  EXPECT_SAME(exp(u), exp(a));
  EXPECT_EQ(sum(u), sum(a));
  EXPECT_EQ(norm(u), norm(a));
}
