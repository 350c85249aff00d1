/// @file
/// Arrays that functions of the index fill, on several threads.
#include "with_threads.hpp"
#include "world.hpp"

#include <tessera/distributed.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>

using namespace tessera;
using tessera_test::world;

namespace {

/// More than 65536 elements for each of seven ranks.
constexpr shape_t<2> large{700, 1021};

double value_of(index_t i, index_t j) { return static_cast<double>(i * 10000 + j); }

/// How many of this rank's elements are not as `value_of` has them, by their places one by one.
template <class Array> index_t elements_filled_wrong(const Array& u) {
  index_t wrong = 0;
  const auto mine = u.owned();
  shape_t<2> local{};
  for (local[0] = 0; local[0] < mine.shape()[0]; ++local[0])
    for (local[1] = 0; local[1] < mine.shape()[1]; ++local[1]) {
      const shape_t<2> index = u.distribution().to_global(world().rank(), local);
      wrong += mine(local[0], local[1]) == value_of(index[0], index[1]) ? 0 : 1;
    }
  return wrong;
}

} // namespace

TEST(fill, every_element_once_by_any_number_of_threads) {
  const process_grid<2> grid(world());
  const distribution<2> dealt({axis_distribution::cyclic(large[0], grid.dims()[0], 3),
                               axis_distribution::cyclic(large[1], grid.dims()[1], 2)});
  for (const int threads : {1, 2, 3, 4}) {
    const with_threads here(threads);
    std::atomic<index_t> calls = 0;
    const auto value = [&](index_t i, index_t j) {
      calls.fetch_add(1, std::memory_order_relaxed);
      return value_of(i, j);
    };
    global_array<double, 2> u(grid, large, halo<2>(1));
    u.fill(value);
    EXPECT_EQ(calls, u.owned().size());
    EXPECT_EQ(elements_filled_wrong(u), 0);
    global_array<double, 2> v(grid, dealt);
    v.fill(value);
    EXPECT_EQ(elements_filled_wrong(v), 0);
  }
}

TEST(fill, evenly_spaced_numbers_of_all_ranks) {
  constexpr index_t n = 700001;
  const process_grid<1> grid(world());
  const with_threads here(3);
  EXPECT_TRUE(array_equal(arange(grid, 0.0, static_cast<double>(n), 1.0).gather_all(),
                          arange(0.0, static_cast<double>(n), 1.0)));
  EXPECT_TRUE(array_equal(linspace(grid, -1.0, 2.0, n).gather_all(), linspace(-1.0, 2.0, n)));
}

TEST(fill, what_changes_itself_is_called_in_order) {
  const with_threads here(4);
  global_array<double, 2> u(process_grid<2>(world()), large);
  u.fill([next = 0.0](index_t, index_t) mutable { return next++; });
  const auto mine = u.owned();
  EXPECT_TRUE(array_equal(ravel(mine), arange(static_cast<double>(mine.size()))));
}

TEST(fill, the_first_error_is_the_same_for_any_number_of_threads) {
  for (const int threads : {1, 2, 4}) {
    const with_threads here(threads);
    global_array<double, 2> u(process_grid<2>(world()), large);
    const index_t last = u.block().upper[0] - 1;
    std::string message;
    try {
      u.fill([&](index_t i, index_t j) {
        if (i == last) throw index_error("element " + std::to_string(j));
        return 0.0;
      });
    } catch (const index_error& e) {
      message = e.what();
    }
    EXPECT_NE(message.find("element 0"), std::string::npos) << message;
  }
}
