/// @file
/// Arrays put together from parts of others, as untyped code sees it: which element goes where,
/// axis by axis.
///
/// Its parts lie in array_copies.cpp and copy_in_order.cpp.
#pragma once

#include <tessera/core/shapes/pad.hpp>
#include <tessera/distributed/expressions/evaluation.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <vector>

namespace tessera::detail {

/// Along one axis, element to + i * to_step becomes element from + i * from_step, 0 <= i < count.
struct axis_segment {
  index_t to;
  index_t to_step;
  index_t from;
  index_t from_step; ///< 0 repeats one element
  index_t count;
};
using axis_segments = std::vector<axis_segment>;

/// All n elements, moved up by `to`.
axis_segments moved_axis(index_t n, index_t to = 0);
axis_segments rolled_axis(index_t n, index_t shift);
/// Every element `count` times; element i `counts[i]` times.
axis_segments repeated_axis(index_t n, index_t count);
axis_segments repeated_axis(const index_t* counts, index_t n);
axis_segments tiled_axis(index_t n, index_t count);
/// The elements at n places of the axis.
axis_segments picked_axis(const index_t* places, index_t n);
/// With elements of the axis around them, by the rule of `pad`.
axis_segments padded_axis(index_t n, pad_width width, pad_mode mode);

/// Copies into one array, collected and then run together: one message between two ranks for each
/// array that is copied from.
class array_copies {
public:
  explicit array_copies(const view_ref& to) : to_(to) {}

  /// All combinations of the axes' segments. The views have the same number of axes; what is copied
  /// from is not the array that is copied to.
  void add(const view_ref& from, const std::vector<axis_segments>& axes);
  /// Collective.
  void run();

private:
  struct source {
    const global_block* block;
    transfer_plan plan;
  };
  transfer_plan& plan_from(const global_block* block);

  view_ref to_;
  std::vector<source> sources_;
  fingerprint given_; // of what is copied where
};

/// Copies the elements of one view, taken in the order of their subscripts, to another of another
/// shape with as many elements. Each travels once at most. Both are whole arrays. Collective.
void copy_in_order(const view_ref& to, const view_ref& from);

/// The grid for an array that is made of a view: that of the view where the axes are as many,
/// otherwise the one with least surface.
/// Returns what it was asked for as.
grid_request result_dims(const view_ref& like, std::size_t ndim, const index_t* shape, int* dims);

} // namespace tessera::detail
