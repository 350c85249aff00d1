// Convolution, interpolation and phases over ranks, against those of the gathered arrays.
#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/random.hpp>
#include <tessera/distributed/signals/convolve.hpp>
#include <tessera/distributed/signals/interp.hpp>
#include <tessera/distributed/signals/unwrap.hpp>

using namespace tessera_test;

namespace {

global_array<double, 1> random_line(random_source& random, index_t n) {
  const process_grid<1> grid = random_grid<1>(random, world());
  global_array<double, 1> u(grid, distribution_of_any_kind(random, shape_t<1>{n}, grid.dims()));
  generator(static_cast<std::uint64_t>(random.between(1, 1000))).normal(0.0, 5.0, u);
  return u;
}

} // namespace

TEST(signals, convolution) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 6; ++trial) {
    const auto u = random_line(random, random.between(1, 40));
    const auto v = random_line(random, random.between(1, random.one_in(3) ? 60 : 7));
    const auto a = u.gather_all();
    const auto b = v.gather_all();
    SCOPED_TRACE(describe(u.distribution()));
    for (const auto mode : {convolve_mode::full, convolve_mode::same, convolve_mode::valid}) {
      expect_same(convolve(u, b, mode), convolve(a, b, mode), "with a local one");
      expect_same(convolve(u, v, mode), convolve(a, b, mode), "with a global one");
      expect_same(correlate(u, b, mode), correlate(a, b, mode), "correlated");
      expect_same(correlate(u + 1.0, v, mode), correlate(a + 1.0, b, mode), "correlated");
    }
    expect_same(convolve(u > 0.0, b > 0.0), convolve(a > 0.0, b > 0.0), "of bool");
  }
  const auto none_at_all = zeros(process_grid<1>(world()), {0});
  EXPECT_EQ(message_of<argument_error>([&] { (void)convolve(none_at_all, ndarray{1.0}); }),
            "convolve of 0 and 1 values; neither must be empty");
}

TEST(signals, interpolation) {
  random_source random;
  SCOPED_TRACE(random.trace());
  const ndarray places{-4.0, -1.0, 0.0, 0.5, 7.0};
  const ndarray values{1.0, 3.0, -2.0, 8.0, 0.0};
  for (int trial = 0; trial < 6; ++trial) {
    const auto u = random_line(random, random.between(0, 40));
    const auto a = u.gather_all();
    expect_same(interp(u, places, values), interp(a, places, values), "interp");
    expect_same(interp(2.0 * u, places, values, {.left = 9.0, .period = 3.0}),
                interp(2.0 * a, places, values, {.left = 9.0, .period = 3.0}), "periodic");
  }
  const auto u = ones(process_grid<1>(world()), {3});
  EXPECT_EQ(message_of<shape_error>([&] { (void)interp(u, places, ndarray{1.0}); }),
            "interp in a table of 5 places and 1 values; there must be as many of both");
}

TEST(signals, phases) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 10; ++trial) {
    gathered_case next(random, 9);
    generator(static_cast<std::uint64_t>(trial)).normal(0.0, 9.0, next.u);
    const auto& u = next.u;
    const auto a = u.gather_all();
    SCOPED_TRACE(next.what);
    expect_same(unwrap(u), unwrap(a), "unwrap");
    expect_same(unwrap(u, {.period = 5.0, .discont = 4.0}, axis(0)),
                unwrap(a, {.period = 5.0, .discont = 4.0}, axis(0)), "unwrap");
  }
  const auto u = ones(process_grid<1>(world()), {3});
  EXPECT_EQ(message_of<argument_error>([&] { (void)unwrap(u, {.period = 0.0}); }),
            "unwrap with a period of 0; it must be positive");
}
