// Reductions that other test files leave out, against those of the gathered array.
#include "gathered.hpp"

#include <tessera/core/math.hpp>
#include <tessera/distributed/random.hpp>
#include <tessera/distributed/statistics.hpp>

#include <cmath>

using namespace tessera_test;

namespace {

template <class X> bool same(const X& found, const X& expected) {
  if constexpr (array_operand<X>)
    return found.shape() == expected.shape() &&
           all((found == expected) || (found != found && expected != expected));
  else
    return found == expected || (std::isnan(found) && std::isnan(expected));
}

template <class Check> void on_random_arrays(const Check& check) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 15; ++trial) {
    gathered_case c(random, {random.between(1, 9), random.between(1, 9)});
    generator(static_cast<std::uint64_t>(trial)).normal(0.0, 1.0, c.u);
    c.whole = c.u.gather_all();
    SCOPED_TRACE(c.what);
    check(c.u, c.whole);
  }
}

} // namespace

TEST(averages, with_weights) {
  on_random_arrays([](const auto& u, const auto& a) {
    EXPECT_EQ(average(u, abs(u)), average(a, abs(a)));
    EXPECT_TRUE(same(average(u, abs(u), axis(0)), average(a, abs(a), axis(0))));
    EXPECT_TRUE(same(average(u, square(u), axis(1)), average(a, square(a), axis(1))));
  });
}

TEST(averages, without_nan) {
  on_random_arrays([](const auto& u, const auto& a) {
    // Roots of numbers below zero are NaN.
    if (any(a >= 0.0)) {
      EXPECT_TRUE(same(nanmean(sqrt(u)), nanmean(sqrt(a))));
    }
    EXPECT_TRUE(same(nanmean(sqrt(u), axis(0)), nanmean(sqrt(a), axis(0))));
    EXPECT_TRUE(same(nanmin(sqrt(u)), nanmin(sqrt(a))));
    EXPECT_TRUE(same(nanmin(sqrt(u), axis(0)), nanmin(sqrt(a), axis(0))));
    EXPECT_TRUE(same(nanmax(sqrt(u), axis(1)), nanmax(sqrt(a), axis(1))));
    // Means beside a cyclic axis would have to be picked to pieces.
    if (u.distribution().is_cyclic()) return;
    EXPECT_TRUE(same(nanvar(sqrt(u), axis(1)), nanvar(sqrt(a), axis(1))));
    EXPECT_TRUE(same(nanstd(sqrt(u), axis(0)), nanstd(sqrt(a), axis(0))));
  });
}

TEST(averages, where_extrema_of_some_elements_are) {
  on_random_arrays([](const auto& u, const auto& a) {
    const double middle = median(a);
    EXPECT_EQ(argmin(u, masked(u >= middle)), argmin(a, masked(a >= middle)));
    EXPECT_EQ(argmax(u, masked(u <= middle)), argmax(a, masked(a <= middle)));
    EXPECT_TRUE(same(var(u, masked(u >= middle)), var(a, masked(a >= middle))));
  });
}

// Their roundings depend on the blocks.
TEST(averages, fast_sums) {
  on_random_arrays([](const auto& u, const auto& a) {
    EXPECT_NEAR(fast_sum(u), sum(a), 1e-13);
    EXPECT_NEAR(fast_sum(u * 2.0 + 1.0), sum(a * 2.0 + 1.0), 1e-12);
    EXPECT_NEAR(fast_dot(u, u), sum(a * a), 1e-12);
    EXPECT_EQ(vdot(u, u + 1.0), vdot(a, a + 1.0));
    EXPECT_EQ(dot(u(all, -1), u(all, -1) + 1.0), dot(a(all, -1), a(all, -1) + 1.0));
  });
}

TEST(averages, closeness) {
  on_random_arrays([](const auto& u, const auto& a) {
    EXPECT_EQ(count_nonzero(isclose(u, u * (1.0 + 1e-6))), a.size());
    EXPECT_EQ(count_nonzero(isclose(u, 0.0, {.atol = 0.5})),
              count_nonzero(isclose(a, 0.0, {.atol = 0.5})));
    EXPECT_TRUE(allclose(u, u + 1e-12));
    EXPECT_FALSE(allclose(u, u + 1.0));
  });
}
