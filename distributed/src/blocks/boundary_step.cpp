#include "blocks/boundary_step.hpp"

#include <tessera/core/loops/loop_nest.hpp>
#include <tessera/core/types/advance_index.hpp>

#include <algorithm>

namespace tessera::detail {

namespace {

index_t offset_of(const placed_block& block, const index_t* lower) {
  index_t offset = block.layout.origin;
  for (std::size_t d = 0; d < block.owned.size(); ++d)
    offset += (lower[d] - block.owned[d].lower) * block.layout.strides[d];
  return offset;
}

/// Calls f with every position, the last axis fastest.
template <class F> void for_each_position(const index_t* extent, std::size_t ndim, const F& f) {
  index_t at[max_ndim] = {};
  do {
    f(at);
  } while (advance_index(at, ndim, extent) > 0);
}

} // namespace

void boundary_step::run(const placed_block& block, std::byte* data, double time) const {
  if (copy)
    copy->run(data, with.value != nullptr ? with.value : data);
  else if (function != nullptr)
    run_function(block, data, time, lower.data(), shape.data());
  else
    run_rows(block, data, lower.data(), shape.data());
}

void boundary_step::run_inside(const placed_block& block, std::byte* data, double time,
                               const index_t* box_lower, const index_t* box_upper) const {
  index_t first[max_ndim];
  index_t extent[max_ndim];
  for (std::size_t d = 0; d < shape.size(); ++d) {
    first[d] = std::max(lower[d], box_lower[d]);
    extent[d] = std::min(lower[d] + shape[d], box_upper[d]) - first[d];
    if (extent[d] <= 0) return;
  }
  if (function != nullptr)
    run_function(block, data, time, first, extent);
  else
    run_rows(block, data, first, extent);
}

void boundary_step::run_rows(const placed_block& block, std::byte* data, const index_t* first,
                             const index_t* extent) const {
  const std::size_t ndim = shape.size();
  const index_t* const strides = block.layout.strides.data();
  // Rows along the last axis, unless the layer has no more than one cell there.
  std::size_t along = ndim - 1;
  while (along > 0 && extent[along] == 1) --along;
  index_t rows[max_ndim];
  std::copy_n(extent, ndim, rows);
  rows[along] = 1;
  const index_t offset = offset_of(block, first);
  for_each_position(rows, ndim, [&](const index_t* at) {
    index_t cell = offset;
    for (std::size_t d = 0; d < ndim; ++d) cell += at[d] * strides[d];
    row(data + cell * block.itemsize, strides[along] * block.itemsize, extent[along], with);
  });
}

void boundary_step::run_function(const placed_block& block, std::byte* data, double time,
                                 const index_t* first, const index_t* extent) const {
  const std::size_t ndim = shape.size();
  const index_t offset = offset_of(block, first);
  for_each_position(extent, ndim, [&](const index_t* at) {
    index_t index[max_ndim];
    index_t cell = offset;
    for (std::size_t d = 0; d < ndim; ++d) {
      index[d] = first[d] + at[d];
      cell += at[d] * block.layout.strides[d];
      // The same element has one index, wherever it is a copy.
      const index_t n = block.axes[d].size();
      if (block.halo[d].periodic) index[d] = (index[d] % n + n) % n;
    }
    function->write(index, time, data + cell * block.itemsize);
  });
}

boundary_step boundary_planner::slab(std::size_t axis, index_t lower, index_t upper) const {
  boundary_step step;
  for (std::size_t d = 0; d < block_.axes.size(); ++d) {
    const index_t first = d == axis ? lower : block_.owned[d].lower - block_.halo[d].lower;
    const index_t last = d == axis ? upper : block_.owned[d].upper + block_.halo[d].upper;
    step.lower.push_back(first);
    step.shape.push_back(last - first);
  }
  return step;
}

boundary_step boundary_planner::layer(const end& at, index_t k) const {
  const index_t cell = at.first - (k + 1) * at.inwards;
  return slab(at.axis, cell, cell + 1);
}

region boundary_planner::region_of(const boundary_step& step) const {
  return {offset_of(block_, step.lower.data()), step.shape, block_.layout.strides};
}

index_t boundary_planner::distance(std::size_t axis, index_t cells) const {
  return cells * block_.layout.strides[axis] * block_.itemsize;
}

void boundary_planner::add_lower_end(std::size_t axis, const boundary_side& side,
                                     const number_layout& format) {
  add({axis, 0, 1, block_.halo[axis].lower - block_.owned[axis].lower}, side, format);
}

void boundary_planner::add_upper_end(std::size_t axis, const boundary_side& side,
                                     const number_layout& format) {
  const index_t n = block_.axes[axis].size();
  add({axis, n - 1, -1, block_.owned[axis].upper + block_.halo[axis].upper - n}, side, format);
}

void boundary_planner::add(const end& at, const boundary_side& side, const number_layout& format) {
  const bool empty = std::any_of(block_.owned.begin(), block_.owned.end(),
                                 [](const interval& i) { return i.empty(); });
  if (empty || at.outside <= 0) return;
  switch (side.kind()) {
  case boundary_kind::none:
  case boundary_kind::periodic: return;
  case boundary_kind::reflecting: return add_mirrored(at, false, format);
  case boundary_kind::antireflecting: return add_mirrored(at, true, format);
  case boundary_kind::extrapolated: return add_extrapolated(at, format);
  case boundary_kind::fixed:
  case boundary_kind::function: break;
  }
  const index_t edge = at.first - at.inwards;
  const index_t far = at.first - at.outside * at.inwards;
  boundary_step step = slab(at.axis, std::min(edge, far), std::max(edge, far) + 1);
  step.function = side.function();
  if (side.kind() == boundary_kind::fixed) {
    step.row = &repeat_value;
    step.with = {.itemsize = block_.itemsize, .value = side.value().data()};
    const std::vector<index_t> repeated(step.shape.size(), 0);
    step.copy.emplace(region_of(step), region{0, step.shape, repeated}, block_.itemsize);
  }
  steps_.push_back(std::move(step));
}

/// Where the axis is shorter than the halo, mirrored back and forth.
void boundary_planner::add_mirrored(const end& at, bool negated, const number_layout& format) {
  const index_t n = block_.axes[at.axis].size();
  for (index_t k = 0; k < at.outside; ++k) {
    const index_t fold = k % (2 * n);
    const index_t inside = fold < n ? fold : 2 * n - 1 - fold;
    const index_t mirrored = at.first + inside * at.inwards;
    boundary_step step = layer(at, k);
    step.with = {.from = {distance(at.axis, mirrored - step.lower[at.axis])},
                 .components = format.components,
                 .itemsize = block_.itemsize};
    if (negated && fold < n) {
      step.row = edge_rows_for(format).negate;
    } else {
      step.row = copying_row(block_.itemsize);
      const boundary_step source = slab(at.axis, mirrored, mirrored + 1);
      step.copy.emplace(region_of(step), region_of(source), block_.itemsize);
    }
    steps_.push_back(std::move(step));
  }
}

/// An axis of one element goes on with that.
void boundary_planner::add_extrapolated(const end& at, const number_layout& format) {
  const bool single = block_.axes[at.axis].size() == 1;
  for (index_t k = 0; k < at.outside; ++k) {
    boundary_step step = layer(at, k);
    step.row = edge_rows_for(format).extrapolate;
    step.with = {.from = {distance(at.axis, (k + 1) * at.inwards),
                          distance(at.axis, (single ? k + 1 : k + 2) * at.inwards)},
                 .factor = k + 1,
                 .components = format.components};
    steps_.push_back(std::move(step));
  }
}

} // namespace tessera::detail
