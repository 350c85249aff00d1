// Reductions of global arrays, views and expressions, whole and along axes, against those of the
// gathered array.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/statistics/statistics.hpp>
#include <tessera/distributed/functions/random.hpp>
#include <tessera/distributed/reduce.hpp>

#include <cmath>
#include <limits>
#include <string>

using namespace tessera_test;

namespace {

/// The same bits, where any NaN is as good as another.
template <class T, std::size_t N>
void expect_same(const ndarray<T, N>& found, const ndarray<T, N>& expected, const char* what) {
  ASSERT_EQ(to_string(found.shape()), to_string(expected.shape())) << what;
  index_t wrong = 0;
  for (index_t i = 0; i < found.size(); ++i) {
    const T& a = found.data()[i];
    const T& b = expected.data()[i];
    wrong += same_bits(a, b) || (a != a && b != b) ? 0 : 1;
  }
  EXPECT_EQ(wrong, 0) << what;
}
template <class T>
requires(!array_operand<T>) void expect_same(const T& found, const T& expected, const char* what) {
  EXPECT_TRUE(same_bits(found, expected) || (found != found && expected != expected))
      << what << ": " << found << " is not " << expected;
}

template <class T, std::size_t N>
void expect_same_bits(const ndarray<T, N>& found, const ndarray<T, N>& expected) {
  ASSERT_EQ(to_string(found.shape()), to_string(expected.shape()));
  index_t wrong = 0;
  for (index_t i = 0; i < found.size(); ++i)
    wrong += same_bits(found.data()[i], expected.data()[i]) ? 0 : 1;
  EXPECT_EQ(wrong, 0);
}

/// A number of some magnitude; sometimes NaN, infinite or zero.
double any_number(random_source& random, int spread) {
  const double x = std::ldexp(static_cast<double>(random.between(-999, 999)),
                              static_cast<int>(random.between(-spread, spread)));
  if (random.one_in(400)) return std::numeric_limits<double>::quiet_NaN();
  if (random.one_in(400)) return std::copysign(std::numeric_limits<double>::infinity(), x);
  return x;
}

template <class T> struct range_example {
  ndarray<T, 2> a;
  global_array<T, 2> u;

  range_example(random_source& random, const process_grid<2>& grid, int spread) : a(), u() {
    const auto shape = random_shape_of<2>(random, 12);
    a = ndarray<T, 2>(shape);
    for (index_t i = 0; i < a.size(); ++i)
      if constexpr (std::is_floating_point_v<T>)
        a.data()[i] = static_cast<T>(any_number(random, spread));
      else
        a.data()[i] = static_cast<T>(random.between(-9, 9));
    u = global_array<T, 2>(grid, random_distribution(random, shape, grid.dims()),
                           random_halo<2>(random, 2));
    u = a;
  }
};

template <class T, class Check> void on_all_grids(int spread, const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const process_grid<2>& grid : all_grids<2>(world()))
    for (int i = 0; i < 12; ++i) {
      const range_example<T> x(random, grid, spread);
      SCOPED_TRACE(describe(x.u.distribution()));
      check(x);
    }
}

template <class G, class L, class... Options>
void check_sums(const G& u, const L& a, const Options&... options) {
  expect_same(sum(u, options...), sum(a, options...), "sum");
  expect_same(count_nonzero(u, options...), count_nonzero(a, options...), "count_nonzero");
  expect_same(any(u, options...), any(a, options...), "any");
  expect_same(all(u, options...), all(a, options...), "all");
}

template <class G, class L, class... Options>
void check_extrema(const G& u, const L& a, const Options&... options) {
  expect_same(min(u, options...), min(a, options...), "min");
  expect_same(max(u, options...), max(a, options...), "max");
  expect_same(ptp(u, options...), ptp(a, options...), "ptp");
  expect_same(mean(u, options...), mean(a, options...), "mean");
  expect_same(var(u, options...), var(a, options...), "var");
  expect_same(tessera::std(u, options...), tessera::std(a, options...), "std");
}

template <class G, class L> void check_all(const G& u, const L& a) {
  check_sums(u, a);
  check_sums(u, a, axis(0));
  check_sums(u, a, axis(-1), keepdims);
  if (a.size() == 0) return;
  check_extrema(u, a);
  check_extrema(u, a, axis(0));
  check_extrema(u, a, axis(1), keepdims);
  check_extrema(u, a, axis(0, 1), keepdims);
  expect_same(argmin(u), argmin(a), "argmin");
  expect_same(argmax(u), argmax(a), "argmax");
  expect_same(argmin(u, axis(0)), argmin(a, axis(0)), "argmin");
  expect_same(argmax(u, axis(1)), argmax(a, axis(1)), "argmax");
}

} // namespace

