#include "cases.hpp"
#include "message_of.hpp"

#include <tessera/core/complex.hpp>
#include <tessera/core/math.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/reduce_all.hpp>

#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <tuple>

using namespace tessera_test;

namespace {

template <class T> void expect_bits(const T& found, const T& expected, const char* what) {
  EXPECT_TRUE(same_bits(found, expected)) << what << ": " << found << " is not " << expected;
}

double value_at(index_t i, index_t j) {
  const auto k = static_cast<double>((31 * i + 17 * j) % 101 - 50);
  return std::ldexp(k, static_cast<int>((7 * i + j) % 60) - 30);
}

TEST(reduce_all, gives_what_each_reduction_gives_alone) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int round = 0; round < 6; ++round) {
    const shape_t<2> shape{random.between(1, 9), random.between(1, 40)};
    const process_grid<2> grid = random_grid<2>(random, world());
    const auto where = distribution_of_any_kind(random, shape, grid.dims());
    SCOPED_TRACE(describe(where));
    global_array<double, 2> u(grid, where);
    global_array<double, 2> v(grid, where);
    u.fill(&value_at);
    v.fill([](index_t i, index_t j) { return value_at(j, i) + 0.1; });
    const auto [total, product, length, average, low, high] =
        reduce_all(lazy::sum(u), lazy::dot(u, v), lazy::norm(v), lazy::mean(u - v), lazy::min(u),
                   lazy::max(abs(u)));
    expect_bits(total, sum(u), "sum");
    expect_bits(product, vdot(u, v), "dot");
    expect_bits(length, norm(v), "norm");
    expect_bits(average, mean(u - v), "mean");
    expect_bits(low, min(u), "min");
    expect_bits(high, max(abs(u)), "max");
  }
}

TEST(reduce_all, takes_all_types_of_elements) {
  const process_grid<1> grid(world());
  const shape_t<1> shape{37};
  const auto u =
      fromfunction([](index_t i) { return static_cast<float>(i) * 0.3F - 4; }, grid, shape);
  const auto n =
      fromfunction([](index_t i) { return static_cast<std::uint64_t>(-i - 1); }, grid, shape);
  const auto k =
      fromfunction([](index_t i) { return static_cast<short>(i * 31 - 500); }, grid, shape);
  const auto z = fromfunction(
      [](index_t i) { return std::complex<double>(static_cast<double>(i), 0.1); }, grid, shape);
  const auto [a, b, c, d, e, f, g, h] =
      reduce_all(lazy::max(u), lazy::min(n), lazy::max(n), lazy::sum(k), lazy::min(k), lazy::sum(z),
                 lazy::mean(k), lazy::all(u));
  expect_bits(a, max(u), "float");
  EXPECT_EQ(b, min(n));
  EXPECT_EQ(c, max(n));
  EXPECT_EQ(d, sum(k));
  EXPECT_EQ(e, min(k));
  EXPECT_EQ(f, sum(z));
  expect_bits(g, mean(k), "mean of integers");
  EXPECT_TRUE(h);
  const auto [some] = reduce_all(lazy::any(u > 100.0F));
  EXPECT_FALSE(some);
}

TEST(reduce_all, knows_nan_infinity_and_zero) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double endless = std::numeric_limits<double>::infinity();
  const process_grid<1> grid(world());
  auto u = zeros(grid, shape_t<1>{11});
  u = -u;
  EXPECT_FALSE(std::signbit(std::get<0>(reduce_all(lazy::max(u)))));
  u.set({3}, -endless);
  EXPECT_EQ(reduce_all(lazy::min(u), lazy::max(u)), std::tuple(-endless, 0.0));
  u.set({10}, nan);
  const auto [low, high, total] = reduce_all(lazy::min(u), lazy::max(u), lazy::sum(u));
  EXPECT_TRUE(std::isnan(low) && std::isnan(high) && std::isnan(total));
}

TEST(reduce_all, is_split_in_two) {
  const process_grid<1> grid(world());
  auto u = ones(grid, shape_t<1>{100});
  auto first = start_reduce_all(lazy::sum(u), lazy::max(u));
  u = 2.0;
  auto second = start_reduce_all(lazy::sum(u));
  EXPECT_EQ(second.wait(), std::tuple(200.0));
  EXPECT_EQ(first.wait(), std::tuple(100.0, 1.0));
  { const auto unused = start_reduce_all(lazy::sum(u)); }
  exact_sum mine;
  mine.add(0.1);
  const auto [tenths] = reduce_all(world(), lazy::parts(mine));
  exact_sum all;
  for (int r = 0; r < world().size(); ++r) all.add(0.1);
  expect_bits(tenths, all.value(), "parts");
}

TEST(reduce_all, takes_sums_that_are_rounded_on_the_way) {
  const process_grid<2> grid(world());
  global_array<double, 2> u(grid, {9, 31});
  u.fill([](index_t i, index_t j) { return std::sin(static_cast<double>(3 * i + j)); });
  const auto [plain, exact, product, most] =
      reduce_all(lazy::fast_sum(u), lazy::sum(u), lazy::fast_dot(u, 2.0 * u), lazy::max(u));
  EXPECT_NEAR(plain, exact, 1e-12);
  expect_bits(exact, sum(u), "sum");
  EXPECT_NEAR(product, 2.0 * vdot(u, u), 1e-11);
  EXPECT_EQ(most, max(u));
  auto alone = start_reduce_all(lazy::fast_sum(u), lazy::fast_sum(u + 1.0));
  const auto [first, second] = alone.wait();
  EXPECT_NEAR(first, exact, 1e-12);
  EXPECT_NEAR(second, exact + 279.0, 1e-11);
}

TEST(reduce_all, refuses_nothing_to_reduce) {
  const process_grid<1> grid(world());
  const auto none = zeros(grid, shape_t<1>{0});
  EXPECT_EQ(std::get<0>(reduce_all(lazy::sum(none))), 0.0);
  const auto text =
      message_of<argument_error>([&] { static_cast<void>(reduce_all(lazy::max(none))); });
  EXPECT_NE(text.find("max"), std::string::npos) << text;
}

} // namespace
