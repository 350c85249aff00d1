// Reductions that other test files leave out, against those of the gathered array.
#include "normal_case.hpp"

#include <tessera/core/math.hpp>
#include <tessera/distributed/functions/statistics.hpp>

using namespace tessera_test;

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
    const closeness near{.rtol = 1e-13, .atol = 1e-13};
    EXPECT_TRUE(allclose(fast_sum(u, axis(0)), sum(a, axis(0)), near));
    EXPECT_TRUE(allclose(fast_sum(u, axis(1)), sum(a, axis(1)), near));
    EXPECT_TRUE(
        allclose(fast_sum(2.0 * u, axis(-1), keepdims), sum(2.0 * a, axis(-1), keepdims), near));
    EXPECT_TRUE(
        allclose(fast_sum(u, axis(0), masked(u > 0.5)), sum(a, axis(0), masked(a > 0.5)), near));
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
