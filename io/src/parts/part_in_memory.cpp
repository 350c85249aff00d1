#include "parts/part_in_memory.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/agree.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

/// Into how many parts an axis of a view is divided.
int parts_along(const view_ref& view, std::size_t m) {
  const int axis = view.walks[m].axis;
  return axis < 0 ? 1 : view.block->axes()[static_cast<std::size_t>(axis)].parts();
}

bool is_cyclic(const view_ref& view) {
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
bool owns_fixed(const view_ref& view) {
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
index_t fixed_offset(const view_ref& view) {
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

file_part owned_part(const file_source& from) {
  const view_ref& view = *from.global;
  const global_block& block = *view.block;
  file_part part{from.type, from.shape, {}, {}};
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

bool has_adjacent_elements(const view_ref& view) {
  const axis_walk& last = view.walks[view.ndim - 1];
  const auto innermost = static_cast<int>(view.block->axes().size()) - 1;
  return view.shape[view.ndim - 1] == 1 || (last.axis == innermost && last.step == 1);
}

bool has_row_blocks(const view_ref& view) {
  if (is_cyclic(view)) return false;
  const std::size_t first = first_long_axis({view.shape, view.shape + view.ndim});
  for (std::size_t m = 0; m < view.ndim; ++m)
    if (m != first && parts_along(view, m) != 1) return false;
  return true;
}

bool has_long_stretches(const view_ref& view) {
  return has_adjacent_elements(view) && has_long_stretches_in_file(view);
}

bool has_long_stretches_in_file(const view_ref& view) {
  constexpr index_t page = 4096;
  if (has_row_blocks(view)) return true;
  if (is_cyclic(view)) return false;
  index_t bytes = view.itemsize;
  for (std::size_t m = view.ndim; m-- > 0;) {
    bytes *= view.shape[m] / parts_along(view, m);
    if (parts_along(view, m) > 1) break;
  }
  return bytes >= page;
}

part_in_memory held_here(const file_source& from, int rank) {
  if (from.global != nullptr) return {owned_part(from), from.global->block->data()};
  part_in_memory held{{from.type,
                       from.shape,
                       std::vector<index_t>(from.shape.size(), 0),
                       {0, from.shape, from.strides}},
                      from.data};
  // All others have an empty part of rank 0's array; a scalar has no axis that could be empty.
  if (rank != 0) held.part.memory.shape.assign(std::max<std::size_t>(from.shape.size(), 1), 0);
  return held;
}

namespace {

placed_view placed_view_of(const view_ref& view) {
  const global_block& block = *view.block;
  return {view.ndim, view.shape, view.walks, view.fixed, &block.axes(), block.layout()};
}

/// Memory of its own for part k, on rank k, of a view of which one axis is divided.
class slab {
public:
  slab(const file_source& of, std::size_t axis, const std::vector<index_t>& boundaries)
      : view_(*of.global), walks_(view_.ndim) {
    for (std::size_t m = 0; m < view_.ndim; ++m) {
      axes_.push_back(m == axis ? axis_distribution(boundaries)
                                : axis_distribution(view_.shape[m], 1));
      walks_[m].axis = static_cast<int>(m);
    }
    held_.part = {of.type, of.shape, std::vector<index_t>(view_.ndim, 0), {}};
    const auto rank = static_cast<std::size_t>(comm().rank());
    std::vector<index_t> shape = of.shape;
    held_.part.lower[axis] = boundaries[rank];
    shape[axis] = boundaries[rank + 1] - boundaries[rank];
    held_.part.memory = packed(shape, 0);
    layout_ = {0, held_.part.memory.strides};
    const index_t bytes = held_.part.memory.size() * of.type.size;
    held_.memory = collectively(comm(), [&] { return buffer(static_cast<std::size_t>(bytes)); });
    held_.data = held_.memory.data();
  }

  part_in_memory take_from_view() && {
    plan_copy(comm(), placed_here(), placed_view_of(view_), view_.itemsize)
        .run(view_.block->data(), held_.memory.data());
    return std::move(held_);
  }
  void give_to_view() const {
    plan_copy(comm(), placed_view_of(view_), placed_here(), view_.itemsize)
        .run(held_.data, view_.block->data());
  }
  [[nodiscard]] const file_part& part() const { return held_.part; }
  [[nodiscard]] std::byte* data() const { return held_.memory.data(); }

private:
  [[nodiscard]] const communicator& comm() const { return view_.block->comm(); }
  [[nodiscard]] placed_view placed_here() const {
    return {view_.ndim, view_.shape, walks_.data(), nullptr, &axes_, layout_};
  }

  const view_ref& view_;
  std::vector<axis_walk> walks_;
  axes_span axes_;
  block_layout layout_{};
  part_in_memory held_;
};

/// A slab of equal parts of the first axis of more than one element.
slab slab_of_rows(const file_source& of) {
  const std::size_t axis = first_long_axis(of.shape);
  const int ranks = of.global->block->comm().size();
  const axis_distribution equal(of.shape[axis], ranks);
  std::vector<index_t> boundaries{0};
  for (int k = 0; k < ranks; ++k) boundaries.push_back(equal.block(k).upper);
  return {of, axis, boundaries};
}

} // namespace

part_in_memory brought_along(const file_source& from, std::size_t axis,
                             const std::vector<index_t>& boundaries) {
  return slab(from, axis, boundaries).take_from_view();
}

part_in_memory brought_into_rows(const file_source& from) {
  return slab_of_rows(from).take_from_view();
}

void read_by_rows(const file_source& into,
                  const std::function<void(const file_part&, std::byte*)>& read) {
  const communicator& comm = into.global->block->comm();
  if (has_long_stretches_in_file(*into.global)) {
    const file_part mine = owned_part(into);
    return collectively(comm, [&] { read(mine, into.global->block->data()); });
  }
  const slab rows = slab_of_rows(into);
  collectively(comm, [&] { read(rows.part(), rows.data()); });
  rows.give_to_view();
}

source_box::source_box(const file_source& of, const std::vector<index_t>& lower,
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
