#include "parts/chunk_walk.hpp"

#include <algorithm>

namespace tessera::detail {

chunk_walk::chunk_walk(const std::vector<index_t>& chunk, const std::vector<index_t>& lower,
                       const std::vector<index_t>& shape)
    : chunk_(chunk), box_lower_(lower), box_upper_(lower), origin_(lower), lower_(lower),
      shape_(shape) {
  for (std::size_t d = 0; d < chunk.size(); ++d) {
    box_upper_[d] += shape[d];
    origin_[d] -= lower[d] % chunk[d];
    meet(d);
  }
}

void chunk_walk::meet(std::size_t axis) {
  const index_t first = std::max(origin_[axis], box_lower_[axis]);
  lower_[axis] = first - origin_[axis];
  shape_[axis] = std::min(chunk_[axis], box_upper_[axis] - origin_[axis]) - lower_[axis];
}

index_t chunk_walk::count() const {
  index_t chunks = 1;
  for (std::size_t d = 0; d < chunk_.size(); ++d)
    chunks *= (box_upper_[d] - 1) / chunk_[d] - box_lower_[d] / chunk_[d] + 1;
  return chunks;
}

index_t chunk_walk::number_of(const std::vector<index_t>& origin) const {
  index_t number = 0;
  for (std::size_t d = 0; d < chunk_.size(); ++d) {
    const index_t first = box_lower_[d] / chunk_[d];
    number = number * ((box_upper_[d] - 1) / chunk_[d] - first + 1) + origin[d] / chunk_[d] - first;
  }
  return number;
}

bool chunk_walk::advance() {
  for (std::size_t d = chunk_.size(); d-- > 0;) {
    origin_[d] += chunk_[d];
    const bool goes_on = origin_[d] < box_upper_[d];
    if (!goes_on) origin_[d] = box_lower_[d] - box_lower_[d] % chunk_[d];
    meet(d);
    if (goes_on) return true;
  }
  return false;
}

} // namespace tessera::detail
