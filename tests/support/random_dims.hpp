// Dims of a grid, drawn.
#pragma once

#include "cases.hpp"

#include <algorithm>

namespace tessera_test {

/// Any of those that multiply to so many ranks.
template <std::size_t N> grid_dims<N> random_dims(random_source& random, int ranks) {
  const std::vector<int> dims = any_of(random, all_dims(ranks, N));
  grid_dims<N> result{};
  std::copy(dims.begin(), dims.end(), result.begin());
  return result;
}

} // namespace tessera_test
