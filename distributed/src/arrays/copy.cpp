#include "expressions/alignment.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/arrays/copy.hpp>
#include <tessera/distributed/copies/array_copies.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

/// All of an axis of n elements belongs to one part.
axis_distribution on_part(index_t n, int parts, int part) {
  if (parts == 1) return {n, 1};
  std::vector<index_t> boundaries(static_cast<std::size_t>(parts) + 1, n);
  std::fill_n(boundaries.begin(), static_cast<std::size_t>(part) + 1, index_t{0});
  return axis_distribution(std::move(boundaries));
}

/// The elements of a view's axis, which runs forward, stay with their owners.
axis_distribution as_owned(const axis_walk& walk, index_t n, const axis_distribution& rule) {
  if (walk.first == 0 && walk.step == 1 && n == rule.size()) return rule;
  if (rule.parts() == 1) return {n, 1};
  std::vector<index_t> boundaries{0};
  for (int part = 0; part < rule.parts(); ++part)
    boundaries.push_back(places_in(walk, n, {0, rule.block(part).upper}).upper);
  return axis_distribution(std::move(boundaries));
}

bool runs_backward(const view_ref& view, std::size_t m) {
  return view.walks[m].step < 0 && view.shape[m] > 0;
}

/// Does the view run along some axes of its array, forward, and in their order?
bool keeps_order(const view_ref& view) {
  int last = -1;
  for (std::size_t m = 0; m < view.ndim; ++m) {
    const int axis = view.walks[m].axis;
    if (axis < 0) continue;
    if (axis <= last || runs_backward(view, m)) return false;
    last = axis;
  }
  return last >= 0;
}

/// Does it run along a cyclic axis without showing all of it?
bool shows_part_of_cyclic_axis(const view_ref& view) {
  for (std::size_t m = 0; m < view.ndim; ++m) {
    const axis_walk& walk = view.walks[m];
    if (walk.axis < 0) continue;
    const axis_distribution& rule = view.block->axes()[static_cast<std::size_t>(walk.axis)];
    if (rule.is_cyclic() && (walk.first != 0 || walk.step != 1 || view.shape[m] != rule.size()))
      return true;
  }
  return false;
}

bool is_dropped(const view_ref& view, std::size_t axis) { return walk_along(view, axis) < 0; }

/// Axes that are divided between ranks of which only one part has elements of the view.
bool is_dropped_and_divided(const view_ref& view, std::size_t axis) {
  return view.block->axes()[axis].parts() > 1 && is_dropped(view, axis);
}

/// The kept axis beside a dropped one: the nearest before it, or else the first.
std::size_t kept_beside(const view_ref& view, std::size_t dropped) {
  for (std::size_t d = dropped; d-- > 0;)
    if (!is_dropped(view, d)) return d;
  std::size_t d = dropped + 1;
  while (is_dropped(view, d)) ++d;
  return d;
}

/// The ranks along a dropped axis, of which those of part `owner` have elements, and those along a
/// kept axis count as the ranks of one axis.
axis_distribution merged(const axis_distribution& kept, int dropped_parts, int owner,
                         bool dropped_first) {
  std::vector<index_t> boundaries{0};
  const index_t n = kept.size();
  if (dropped_first) {
    for (int j = 0; j < dropped_parts; ++j)
      for (int k = 0; k < kept.parts(); ++k)
        boundaries.push_back(j < owner ? 0 : j > owner ? n : kept.block(k).upper);
  } else {
    for (int k = 0; k < kept.parts(); ++k)
      for (int j = 0; j < dropped_parts; ++j)
        boundaries.push_back(j < owner ? kept.block(k).lower : kept.block(k).upper);
  }
  return axis_distribution(std::move(boundaries));
}

/// A kept axis with the ranks of the dropped ones beside it, those that are nearest first.
axis_distribution with_ranks_beside(const view_ref& view, std::size_t kept,
                                    axis_distribution axis) {
  const axes_span& axes = view.block->axes();
  const auto merge = [&](std::size_t d, bool first) {
    if (is_dropped_and_divided(view, d) && kept_beside(view, d) == kept)
      axis = merged(axis, axes[d].parts(), axes[d].owner(view.fixed[d]), first);
  };
  for (std::size_t d = kept; d-- > 0;) merge(d, true);
  for (std::size_t d = kept + 1; d < axes.size(); ++d) merge(d, false);
  return axis;
}

/// Whether the elements can stay with their owners, and how. Elements that are dealt out in turn
/// stay only where all of them do: no distribution says of a part of them where it lies.
copy_placement placement_of(const view_ref& view) {
  if (!keeps_order(view) || shows_part_of_cyclic_axis(view)) return copy_placement::equal_blocks;
  copy_placement result = copy_placement::same_axes;
  for (std::size_t d = 0; d < view.block->axes().size(); ++d) {
    if (!is_dropped_and_divided(view, d)) continue;
    if (view.block->axes()[kept_beside(view, d)].is_cyclic()) return copy_placement::equal_blocks;
    result = copy_placement::merged_axes;
  }
  return result;
}

} // namespace

copy_layout::copy_layout(const view_ref& like)
    : comm(like.block->comm()), grid_ranks(like.block->grid_ranks()),
      placement(placement_of(like)) {
  find_own_axes(like);
  if (placement == copy_placement::equal_blocks)
    use_equal_blocks(like);
  else
    leave_with_owners(like);
}

void copy_layout::find_own_axes(const view_ref& like) {
  const axes_span& axes = like.block->axes();
  std::copy(like.walks, like.walks + like.ndim, walks);
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const int m = walk_along(like, d);
    if (axes[d].is_cyclic()) {
      own_axes.push_back(axes[d]); // of which the view shows a part
      if (m < 0) fixed[d] = like.fixed[d];
    } else if (m < 0) {
      own_axes.push_back(on_part(1, axes[d].parts(), axes[d].owner(like.fixed[d])));
    } else {
      const index_t n = like.shape[m];
      const axis_walk& walk = like.walks[m];
      const bool is_backward = runs_backward(like, static_cast<std::size_t>(m));
      const axis_walk forward =
          is_backward ? axis_walk{walk.first + (n - 1) * walk.step, -walk.step, walk.axis} : walk;
      own_axes.push_back(as_owned(forward, n, axes[d]));
      walks[m] = {is_backward ? n - 1 : 0, is_backward ? -1 : 1, walk.axis};
    }
  }
}

void copy_layout::leave_with_owners(const view_ref& like) {
  for (std::size_t m = 0; m < like.ndim; ++m) {
    const int axis = like.walks[m].axis;
    const auto d = static_cast<std::size_t>(axis);
    result_axes.push_back(axis < 0 ? axis_distribution(like.shape[m], 1)
                                   : with_ranks_beside(like, d, own_axes[d]));
  }
}

void copy_layout::use_equal_blocks(const view_ref& like) {
  std::vector<int> dims(like.ndim);
  result_dims(like, like.ndim, like.shape, dims.data());
  for (std::size_t m = 0; m < like.ndim; ++m) result_axes.emplace_back(like.shape[m], dims[m]);
}

global_block copy_layout::make_block(index_t itemsize, char kind) const {
  return {comm, own_axes, std::vector<halo_axis>(own_axes.size()), itemsize, grid_ranks, kind};
}

} // namespace tessera::detail
