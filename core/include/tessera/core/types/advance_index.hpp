/// @file
/// Walks over all positions of a shape.
#pragma once

#include <cstddef>

namespace tessera::detail {

/// Goes to the next position, the last axis fastest: one axis moves on, those behind it begin
/// again. Returns how many axes there are up to the one that moved; 0 behind the last position,
/// where all have begun again. `size_of(d)` is the size of axis d; none is 0.
template <class Index, class SizeOf>
requires requires(const SizeOf& size_of) { size_of(std::size_t{}); }
std::size_t advance_index(Index* at, std::size_t ndim, const SizeOf& size_of) {
  while (ndim > 0 && ++at[ndim - 1] == size_of(ndim - 1)) at[--ndim] = 0;
  return ndim;
}

template <class Index> std::size_t advance_index(Index* at, std::size_t ndim, const Index* shape) {
  return advance_index(at, ndim, [shape](std::size_t d) { return shape[d]; });
}

} // namespace tessera::detail