TEST(reduce_axes, doubles) {
  on_all_grids<double>(20, [](const auto& x) { check_all(x.u, x.a); });
}

TEST(reduce_axes, sums_over_all_of_the_range) {
  on_all_grids<double>(900, [](const auto& x) {
    expect_same(sum(x.u, axis(0)), sum(x.a, axis(0)), "sum");
    expect_same(sum(x.u, axis(1)), sum(x.a, axis(1)), "sum");
    expect_same(sum(x.u), sum(x.a), "sum");
    if (x.a.size() > 0) expect_same(mean(x.u, axis(1)), mean(x.a, axis(1)), "mean");
  });
}

// Many outputs of few elements: most cancel, some need all the range, some are not finite.
TEST(reduce_axes, sums_of_many_short_columns) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const index_t rows : {3, 8, 20}) {
    const shape_t<2> shape{rows, 2500};
    ndarray<double, 2> a(shape);
    for (index_t j = 0; j < shape[1]; ++j)
      for (index_t i = 0; i < rows; ++i) {
        const bool cancels = i > 0 && random.one_in(2);
        a(i, j) = cancels ? -a(i - 1, j) : any_number(random, random.one_in(50) ? 900 : 30);
        if (j % 100 == 0) a(i, j) = -0.0;
      }
    const ndarray<float, 2> narrow = astype<float>(a);
    global_array<double, 2> u(process_grid<2>(world(), {0, 1}), shape);
    global_array<float, 2> v(process_grid<2>(world(), {0, 1}), shape);
    u = a;
    v = narrow;
    expect_same(sum(u, axis(0)), sum(a, axis(0)), "sum");
    expect_same(sum(v, axis(0)), sum(narrow, axis(0)), "sum of float");
    expect_same(mean(u, axis(0)), mean(a, axis(0)), "mean");
  }
}

TEST(reduce_axes, partial_sums_beyond_the_range) {
  const double most = std::numeric_limits<double>::max();
  ndarray<double, 2> a(shape_t<2>{16, 2}, most);
  for (index_t i = 8; i < 16; ++i) a(i, all) = -most;
  a(15, 1) = 0.0;
  a(14, 1) = 0.0;
  global_array<double, 2> u(process_grid<2>(world(), {0, 1}), a.shape());
  u = a;
  expect_same(sum(u, axis(0)), ndarray<double, 1>{0.0, sum(a(all, 1))}, "sum");
}

TEST(reduce_axes, floats) {
  on_all_grids<float>(10, [](const auto& x) {
    expect_same(sum(x.u, axis(0)), sum(x.a, axis(0)), "sum");
    expect_same(sum(x.u, axis(1)), sum(x.a, axis(1)), "sum");
    if (x.a.size() == 0) return;
    expect_same(mean(x.u, axis(0)), mean(x.a, axis(0)), "mean");
    expect_same(var(x.u, axis(1)), var(x.a, axis(1)), "var");
  });
}

TEST(reduce_axes, integers) {
  on_all_grids<int>(0, [](const auto& x) {
    check_all(x.u, x.a);
    expect_same(prod(x.u), prod(x.a), "prod");
    expect_same(prod(x.u, axis(0)), prod(x.a, axis(0)), "prod");
    expect_same(prod(x.u, axis(1)), prod(x.a, axis(1)), "prod");
  });
}

TEST(reduce_axes, masks) {
  on_all_grids<double>(20, [](const auto& x) {
    expect_same(sum(x.u, masked(x.u > 1.0)), sum(x.a, masked(x.a > 1.0)), "sum");
    expect_same(sum(x.u, axis(0), masked(x.u > 1.0)), sum(x.a, axis(0), masked(x.a > 1.0)), "sum");
    // A mask that every rank has.
    expect_same(sum(x.u, axis(1), masked(x.a < 1.0)), sum(x.a, axis(1), masked(x.a < 1.0)), "sum");
    if (x.a.size() == 0) return;
    expect_same(mean(x.u, axis(1), masked(x.u < 1.0)), mean(x.a, axis(1), masked(x.a < 1.0)),
                "mean");
    expect_same(nanmax(x.u, axis(0)), nanmax(x.a, axis(0)), "nanmax");
    expect_same(nansum(x.u), nansum(x.a), "nansum");
  });
}

