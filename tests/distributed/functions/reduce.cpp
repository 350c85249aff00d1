#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/math.hpp>
#include <tessera/distributed/reduce.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <string>

using namespace tessera_test;

namespace {

template <class T> using elements = std::vector<T>;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

template <class T, std::size_t N>
ndarray<T, N> local_copy(const elements<T>& values, const shape_t<N>& shape) {
  ndarray<T, N> result(shape);
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

template <class T, std::size_t N> void set(global_array<T, N>& u, const elements<T>& values) {
  u.fill([&values, shape = u.shape()](auto... i) -> T {
    return values[static_cast<std::size_t>(flat_index<N>({static_cast<index_t>(i)...}, shape))];
  });
}

/// A reduction must have the bits of the local one; any NaN is as good as another.
template <class T> void expect_same_value(const T& found, const T& expected, const char* what) {
  if constexpr (std::is_floating_point_v<T>)
    if (std::isnan(found) && std::isnan(expected)) return;
  EXPECT_TRUE(same_bits(found, expected)) << what << ": " << found << " is not " << expected;
}

/// Two arrays of one distribution, and the same elements in local arrays.
template <class T> struct example {
  ndarray<T, 2> a;
  ndarray<T, 2> b;
  global_array<T, 2> u;
  global_array<T, 2> v;

  example(const process_grid<2>& grid, const distribution<2>& blocks, const elements<T>& values)
      : a(local_copy(values, blocks.shape())), b(a), u(grid, blocks, halo<2>(1)), v(grid, blocks) {
    std::reverse(b.data(), b.data() + b.size());
    set(u, values);
    set(v, elements<T>(b.data(), b.data() + b.size()));
  }
};

template <class T> void expect_same_sums(const example<T>& x) {
  expect_same_value(sum(x.u), sum(x.a), "sum");
  expect_same_value(sum(x.u + x.v), sum(x.a + x.b), "sum of an expression");
  expect_same_value(vdot(x.u, x.v), vdot(x.a, x.b), "vdot");
  expect_same_value(norm(x.u), norm(x.a), "norm");
  if (x.a.size() > 0) expect_same_value(mean(x.u), mean(x.a), "mean");
}

template <class T> void expect_same_extrema(const example<T>& x) {
  if (x.a.size() == 0) return;
  expect_same_value(min(x.u), min(x.a), "min");
  expect_same_value(max(x.u), max(x.a), "max");
  expect_same_value(min(x.u - x.v), min(x.a - x.b), "min of an expression");
  expect_same_value(max(x.u - x.v), max(x.a - x.b), "max of an expression");
}

/// On every grid of the ranks, in random blocks: `make(count)` gives the elements.
template <class T, class Make, class Check>
void on_all_grids(int cases, random_source& random, const Make& make, const Check& check) {
  SCOPED_TRACE(random.trace());
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    for (int i = 0; i < cases; ++i) {
      const auto shape = random_shape_of<2>(random, 12);
      const auto blocks = random_distribution(random, shape, grid.dims());
      SCOPED_TRACE(describe(blocks));
      check(example<T>(grid, blocks, make(size_of(shape))));
    }
  }
}

/// Numbers of all magnitudes whose exponents are smaller than `most`; some zeros of both signs.
template <class T> elements<T> wild(random_source& random, index_t count, int most) {
  elements<T> result;
  for (index_t i = 0; i < count; ++i) {
    const auto digits = static_cast<double>(random.between(-(index_t{1} << 40), index_t{1} << 40));
    const auto exponent = static_cast<int>(random.between(-most, most)) - 40;
    result.push_back(static_cast<T>(random.one_in(10) ? std::copysign(0.0, digits)
                                                      : std::ldexp(digits, exponent)));
  }
  return result;
}

/// Each number once with either sign, but for one of them.
elements<double> cancelling(random_source& random, index_t count) {
  elements<double> result = wild<double>(random, count, 400);
  for (std::size_t i = 0; i + 1 < result.size(); i += 2) result[i + 1] = -result[i];
  std::shuffle(result.begin(), result.end(), random.engine());
  return result;
}

template <class T> elements<T> any_bits(random_source& random, index_t count) {
  elements<T> result;
  for (index_t i = 0; i < count; ++i) {
    const auto drawn = static_cast<T>(random.engine()());
    const bool extreme = random.one_in(8);
    result.push_back(!extreme           ? drawn
                     : random.one_in(2) ? std::numeric_limits<T>::max()
                                        : std::numeric_limits<T>::min());
  }
  return result;
}

template <class T> void check_integers(int cases) {
  random_source random;
  on_all_grids<T>(
      cases, random, [&](index_t n) { return any_bits<T>(random, n); },
      [](const example<T>& x) {
        expect_same_value(sum(x.u), sum(x.a), "sum");
        expect_same_extrema(x);
      });
}

/// An array of ones but for given elements, in single rows so that they lie on different ranks.
global_array<double, 1> ones_but(const elements<std::pair<index_t, double>>& others) {
  global_array<double, 1> u(process_grid<1>(world()), {24});
  u.fill([&](index_t i) {
    for (const auto& [at, value] : others)
      if (at == i) return value;
    return 1.0;
  });
  return u;
}

std::uint64_t bits(double x) { return std::bit_cast<std::uint64_t>(x); }

} // namespace

