// Quantiles along axes and of some elements, against those of the gathered array.
#include "../core/message_of.hpp"
#include "gathered.hpp"

#include <tessera/core/math.hpp>
#include <tessera/distributed/random.hpp>
#include <tessera/distributed/statistics.hpp>

#include <cmath>

using namespace tessera_test;

namespace {

/// The same elements, or NaN in both.
template <class A, class B> bool same(const A& found, const B& expected) {
  return found.shape() == expected.shape() &&
         all((found == expected) || (found != found && expected != expected));
}

} // namespace

TEST(quantiles, along_axes) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 20; ++trial) {
    gathered_case c(random, {random.between(1, 9), random.between(1, 9)});
    generator(static_cast<std::uint64_t>(trial)).normal(0.0, 1.0, c.u);
    const ndarray<double, 2> a = c.u.gather_all();
    SCOPED_TRACE(c.what);
    EXPECT_TRUE(same(median(c.u, axis(0)), median(a, axis(0))));
    EXPECT_TRUE(same(percentile(c.u, 30, axis(1), keepdims), percentile(a, 30, axis(1), keepdims)));
    EXPECT_TRUE(same(quantile(c.u, {0.1, 0.8}, axis(-1)), quantile(a, {0.1, 0.8}, axis(-1))));
    EXPECT_TRUE(same(median(abs(c.u.transpose()), axis(0)), median(abs(a.transpose()), axis(0))));
    EXPECT_TRUE(same(median(c.u(slice(none, none, -1), 0), axis(0), keepdims),
                     median(a(slice(none, none, -1), 0), axis(0), keepdims)));
  }
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
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 15; ++trial) {
    gathered_case c(random, {random.between(1, 9), random.between(1, 9)});
    generator(static_cast<std::uint64_t>(trial)).normal(0.0, 1.0, c.u);
    const ndarray<double, 2> a = c.u.gather_all();
    SCOPED_TRACE(c.what);
    const double found = quantile(c.u, 0.4, masked(c.u > -0.5));
    const double expected = quantile(a, 0.4, masked(a > -0.5));
    EXPECT_TRUE(found == expected || (std::isnan(found) && std::isnan(expected)));
    EXPECT_TRUE(same(median(c.u, axis(0), masked(c.u > 0.0)), median(a, axis(0), masked(a > 0.0))));
  }
}
