/// @file
/// How views lie in the arrays that they are parts of.
#pragma once

#include <tessera/distributed/distribution/axis_distribution.hpp>

namespace tessera::detail {

/// How an axis of a view runs along an axis of its array: element i of the view is the array's
/// element first + i * step. A new axis runs along none. Where the view is shifted, element i
/// belongs there, too, but is read at another place, which may lie outside the array.
struct axis_walk {
  static constexpr int none = -1;
  index_t first = 0;
  index_t step = 1;
  int axis = none;
  index_t shift = 0; ///< in places of the array's axis

  /// Where element 0 is read.
  [[nodiscard]] index_t start() const { return first + shift; }
};

/// The elements lower <= i < upper of a view's axis whose places on its array's axis lie in
/// `wanted`, as they belong (and not as they are read).
interval places_in(const axis_walk& walk, index_t size, const interval& wanted);

} // namespace tessera::detail