TEST(reduce, sums_of_wide_exponents) {
  random_source random;
  on_all_grids<double>(
      20, random, [&](index_t n) { return wild<double>(random, n, 450); },
      [](const example<double>& x) {
        expect_same_sums(x);
        expect_same_extrema(x);
      });
}

TEST(reduce, sums_that_cancel) {
  random_source random;
  on_all_grids<double>(
      20, random, [&](index_t n) { return cancelling(random, n); }, expect_same_sums<double>);
}

// The exact value is known: whatever else there is cancels.
TEST(reduce, what_is_left_after_cancelling) {
  EXPECT_EQ(sum(ones_but({{0, 1e300}, {23, -1e300}, {12, 1e-300}, {5, 1e18}, {17, -1e18}})), 19.0);
  global_array<double, 1> u = ones_but({});
  u.fill([](index_t i) { return i == 3 ? 1e300 : i == 20 ? -1e300 : i == 11 ? 1e-300 : 0.0; });
  EXPECT_EQ(sum(u), 1e-300);
}

TEST(reduce, floats) {
  random_source random;
  on_all_grids<float>(
      20, random, [&](index_t n) { return wild<float>(random, n, 50); },
      [](const example<float>& x) {
        expect_same_sums(x);
        expect_same_extrema(x);
      });
}

TEST(reduce, integers) {
  check_integers<std::int32_t>(10);
  check_integers<std::int64_t>(10);
  check_integers<std::uint64_t>(10);
  check_integers<std::int8_t>(10);
}

