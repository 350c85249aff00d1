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

/// Of the ranks along a dropped axis only one part has elements: the ranks along it and along a
/// kept axis count as those of one axis.
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

} // namespace

copy_layout::copy_layout(const view_ref& leader) : comm(leader.block->comm()) {
  const axes_span& axes = leader.block->axes();
  bool in_order = true;
  int last = -1;
  for (std::size_t m = 0; m < leader.ndim; ++m) {
    walks[m] = leader.walks[m];
    if (walks[m].axis < 0) continue;
    in_order = in_order && walks[m].axis > last;
    last = walks[m].axis;
  }
  in_order = in_order && last >= 0;
  is_direct = in_order;
  bool cyclic_part = false;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const int m = walk_along(leader, d);
    if (m < 0) {
      fixed[d] = axes[d].is_cyclic() ? leader.fixed[d] : 0;
      own_axes.push_back(axes[d].is_cyclic()
                             ? axes[d]
                             : on_part(1, axes[d].parts(), axes[d].owner(leader.fixed[d])));
      is_direct = is_direct && axes[d].parts() == 1;
      continue;
    }
    axis_walk& walk = walks[m];
    const index_t n = leader.shape[m];
    if (axes[d].is_cyclic()) {
      own_axes.push_back(axes[d]); // of which the view shows a part
      cyclic_part = cyclic_part || walk.first != 0 || walk.step != 1 || n != axes[d].size();
      continue;
    }
    const bool backward = walk.step < 0 && n > 0;
    if (backward) walk = {walk.first + (n - 1) * walk.step, -walk.step, walk.axis};
    own_axes.push_back(as_owned(walk, n, axes[d]));
    walk = {backward ? n - 1 : 0, backward ? -1 : 1, walk.axis};
    in_order = in_order && !backward;
  }
  is_direct = is_direct && in_order && !cyclic_part;
  if (!in_order || cyclic_part || !merge_axes(leader)) use_blocks(leader);
}

/// The ranks along dropped axes become those of a neighbouring kept axis.
bool copy_layout::merge_axes(const view_ref& leader) {
  std::vector<axis_distribution> kept; // in the order of the array's axes
  std::vector<std::size_t> waiting;    // dropped axes before the first kept one
  const axes_span& axes = leader.block->axes();
  const auto absorb = [&](std::size_t d, bool first) {
    if (axes[d].parts() == 1) return true;
    if (kept.back().is_cyclic()) return false;
    kept.back() = merged(kept.back(), axes[d].parts(), axes[d].owner(leader.fixed[d]), first);
    return true;
  };
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const bool dropped = walk_along(leader, d) < 0;
    if (dropped && kept.empty())
      waiting.push_back(d);
    else if (dropped && !absorb(d, false))
      return false;
    if (dropped) continue;
    const bool first = kept.empty();
    kept.push_back(own_axes[d]);
    while (first && !waiting.empty()) {
      if (!absorb(waiting.back(), true)) return false;
      waiting.pop_back();
    }
  }
  std::size_t next = 0;
  for (std::size_t m = 0; m < leader.ndim; ++m)
    result_axes.push_back(leader.walks[m].axis < 0 ? axis_distribution(leader.shape[m], 1)
                                                   : kept[next++]);
  return true;
}

void copy_layout::use_blocks(const view_ref& leader) {
  is_direct = false;
  result_axes.clear();
  std::vector<int> dims(leader.ndim);
  result_dims(leader, leader.ndim, leader.shape, dims.data());
  for (std::size_t m = 0; m < leader.ndim; ++m) result_axes.emplace_back(leader.shape[m], dims[m]);
}

global_block copy_layout::make_block(index_t itemsize, char kind, int grid_ranks) const {
  return {comm, own_axes, std::vector<halo_axis>(own_axes.size()), itemsize, grid_ranks, kind};
}

} // namespace tessera::detail
