#include "transfer/region_cut.hpp"

#include <algorithm>

namespace tessera::detail {

namespace {

/// Some places along an axis.
region places_along(const region& whole, std::size_t axis, index_t first, index_t count) {
  region part = whole;
  part.shape[axis] = count;
  if (axis == 0 && !whole.places.empty())
    part.places = whole.places.part(first, count);
  else
    part.offset += first * whole.strides[axis];
  return part;
}

} // namespace

region part_from(const region& whole, index_t first, index_t most) {
  const index_t size = whole.size();
  if (first == 0 && (size <= most || size == 1)) return whole;
  std::size_t d = 0;
  while (whole.shape[d] == 1) ++d;
  const index_t row = size / whole.shape[d];
  const index_t at = first / row;
  const index_t rows = std::min(std::max<index_t>(most / row, 1), whole.shape[d] - at);
  const region part = places_along(whole, d, at, rows);
  return row <= most || row == 1 ? part : part_from(part, first - at * row, most);
}

} // namespace tessera::detail