TEST(reduce, largest_and_smallest_integers_alone) {
  global_array<std::uint64_t, 1> u(process_grid<1>(world()), {5});
  u = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(min(u), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(max(u), std::numeric_limits<std::uint64_t>::max());
  global_array<std::int64_t, 1> v(process_grid<1>(world()), {5});
  v = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(min(v), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(max(v), std::numeric_limits<std::int64_t>::min());
}

TEST(reduce, truth_values) {
  global_array<bool, 1> u(process_grid<1>(world()), {20});
  u.fill([](index_t i) { return i % 3 == 0; });
  EXPECT_EQ(sum(u), 7);
  EXPECT_EQ(min(u), false);
  EXPECT_EQ(max(u), true);
  u = true;
  EXPECT_EQ(min(u), true);
  EXPECT_EQ(sum(u == true), 20);
}

TEST(reduce, complex_numbers) {
  random_source random;
  using number = std::complex<double>;
  on_all_grids<number>(
      10, random,
      [&](index_t n) {
        const elements<double> parts = wild<double>(random, 2 * n, 200);
        elements<number> result;
        for (std::size_t i = 0; i + 1 < parts.size(); i += 2)
          result.emplace_back(parts[i], parts[i + 1]);
        return result;
      },
      expect_same_sums<number>);
}

TEST(reduce, a_nan_anywhere_is_the_result) {
  for (const index_t at : {0, 11, 23}) {
    const global_array<double, 1> u = ones_but({{at, not_a_number}});
    EXPECT_TRUE(std::isnan(min(u)));
    EXPECT_TRUE(std::isnan(max(u)));
    EXPECT_TRUE(std::isnan(sum(u)));
    EXPECT_TRUE(std::isnan(mean(u)));
    EXPECT_TRUE(std::isnan(norm(u)));
    EXPECT_TRUE(std::isnan(max(2.0 * u)));
  }
}

TEST(reduce, infinities) {
  const global_array<double, 1> above = ones_but({{4, infinity}});
  EXPECT_EQ(sum(above), infinity);
  EXPECT_EQ(max(above), infinity);
  EXPECT_EQ(min(above), 1.0);
  EXPECT_EQ(min(ones_but({{20, -infinity}})), -infinity);
  EXPECT_TRUE(std::isnan(sum(ones_but({{0, infinity}, {23, -infinity}}))));
  global_array<double, 1> only = ones_but({});
  only = infinity;
  EXPECT_EQ(min(only), infinity);
  only = -infinity;
  EXPECT_EQ(max(only), -infinity);
}

TEST(reduce, zero_is_positive) {
  global_array<double, 1> u = ones_but({});
  for (const index_t negative : {0, 1}) {
    u.fill([=](index_t i) { return i % 2 == negative ? -0.0 : 0.0; });
    EXPECT_EQ(bits(min(u)), bits(0.0));
    EXPECT_EQ(bits(max(u)), bits(0.0));
    EXPECT_EQ(bits(sum(u)), bits(0.0));
  }
  u = -0.0;
  EXPECT_EQ(bits(max(u)), bits(0.0));
}

TEST(reduce, expressions) {
  const global_array<double, 1> u = ones_but({{3, 5.0}, {19, -7.0}});
  EXPECT_EQ(sum(u > 0.0), 23);
  EXPECT_EQ(max(abs(u)), 7.0);
  EXPECT_EQ(sum(where(u < 0.0, 0.0, u)), 27.0);
  EXPECT_EQ(dot(u, u), 22.0 + 25.0 + 49.0);
  EXPECT_EQ(mean(2.0 * u), 2.0 * 20.0 / 24.0);
}

TEST(reduce, empty_arrays) {
  const global_array<double, 2> u(process_grid<2>(world()), {0, 5});
  EXPECT_EQ(bits(sum(u)), bits(0.0));
  EXPECT_EQ(norm(u), 0.0);
  EXPECT_EQ(checksum(u), 0U);
  const std::string text = message_of<argument_error>([&] { static_cast<void>(min(u)); });
  EXPECT_NE(text.find("(0, 5)"), std::string::npos) << text;
  message_of<argument_error>([&] { static_cast<void>(max(u)); });
  message_of<argument_error>([&] { static_cast<void>(mean(u)); });
  message_of<argument_error>([&] { static_cast<void>(max(2.0 * u)); });
}

TEST(reduce, ranks_without_elements) {
  global_array<double, 1> u(process_grid<1>(world()), {1});
  u = -3.0;
  EXPECT_EQ(min(u), -3.0);
  EXPECT_EQ(max(u), -3.0);
  EXPECT_EQ(sum(u), -3.0);
  global_array<int, 1> v(u.grid(), {1});
  v = -3;
  EXPECT_EQ(max(v), -3);
}

TEST(reduce, different_distributions_are_refused) {
  const process_grid<1> grid(world());
  std::vector<index_t> boundaries(static_cast<std::size_t>(world().size()) + 1, 8);
  boundaries.front() = 0;
  const auto uneven = distribution<1>::explicit_boundaries({boundaries});
  const global_array<double, 2> u(process_grid<2>(world(), {1, 0}), {8, 8});
  const global_array<double, 2> v(process_grid<2>(world(), {0, 1}), {8, 8});
  if (world().size() > 1) {
    const std::string text = message_of<argument_error>([&] { static_cast<void>(vdot(u, v)); });
    EXPECT_NE(text.find(to_string(u.distribution())), std::string::npos) << text;
    EXPECT_NE(text.find(to_string(v.distribution())), std::string::npos) << text;
    const global_array<double, 1> a(grid, {8});
    const global_array<double, 1> b(grid, uneven);
    message_of<argument_error>([&] { static_cast<void>(max(a + b)); });
  }
  const global_array<double, 2> w(u.grid(), {8, 9});
  message_of<shape_error>([&] { static_cast<void>(vdot(u, w)); });
}

TEST(reduce, checksum_is_the_same_under_every_distribution) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const shape_t<2> shape{9, 7};
  const elements<double> values = wild<double>(random, size_of(shape), 900);
  std::vector<std::uint64_t> found;
  for (const process_grid<2>& grid : all_grids<2>(world())) {
    for (int i = 0; i < 5; ++i) {
      global_array<double, 2> u(grid, random_distribution(random, shape, grid.dims()),
                                random_halo<2>(random, 2));
      set(u, values);
      found.push_back(checksum(u));
    }
  }
  EXPECT_EQ(found, std::vector<std::uint64_t>(found.size(), found[0]));
}

// At any number of ranks: the number stands in reports of programs.
TEST(reduce, checksum_of_known_elements) {
  global_array<double, 2> u(process_grid<2>(world()), {5, 6});
  fill_numbered(u);
  const communicator alone = world().split(world().rank());
  global_array<double, 2> v(process_grid<2>(alone), {5, 6});
  fill_numbered(v);
  EXPECT_EQ(checksum(u), checksum(v));
}

TEST(reduce, checksum_tells_elements_apart) {
  global_array<double, 1> u = ones_but({{3, 2.0}});
  const std::uint64_t before = checksum(u);
  EXPECT_NE(checksum(ones_but({{4, 2.0}})), before) << "moved";
  EXPECT_NE(checksum(ones_but({{3, std::nextafter(2.0, 3.0)}})), before) << "one bit";
  EXPECT_NE(checksum(ones_but({{3, 2.0}, {20, -1.0}})), before) << "sign";
  u = u + 0.0;
  EXPECT_EQ(checksum(u), before);
}

TEST(reduce, checksum_of_small_and_large_elements) {
  const auto of_structs = [](std::int32_t last) {
    global_array<three_words, 1> u(process_grid<1>(world()), {7});
    fill_numbered(u);
    u.fill([&](index_t i) {
      three_words x = element_of<three_words>(i);
      if (i == 6) x.d = last;
      return x;
    });
    return checksum(u);
  };
  EXPECT_NE(of_structs(1), of_structs(2));
  global_array<std::uint8_t, 1> v(process_grid<1>(world()), {7});
  fill_numbered(v);
  const std::uint64_t before = checksum(v);
  v = v + std::uint8_t{1};
  EXPECT_NE(checksum(v), before);
}