// One number of each rank and a thousand: the results must not depend on the place.
TEST(reduce_axes, nan_of_any_rank_at_any_place) {
  const int size = world().size();
  for (const index_t columns : {1, 1000}) {
    const process_grid<2> by_rows(world(), {0, 1});
    global_array<double, 2> u(by_rows, {size, columns});
    for (int rank = 0; rank < size; ++rank) {
      for (const index_t column : {0, 1, 7, 8, 15, 511, 512, 998, 999}) {
        if (column >= columns) continue;
        const double nan =
            std::copysign(std::numeric_limits<double>::quiet_NaN(), column % 2 == 0 ? 1.0 : -1.0);
        u.fill([=](index_t i, index_t j) {
          return i == rank && j == column ? nan : static_cast<double>((i * 7 + j) % 5);
        });
        const ndarray a = u.gather_all();
        expect_same_bits(min(u, axis(0)), min(a, axis(0)));
        expect_same_bits(max(u, axis(0)), max(a, axis(0)));
        expect_same_bits(max(u, axis(1)), max(a, axis(1)));
        expect_same_bits(sum(u, axis(0)), sum(a, axis(0)));
        expect_same_bits(argmin(u, axis(0)), argmin(a, axis(0)));
        expect_same_bits(argmax(u, axis(0)), argmax(a, axis(0)));
        EXPECT_EQ(argmin(u), rank * columns + column);
        EXPECT_EQ(argmax(u), rank * columns + column);
        EXPECT_TRUE(std::isnan(min(u)) && std::isnan(max(2.0 * u)) && std::isnan(sum(u)));
        EXPECT_TRUE(std::isnan(max(u, masked(u != 1.0))));
        EXPECT_EQ(max(u, masked(u == u)), max(a, masked(a == a)));
        expect_same_bits(min(u, axis(0), masked(u != 1.0)), min(a, axis(0), masked(a != 1.0)));
      }
    }
  }
}

// MPI_SUM of Open MPI 4.1.4 saturates such sums in vectors and wraps them behind.
TEST(reduce_axes, small_integers_in_rows_of_any_length) {
  const int size = world().size();
  const process_grid<2> by_rows(world(), {0, 1});
  for (const index_t columns : {1, 7, 1000}) {
    global_array<std::int8_t, 2> u(by_rows, {2 * size, columns});
    u = std::int8_t{127};
    const ndarray sums = sum(u, axis(0));
    EXPECT_TRUE(all(sums == std::int64_t{254} * size)) << columns;
    EXPECT_TRUE(
        all(prod(u(slice(0, 9), all), axis(0)) == prod(u.gather_all()(slice(0, 9), all), axis(0))));
    EXPECT_EQ(sum(u), std::int64_t{254} * size * columns);
    const auto truth = copy(u > std::int8_t{0});
    EXPECT_TRUE(all(sum(truth, axis(0)) == 2 * size));
  }
}

TEST(reduce_axes, views_and_expressions) {
  on_all_grids<double>(20, [](const auto& x) {
    const slice back(none, none, -2);
    check_sums(x.u(back, all), x.a(back, all), axis(0));
    check_sums(x.u.transpose(), x.a.transpose(), axis(0));
    check_sums(x.u(newaxis, all, back), x.a(newaxis, all, back), axis(1));
    if (x.a.size() == 0) return;
    check_extrema(x.u(all, back) - 2.0, x.a(all, back) - 2.0, axis(0));
    check_extrema(2.0 * x.u + x.a, 2.0 * x.a + x.a, axis(1));
    expect_same(argmax(x.u(back, back)), argmax(x.a(back, back)), "argmax");
    expect_same(argmin(x.u(0, all)), argmin(x.a(0, all)), "argmin");
    expect_same(argmin(x.u(all, -1) * 2.0), argmin(x.a(all, -1) * 2.0), "argmin");
    const ndarray<double, 2> expected = x.a - mean(x.a, axis(0));
    global_array<double, 2> v = x.u;
    v = x.u - mean(x.u, axis(0));
    expect_same(v.gather_all(), expected, "less the mean");
    v = x.u / norm(x.u, axis(1), keepdims);
    expect_same(v.gather_all(), ndarray<double, 2>(x.a / norm(x.a, axis(1), keepdims)), "norm");
  });
}

