// A local array over ranks, in any way.
#pragma once

#include "cases.hpp"

#include <tessera/distributed/global_array.hpp>

namespace tessera_test {

template <class T, std::size_t N>
tessera::global_array<T, N> spread(random_source& random, const tessera::ndarray<T, N>& whole) {
  const tessera::process_grid<N> grid = random_grid<N>(random, world());
  tessera::global_array<T, N> result(grid,
                                     distribution_of_any_kind(random, whole.shape(), grid.dims()));
  result.scatter(whole);
  return result;
}

} // namespace tessera_test
