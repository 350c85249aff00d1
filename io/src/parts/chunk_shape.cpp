#include "parts/chunk_shape.hpp"

#include <algorithm>

namespace tessera::detail {

std::vector<index_t> usual_chunk(std::vector<index_t> shape, index_t itemsize, index_t limit) {
  for (index_t& n : shape) n = std::max<index_t>(n, 1);
  const auto too_large = [&] {
    index_t left = limit / itemsize;
    for (const index_t n : shape) left /= n;
    return left < 1;
  };
  while (too_large()) {
    const auto longest = std::max_element(shape.begin(), shape.end());
    if (*longest == 1) break;
    *longest = (*longest + 1) / 2;
  }
  return shape;
}

} // namespace tessera::detail
