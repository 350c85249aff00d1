// bincount and digitize over ranks, against loops over the gathered array.
#include "message_of.hpp"
#include "normal_case.hpp"

#include <tessera/core/elements/ufuncs.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/functions/counts.hpp>

#include <cmath>
#include <vector>

using namespace tessera_test;

TEST(counts, of_integers) {
  on_random_arrays([](const auto& u, const auto& a) {
    const auto cells = astype<int>(floor(abs(u) * 3.0));
    std::vector<index_t> expected(4, 0);
    for (index_t i = 0; i < a.size(); ++i) {
      const auto k = static_cast<std::size_t>(std::floor(std::abs(a.data()[i]) * 3.0));
      if (k >= expected.size()) expected.resize(k + 1, 0);
      ++expected[k];
    }
    const auto found = bincount(cells, 4);
    ASSERT_EQ(found.size(), static_cast<index_t>(expected.size()));
    for (std::size_t k = 0; k < expected.size(); ++k)
      EXPECT_EQ(found(static_cast<index_t>(k)), expected[k]);
  });
}

TEST(counts, of_nothing_and_of_what_cannot_be_counted) {
  const process_grid<1> line(world());
  EXPECT_EQ(bincount(global_array<int, 1>(line, {0})).size(), 0);
  EXPECT_EQ(bincount(global_array<int, 1>(line, {0}), 3).size(), 3);
  auto u = zeros<int>(line, shape_t<1>{20});
  u.set({17}, -2);
  EXPECT_EQ(message_of<argument_error>([&] { return bincount(u).size(); }),
            "bincount of -2, which is negative");
}

TEST(counts, cannot_be_fewer_than_none) {
  const process_grid<1> line(world());
  for (const index_t n : {0, 20})
    EXPECT_EQ(message_of<argument_error>(
                  [&] { static_cast<void>(bincount(zeros<int>(line, shape_t<1>{n}), -4)); }),
              "bincount with at_least -4, which is negative; it is how many counts there are at "
              "least, 0 if that is left to the integers");
}

TEST(counts, bins) {
  on_random_arrays([](const auto& u, const auto& a) {
    const ndarray edges{-1.0, -0.25, 0.0, 0.75};
    for (const side where : {side::left, side::right}) {
      const auto up = digitize(u, edges, where).gather_all();
      const auto down = digitize(u, edges(slice(none, none, -1)), where).gather_all();
      for (index_t i = 0; i < a.size(); ++i) {
        index_t below = 0;
        for (index_t k = 0; k < 4; ++k)
          below += where == side::left ? edges(k) < a.data()[i] : edges(k) <= a.data()[i];
        EXPECT_EQ(up.data()[i], below);
        EXPECT_EQ(down.data()[i], 4 - below);
      }
    }
  });
  const auto zeros_of_both =
      digitize(zeros(process_grid<1>(world()), shape_t<1>{5}), ndarray{0.0, 1.0});
  EXPECT_TRUE(all(zeros_of_both == 1));
}
