// Sums of weights over ranks, against those of the gathered arrays: NumPy's order of additions.
#include "message_of.hpp"
#include "random_matrices.hpp"
#include "spread.hpp"

#include <tessera/core/statistics/histogram.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/subscripts/weighted_counts.hpp>

#include <gtest/gtest.h>

using namespace tessera;
using namespace tessera_test;

TEST(weighted_counts, have_the_bits_of_sums_in_order) {
  random_source random;
  for (int n = 0; n < 12; ++n) {
    const shape_t<1> shape{random.between(0, 200)};
    ndarray<int, 1> kinds(shape);
    for (index_t i = 0; i < kinds.size(); ++i) kinds(i) = static_cast<int>(random.between(0, 9));
    const auto weights = random_array<double, 1>(random, shape);
    const index_t at_least = random.between(0, 12);
    const auto found = bincount(spread(random, kinds), spread(random, weights), at_least);
    EXPECT_TRUE(array_equal(found, bincount(kinds, weights, at_least))) << random.trace();
  }
}

TEST(weighted_counts, mistakes_are_named_on_all_ranks) {
  const process_grid<1> line(world());
  auto kinds = zeros<int>(line, shape_t<1>{20});
  EXPECT_EQ(
      message_of<shape_error>(
          [&] { static_cast<void>(bincount(kinds, zeros(line, shape_t<1>{19}))); }),
      "bincount of shape (20,) with weights of shape (19,): each integer must have its weight");
  kinds.set({17}, -2);
  EXPECT_EQ(message_of<argument_error>(
                [&] { static_cast<void>(bincount(kinds, zeros(line, shape_t<1>{20}))); }),
            "bincount of -2, which is negative");
  for (const index_t n : {0, 20})
    EXPECT_EQ(message_of<argument_error>([&] {
                static_cast<void>(
                    bincount(zeros<int>(line, shape_t<1>{n}), zeros(line, shape_t<1>{n}), -4));
              }),
              "bincount with at_least -4, which is negative; it is how many counts there are at "
              "least, 0 if that is left to the integers");
}
