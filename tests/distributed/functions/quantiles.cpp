// Quantiles along axes and of some elements, against those of the gathered array.
#include "message_of.hpp"
#include "normal_case.hpp"

#include <tessera/core/expressions/map.hpp>
#include <tessera/distributed/functions/statistics.hpp>

#include <cmath>

using namespace tessera_test;

TEST(quantiles, along_axes) {
  on_random_arrays([](const auto& u, const auto& a) {
    EXPECT_TRUE(same(median(u, axis(0)), median(a, axis(0))));
    EXPECT_TRUE(same(percentile(u, 30, axis(1), keepdims), percentile(a, 30, axis(1), keepdims)));
    EXPECT_TRUE(same(quantile(u, {0.1, 0.8}, axis(-1)), quantile(a, {0.1, 0.8}, axis(-1))));
    EXPECT_TRUE(same(median(abs(u.transpose()), axis(0)), median(abs(a.transpose()), axis(0))));
    EXPECT_TRUE(same(median(u(slice(none, none, -1), 0), axis(0), keepdims),
                     median(a(slice(none, none, -1), 0), axis(0), keepdims)));
  });
  const global_array<double, 2> nothing(process_grid<2>(world()), {0, 4});
  message_of<argument_error>([&] { return median(nothing, axis(0)).size(); });
  EXPECT_EQ(median(nothing, axis(1)).size(), 0);
}

TEST(quantiles, three_axes) {
  global_array<float, 3> u(process_grid<3>(world()), {5, 4, 6});
  generator(5).normal(0.0, 1.0, u);
  const ndarray<float, 3> a = u.gather_all();
  EXPECT_TRUE(same(median(u, axis(0, 2)), median(a, axis(0, 2))));
  EXPECT_TRUE(same(quantile(u, {0.25, 0.5}, axis(1), keepdims),
                   quantile(a, {0.25, 0.5}, axis(1), keepdims)));
}

TEST(quantiles, of_some_elements) {
  on_random_arrays([](const auto& u, const auto& a) {
    EXPECT_TRUE(same(quantile(u, 0.4, masked(u > -0.5)), quantile(a, 0.4, masked(a > -0.5))));
    EXPECT_TRUE(same(median(u, axis(0), masked(u > 0.0)), median(a, axis(0), masked(a > 0.0))));
  });
}

// Zeros of both signs, in any order: the same bits on every number of ranks, and none is -0.
TEST(quantiles, zeros_have_no_sign) {
  const process_grid<2> grid(world());
  for (const double where : {-1.0, 0.0, 3.0, 7.0}) {
    global_array<double, 2> u(grid, {4, 6});
    u.fill(
        [where](index_t i, index_t j) { return static_cast<double>(i + j) <= where ? 0.0 : -0.0; });
    for (const double q : {0.0, 0.3, 0.5, 0.9, 1.0})
      EXPECT_FALSE(std::signbit(quantile(u, q))) << q;
    EXPECT_FALSE(std::signbit(median(u)));
    EXPECT_FALSE(any(map([](double x) { return std::signbit(x); }, median(u, axis(0)))));
    EXPECT_FALSE(std::signbit(median(u, masked(u <= 0.0))));
    EXPECT_FALSE(std::signbit(min(u)) || std::signbit(max(u)));
  }
  global_array<double, 2> far(grid, {2, 1});
  far.fill([](index_t i, index_t) { return i == 0 ? -1e308 : 1e308; });
  EXPECT_EQ(quantile(far, 0.25), -5e307);
}
