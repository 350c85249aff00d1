// Choices and random orders of global arrays: those of the gathered array.
#include "gathered.hpp"
#include "message_of.hpp"

#include <tessera/distributed/functions/random.hpp>

using namespace tessera_test;

TEST(shuffle, permutation_and_shuffle) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 25; ++trial) {
    gathered_case c(random);
    generator of_global(7);
    generator of_local(7);
    expect_same(of_global.permutation(c.u), of_local.permutation(c.whole), c.what);
    expect_same(of_global.permutation(2.0 * c.u), of_local.permutation(2.0 * c.whole), c.what);
    of_global.shuffle(c.u);
    of_local.shuffle(c.whole);
    expect_same(c.u, c.whole, c.what);
    auto rows = c.u(slice(1, none));
    of_global.shuffle(rows);
    of_local.shuffle(c.whole(slice(1, none)));
    expect_same(c.u, c.whole, c.what);
    EXPECT_EQ(of_global.random(), of_local.random()) << "both are as far";
  }
}

TEST(shuffle, choice) {
  random_source random;
  SCOPED_TRACE(random.trace());
  for (int trial = 0; trial < 25; ++trial) {
    gathered_case c(random, {random.between(1, 9), random.between(1, 9)});
    generator of_global(8);
    generator of_local(8);
    const auto column = c.u(all, 0);
    const auto local = c.whole(all, 0);
    expect_same(of_global.choice(column, 12), of_local.choice(local, 12), c.what);
    const index_t n = random.between(0, local.size());
    expect_same(of_global.choice(column, n, {.replace = false}),
                of_local.choice(local, n, {.replace = false}), c.what);
  }
  const global_array<double, 1> u(process_grid<1>(world()), {5});
  message_of<argument_error>([&] { generator(1).choice(u, 6, {.replace = false}); });
}
