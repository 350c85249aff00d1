// Running sums, differences, histograms and quantiles against those of the gathered array.
#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/expressions/map.hpp>
#include <tessera/core/math.hpp>
#include <tessera/core/reductions/reduce.hpp>
#include <tessera/distributed/functions/cumulative.hpp>
#include <tessera/distributed/functions/random.hpp>
#include <tessera/distributed/functions/statistics.hpp>

#include <cmath>
#include <limits>
#include <string>

using namespace tessera_test;

namespace {

template <class T, std::size_t N>
void expect_same_sums(const ndarray<T, N>& found, const ndarray<T, N>& expected, const char* what) {
  ASSERT_EQ(to_string(found.shape()), to_string(expected.shape())) << what;
  index_t wrong = 0;
  for (index_t i = 0; i < found.size(); ++i)
    wrong += same_bits(found.data()[i], expected.data()[i]) ? 0 : 1;
  EXPECT_EQ(wrong, 0) << what;
}

/// A random array on every grid, and the same elements here.
template <class Check> void on_all_grids(const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (const process_grid<2>& grid : all_grids<2>(world()))
    for (int i = 0; i < 8; ++i) {
      const auto shape = random_shape_of<2>(random, 12);
      global_array<double, 2> u(grid, random_distribution(random, shape, grid.dims()),
                                random_halo<2>(random, 2));
      generator(static_cast<std::uint64_t>(i)).normal(0.0, 3.0, u);
      SCOPED_TRACE(describe(u.distribution()));
      check(u, u.gather_all());
    }
}

} // namespace

TEST(cumulative, sums_and_products) {
  on_all_grids([](const auto& u, const auto& a) {
    expect_same_sums(cumsum(u, axis(0)).gather_all(), cumsum(a, axis(0)), "cumsum");
    expect_same_sums(cumsum(u, axis(-1)).gather_all(), cumsum(a, axis(-1)), "cumsum");
    expect_same_sums(cumprod(u, axis(0)).gather_all(), cumprod(a, axis(0)), "cumprod");
    expect_same_sums(cumsum(u > 0.0, axis(1)).gather_all(), cumsum(a > 0.0, axis(1)),
                     "cumsum of bool");
    if (a.size() == 0) return;
    expect_same_sums(cumsum(u(all, -1)).gather_all(), cumsum(a(all, -1)), "cumsum of a column");
    expect_same_sums(cumsum(u.transpose(), axis(0)).gather_all(), cumsum(a.transpose(), axis(0)),
                     "cumsum of a transpose");
  });
  message_of<argument_error>([] { (void)cumsum(ones(process_grid<2>(world()), {3, 3}), axis(2)); });
}

TEST(cumulative, differences) {
  on_all_grids([](const auto& u, const auto& a) {
    expect_same_sums(diff(u).gather_all(), diff(a), "diff");
    expect_same_sums(diff(u, axis(0)).gather_all(), diff(a, axis(0)), "diff");
    expect_same_sums(diff(u, 3, axis(0)).gather_all(), diff(a, 3, axis(0)), "diff");
    expect_same_sums(diff(u > 0.0, axis(0)).gather_all(), diff(a > 0.0, axis(0)), "diff of bool");
    expect_same_sums(diff(u, 0).gather_all(), a, "diff");
  });
  message_of<argument_error>([] { (void)diff(ones(process_grid<1>(world()), {3}), -1); });
  const auto whole = arange(process_grid<1>(world()), 9);
  expect_same_sums(gradient(whole * whole).gather_all(), gradient(arange(9) * arange(9)),
                   "gradient");
  message_of<shape_error>([] { (void)gradient(ones(process_grid<1>(world()), {1})); });
}

TEST(cumulative, histograms) {
  on_all_grids([](const auto& u, const auto& a) {
    expect_same_sums(histogram(u, 7, -4.0, 4.0).counts, histogram(a, 7, -4.0, 4.0).counts,
                     "histogram");
    const auto found = histogram(u);
    const auto expected = histogram(a);
    expect_same_sums(found.counts, expected.counts, "histogram");
    expect_same_sums(found.edges, expected.edges, "edges");
    const ndarray<double, 1> edges{-3, -1, 0, 5};
    expect_same_sums(histogram(abs(u), edges).counts, histogram(abs(a), edges).counts, "histogram");
  });
  message_of<argument_error>([] { (void)histogram(ones(process_grid<1>(world()), {3}), 0); });
}

TEST(cumulative, quantiles) {
  on_all_grids([](auto& u, const auto& a) {
    if (a.size() == 0) {
      message_of<argument_error>([&] { (void)median(u); });
      return;
    }
    EXPECT_EQ(median(u), median(a));
    for (const double q : {0.0, 3.0, 25.0, 77.7, 100.0})
      EXPECT_EQ(percentile(u, q), percentile(a, q)) << q;
    EXPECT_EQ(median(round(u)), median(round(a)));
    EXPECT_EQ(median(u(0, all)), median(a(0, all)));
    EXPECT_EQ(quantile(astype<float>(u), 0.3), quantile(astype<float>(a), 0.3));
    message_of<argument_error>([&] { (void)quantile(u, 1.5); });
    const double infinity = std::numeric_limits<double>::infinity();
    global_array<double, 2> v(u.grid(), u.distribution());
    v = where(u > 0.0, infinity, -infinity);
    EXPECT_EQ(median(v(slice(0, 1), slice(0, 1))), v.at(0, 0));
    v.set({0, -1}, std::numeric_limits<double>::quiet_NaN());
    EXPECT_TRUE(std::isnan(median(v)));
  });
}

TEST(cumulative, under_any_distribution) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 20; ++trial) {
    const process_grid<2> grid = random_grid<2>(random, world());
    const shape_t<2> shape{random.between(1, 12), random.between(1, 12)};
    global_array<double, 2> u(grid, distribution_of_any_kind(random, shape, grid.dims()));
    generator(3).normal(0.0, 1.0, u);
    const ndarray<double, 2> a = u.gather_all();
    SCOPED_TRACE(describe(u.distribution()));
    expect_same_sums(cumsum(u, axis(0)).gather_all(), cumsum(a, axis(0)), "cumsum");
    expect_same_sums(diff(u, axis(1)).gather_all(), diff(a, axis(1)), "diff");
    if (shape[0] > 1)
      expect_same_sums(gradient(u, 0.1, axis(0)).gather_all(), gradient(a, 0.1, axis(0)),
                       "gradient");
    expect_same_sums(histogram(u, 5).counts, histogram(a, 5).counts, "histogram");
    EXPECT_EQ(median(u), median(a));
    expect_same_sums(quantile(u, {0.1, 0.9}), quantile(a, {0.1, 0.9}), "quantiles");
  }
}

TEST(cumulative, same_bits_along_one_divided_axis) {
  global_array<float, 1> u(process_grid<1>(world()), {1000});
  generator(7).normal(0.0, 1e3, u);
  expect_same_sums(cumsum(u).gather_all(), cumsum(u.gather_all()), "cumsum");
  global_array<int, 1> v(process_grid<1>(world()), {1000});
  generator(7).integers(-1000000000, 1000000000, v);
  expect_same_sums(cumsum(v).gather_all(), cumsum(v.gather_all()), "cumsum");
}
