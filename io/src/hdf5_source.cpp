#include "hdf5_source.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

/// Into how many parts an axis of a view is divided.
int parts_along(const operand_ref& view, std::size_t m) {
  const int axis = view.walks[m].axis;
  return axis < 0 ? 1 : view.block->axes()[static_cast<std::size_t>(axis)].parts();
}

bool is_cyclic(const operand_ref& view) {
  const axes_span& axes = view.block->axes();
  return std::any_of(axes.begin(), axes.end(),
                     [](const axis_distribution& axis) { return axis.is_cyclic(); });
}

std::size_t first_long_axis(const std::vector<index_t>& shape) {
  std::size_t axis = 0;
  while (axis + 1 < shape.size() && shape[axis] == 1) ++axis;
  return axis;
}

/// Does this rank own something along the array's axes that the view does not run along?
bool owns_fixed(const operand_ref& view) {
  const global_block& block = *view.block;
  if (!block.is_in_grid()) return false;
  std::vector<bool> is_walked(block.axes().size(), false);
  for (std::size_t m = 0; m < view.ndim; ++m)
    if (view.walks[m].axis >= 0) is_walked[static_cast<std::size_t>(view.walks[m].axis)] = true;
  for (std::size_t d = 0; d < is_walked.size(); ++d)
    if (!is_walked[d] &&
        (view.fixed[d] < block.owned(d).lower || view.fixed[d] >= block.owned(d).upper))
      return false;
  return true;
}

/// The distance of a view's first element here from the start of the block's memory, as far as
/// axes that the view does not run along go.
index_t fixed_offset(const operand_ref& view) {
  const global_block& block = *view.block;
  index_t offset = block.layout().origin;
  for (std::size_t d = 0; d < block.axes().size(); ++d) {
    bool is_walked = false;
    for (std::size_t m = 0; m < view.ndim; ++m)
      is_walked = is_walked || view.walks[m].axis == static_cast<int>(d);
    if (!is_walked) offset += block.local(d, view.fixed[d]) * block.layout().strides[d];
  }
  return offset;
}

hdf5_part owned_part(const hdf5_source& from) {
  const operand_ref& view = *from.global;
  const global_block& block = *view.block;
  hdf5_part part{from.type, from.shape, {}, {}};
  const bool owns = owns_fixed(view);
  part.memory.offset = owns ? fixed_offset(view) : 0;
  for (std::size_t m = 0; m < view.ndim; ++m) {
    const axis_walk& walk = view.walks[m];
    interval here{0, view.shape[m]};
    index_t stride = 0;
    if (walk.axis >= 0) {
      const auto d = static_cast<std::size_t>(walk.axis);
      here = places_in(walk, view.shape[m], block.owned(d));
      stride = block.layout().strides[d] * walk.step;
      if (owns && !here.empty())
        part.memory.offset +=
            block.local(d, walk.first + here.lower * walk.step) * block.layout().strides[d];
    }
    const bool is_empty = here.empty() || !owns;
    part.lower.push_back(is_empty ? 0 : here.lower);
    part.memory.shape.push_back(is_empty ? 0 : here.size());
    part.memory.strides.push_back(stride);
  }
  return part;
}

} // namespace

bool has_adjacent_elements(const operand_ref& view) {
  const axis_walk& last = view.walks[view.ndim - 1];
  const auto innermost = static_cast<int>(view.block->axes().size()) - 1;
  return view.shape[view.ndim - 1] == 1 || (last.axis == innermost && last.step == 1);
}

bool has_row_blocks(const operand_ref& view) {
  if (is_cyclic(view)) return false;
  const std::size_t first = first_long_axis({view.shape, view.shape + view.ndim});
  for (std::size_t m = 0; m < view.ndim; ++m)
    if (m != first && parts_along(view, m) != 1) return false;
  return true;
}

bool has_long_runs(const operand_ref& view) {
  constexpr index_t page = 4096;
  if (!has_adjacent_elements(view)) return false;
  if (has_row_blocks(view)) return true;
  if (is_cyclic(view)) return false;
  index_t bytes = view.itemsize;
  for (std::size_t m = view.ndim; m-- > 0;) {
    bytes *= view.shape[m] / parts_along(view, m);
    if (parts_along(view, m) > 1) break;
  }
  return bytes >= page;
}

held_part held_here(const hdf5_source& from, int rank) {
  if (from.global != nullptr) return {owned_part(from), from.global->block->data()};
  held_part held{{from.type,
                  from.shape,
                  std::vector<index_t>(from.shape.size(), 0),
                  {0, from.shape, from.strides}},
                 from.data};
  // All others have an empty part of rank 0's array; a scalar has no axis that could be empty.
  if (rank != 0) held.part.memory.shape.assign(std::max<std::size_t>(from.shape.size(), 1), 0);
  return held;
}

held_part brought_along(const hdf5_source& from, std::size_t axis,
                        const std::vector<index_t>& boundaries) {
  const operand_ref& view = *from.global;
  const communicator& comm = view.block->comm();
  axes_span axes;
  std::vector<axis_walk> walks(view.ndim);
  for (std::size_t m = 0; m < view.ndim; ++m) {
    axes.push_back(m == axis ? axis_distribution(boundaries) : axis_distribution(view.shape[m], 1));
    walks[m].axis = static_cast<int>(m);
  }
  held_part held{{from.type, from.shape, std::vector<index_t>(view.ndim, 0), {}}};
  std::vector<index_t> shape = from.shape;
  const auto rank = static_cast<std::size_t>(comm.rank());
  held.part.lower[axis] = boundaries[rank];
  shape[axis] = boundaries[rank + 1] - boundaries[rank];
  held.part.memory = packed(shape, 0);
  const index_t bytes = held.part.memory.size() * from.type.size;
  held.memory = collectively(comm, [&] { return buffer(static_cast<std::size_t>(bytes)); });
  held.data = held.memory.data();
  const block_layout layout{0, held.part.memory.strides};
  plan_copy(
      comm, {view.ndim, view.shape, walks.data(), nullptr, &axes, layout},
      {view.ndim, view.shape, view.walks, view.fixed, &view.block->axes(), view.block->layout()},
      view.itemsize)
      .run(view.block->data(), held.memory.data());
  return held;
}

held_part brought_into_rows(const hdf5_source& from) {
  const std::size_t axis = first_long_axis(from.shape);
  const int ranks = from.global->block->comm().size();
  const axis_distribution equal(from.shape[axis], ranks);
  std::vector<index_t> boundaries{0};
  for (int k = 0; k < ranks; ++k) boundaries.push_back(equal.block(k).upper);
  return brought_along(from, axis, boundaries);
}

source_box::source_box(const hdf5_source& of, const std::vector<index_t>& lower,
                       const std::vector<index_t>& shape)
    : source_(of) {
  source_.shape = shape;
  if (of.global == nullptr) {
    for (std::size_t d = 0; d < lower.size(); ++d)
      source_.data = further(source_.data, lower[d] * of.strides[d] * of.type.size);
    return;
  }
  ref_ = *of.global;
  walks_.assign(ref_.walks, ref_.walks + ref_.ndim);
  for (std::size_t m = 0; m < walks_.size(); ++m) walks_[m].first += lower[m] * walks_[m].step;
  ref_.walks = walks_.data();
  ref_.shape = source_.shape.data();
  source_.global = &ref_;
}

} // namespace tessera::detail
