/// @file
/// How views lie in the arrays that they are parts of.
#pragma once

#include <tessera/distributed/axis_distribution.hpp>

namespace tessera::detail {

/// How an axis of a view runs along an axis of its array: element i of the view is the array's
/// element first + i * step. A new axis runs along none.
struct axis_walk {
  static constexpr int none = -1;
  index_t first = 0;
  index_t step = 1;
  int axis = none;
};

/// The elements lower <= i < upper of a view's axis whose places on its array's axis lie in
/// `wanted`.
interval places_in(const axis_walk& walk, index_t size, const interval& wanted);

} // namespace tessera::detail
