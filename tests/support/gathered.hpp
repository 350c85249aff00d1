// Global arrays beside the same elements gathered: truth is what core makes of these.
#pragma once

#include "cases.hpp"

#include <tessera/core/reductions/reduce.hpp>
#include <tessera/core/text/format.hpp>
#include <tessera/distributed/reduce.hpp>

#include <string>

namespace tessera_test {

template <class Global, class Local>
void expect_same(const Global& found, const Local& expected, const std::string& what) {
  const auto whole = found.gather_all();
  ASSERT_EQ(to_string(whole.shape()), to_string(expected.shape())) << what;
  EXPECT_TRUE(array_equal(whole, expected)) << what;
}

/// A random global array, with everything that distributions can be, and the same gathered.
struct gathered_case {
  explicit gathered_case(random_source& random, index_t most = 8)
      : gathered_case(random, random_shape_of<2>(random, most)) {}
  gathered_case(random_source& random, const shape_t<2>& shape) {
    const process_grid<2> grid = random_grid<2>(random, world());
    u = global_array<double, 2>(grid, distribution_of_any_kind(random, shape, grid.dims()));
    fill_numbered(u);
    whole = u.gather_all();
    what = describe(u.distribution());
  }

  global_array<double, 2> u;
  ndarray<double, 2> whole;
  std::string what;
};

} // namespace tessera_test