TEST(reduce_axes, of_shifted_slices) {
  const index_t n = 4 * world().size();
  global_array<double, 2> u(process_grid<2>(world()), {n, n}, halo<2>(1));
  fill_numbered(u);
  u *= u;
  const ndarray<double, 2> a = u.gather_all();
  const slice after(1, none);
  const slice before(none, -1);
  expect_same(sum(u(after, all) - u(before, all), axis(0)),
              sum(a(after, all) - a(before, all), axis(0)), "sum");
  u *= 2.0;
  expect_same(argmax(u(after, before) - u(before, after), axis(1)),
              argmax(a(after, before) - a(before, after), axis(1)), "argmax");
}

TEST(reduce_axes, pairwise_distances) {
  // Neither operand is as large as the whole; the computing follows the array that is divided.
  const index_t n = 11;
  global_array<double, 2> p(process_grid<2>(world(), {0, 1}), {n, 3});
  fill_numbered(p);
  p = sqrt(p);
  const ndarray<double, 2> a = p.gather_all();
  const auto apart = p(all, newaxis, all) - a(newaxis, all, all);
  const auto expected = a(all, newaxis, all) - a(newaxis, all, all);
  expect_same(norm(apart, axis(-1)), norm(expected, axis(-1)), "distances");
  expect_same(max(apart), max(expected), "max");
  expect_same(argmax(apart), argmax(expected), "argmax");
}

TEST(reduce_axes, complex_numbers) {
  using complex = std::complex<double>;
  global_array<complex, 2> u(process_grid<2>(world()), {7, 5});
  u.fill([](index_t i, index_t j) {
    return complex(std::sqrt(static_cast<double>(i)), static_cast<double>(j) / 3.0);
  });
  const ndarray<complex, 2> a = u.gather_all();
  expect_same(sum(u, axis(0)), sum(a, axis(0)), "sum");
  expect_same(mean(u, axis(1)), mean(a, axis(1)), "mean");
  expect_same(var(u), var(a), "var");
  EXPECT_NEAR(std::abs(prod(u(slice(1, 3), slice(1, 3))) - prod(a(slice(1, 3), slice(1, 3)))), 0.0,
              1e-12);
}

TEST(reduce_axes, nothing_to_reduce) {
  global_array<double, 2> u(process_grid<2>(world()), {0, 3});
  expect_same(sum(u, axis(0)), ndarray<double, 1>{0, 0, 0}, "sum");
  EXPECT_EQ(sum(u, axis(1)).size(), 0);
  EXPECT_NE(message_of<argument_error>([&] { (void)max(u, axis(0)); }).find("(0, 3)"),
            std::string::npos);
  message_of<argument_error>([&] { (void)argmin(u); });
  message_of<argument_error>([&] { (void)argmin(u, axis(0)); });
  message_of<argument_error>([&] { (void)sum(u, axis(2)); });
}

TEST(reduce_axes, under_any_distribution) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 30; ++trial) {
    const process_grid<2> grid = random_grid<2>(random, world());
    const shape_t<2> shape{random.between(1, 12), random.between(1, 12)};
    global_array<double, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
    generator(3).normal(0.0, 1.0, u);
    const ndarray<double, 2> a = u.gather_all();
    SCOPED_TRACE(describe(u.distribution()));
    expect_same(a, generator(3).normal(0.0, 1.0, shape), "normal");
    expect_same(sum(u, axis(0)), sum(a, axis(0)), "sum");
    expect_same(max(2.0 * u, axis(1), keepdims), max(2.0 * a, axis(1), keepdims), "max");
    expect_same(argmin(u), argmin(a), "argmin");
    expect_same(argmax(u - 1.0, axis(0)), argmax(a - 1.0, axis(0)), "argmax");
    expect_same(argmax(u, masked(u < 5.0)), argmax(a, masked(a < 5.0)), "argmax with a mask");
    expect_same(var(u), var(a), "var");
    EXPECT_EQ(u.at(-1, 0), a.at(-1, 0));
    u.set({0, -1}, 7.0);
    EXPECT_EQ(max(u), 7.0);
  }
}

TEST(reduce_axes, over_some_of_the_ranks) {
  const communicator half = world().split(world().rank() % 2);
  global_array<double, 2> u(process_grid<2>(half), {9, 4});
  fill_numbered(u);
  const ndarray<double, 2> a = u.gather_all();
  expect_same(sum(u, axis(0)), sum(a, axis(0)), "sum");
  expect_same(sum(u, axis(1)), sum(a, axis(1)), "sum");
}
