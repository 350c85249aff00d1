#include "boundary_step.hpp"

#include <algorithm>
#include <type_traits>

namespace tessera::detail {

namespace {

/// Integers wrap around: what is beyond the type is no error here.
template <class T> using wide = std::conditional_t<std::is_integral_v<T>, std::uint64_t, T>;

template <class T> void negate_row(std::byte* const* rows, index_t n, const void* context) {
  n *= static_cast<const boundary_step::parameters*>(context)->components;
  T* const to = reinterpret_cast<T*>(rows[0]);
  const T* const from = reinterpret_cast<const T*>(rows[1]);
  for (index_t i = 0; i < n; ++i) to[i] = static_cast<T>(-static_cast<wide<T>>(from[i]));
}

template <class T> void extrapolate_row(std::byte* const* rows, index_t n, const void* context) {
  const auto& with = *static_cast<const boundary_step::parameters*>(context);
  n *= with.components;
  const auto factor = static_cast<wide<T>>(with.factor);
  T* const to = reinterpret_cast<T*>(rows[0]);
  const T* const last = reinterpret_cast<const T*>(rows[1]);
  const T* const next = reinterpret_cast<const T*>(rows[2]);
  for (index_t i = 0; i < n; ++i) {
    const auto a = static_cast<wide<T>>(last[i]);
    const auto b = static_cast<wide<T>>(next[i]);
    to[i] = static_cast<T>(a + factor * (a - b));
  }
}

struct row_functions {
  row_function negate;
  row_function extrapolate;
};
template <class T> constexpr row_functions functions_of{&negate_row<T>, &extrapolate_row<T>};

row_functions functions_for(const number_layout& format) {
  if (format.is == number_layout::family::floating)
    return format.bytes == 4 ? functions_of<float> : functions_of<double>;
  switch (format.bytes) {
  case 1: return functions_of<std::uint8_t>;
  case 2: return functions_of<std::uint16_t>;
  case 4: return functions_of<std::uint32_t>;
  default: return functions_of<std::uint64_t>;
  }
}

index_t offset_of(const placed_block& block, const std::vector<index_t>& lower) {
  index_t offset = block.layout.origin;
  for (std::size_t d = 0; d < lower.size(); ++d)
    offset += (lower[d] - block.owned[d].lower) * block.layout.strides[d];
  return offset;
}

} // namespace

void boundary_step::run(const placed_block& block, std::byte* data, double time) const {
  if (copy)
    copy->run(data, value != nullptr ? value : data);
  else if (row != nullptr)
    run_rows(block, data);
  else
    run_function(block, data, time);
}

void boundary_step::run_rows(const placed_block& block, std::byte* data) const {
  const index_t offset = offset_of(block, lower);
  // Overwritten by the loop nest.
  index_t extent[max_ndim];
  index_t strides[3][max_ndim];
  loop_operand operands[3];
  std::copy(shape.begin(), shape.end(), extent);
  for (std::size_t k = 0; k <= from.size(); ++k) {
    const index_t at = offset + (k > 0 ? from[k - 1] : 0);
    std::copy(block.layout.strides.begin(), block.layout.strides.end(), strides[k]);
    operands[k] = {data + at * block.itemsize, block.itemsize, strides[k]};
  }
  run_loop_nest(extent, shape.size(), operands, from.size() + 1, loop_mode::first_is_written, row,
                &with);
}

void boundary_step::run_function(const placed_block& block, std::byte* data, double time) const {
  const std::size_t ndim = shape.size();
  const index_t offset = offset_of(block, lower);
  index_t at[max_ndim] = {};
  while (true) {
    index_t index[max_ndim];
    index_t cell = offset;
    for (std::size_t d = 0; d < ndim; ++d) {
      index[d] = lower[d] + at[d];
      cell += at[d] * block.layout.strides[d];
      // The same element has one index, wherever it is a copy.
      const index_t n = block.axes[d].size();
      if (block.halo[d].periodic) index[d] = (index[d] % n + n) % n;
    }
    function->write(index, time, data + cell * block.itemsize);
    std::size_t d = ndim;
    while (d > 0 && ++at[d - 1] == shape[d - 1]) at[--d] = 0;
    if (d == 0) return;
  }
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
  return {offset_of(block_, step.lower), step.shape, block_.layout.strides};
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
    step.value = side.value().data();
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
    if (negated && fold < n) {
      step.row = functions_for(format).negate;
      step.with.components = format.components;
      step.from = {(mirrored - step.lower[at.axis]) * block_.layout.strides[at.axis]};
    } else {
      const boundary_step source = slab(at.axis, mirrored, mirrored + 1);
      step.copy.emplace(region_of(step), region_of(source), block_.itemsize);
    }
    steps_.push_back(std::move(step));
  }
}

/// An axis of one element goes on with that.
void boundary_planner::add_extrapolated(const end& at, const number_layout& format) {
  const bool single = block_.axes[at.axis].size() == 1;
  const index_t stride = at.inwards * block_.layout.strides[at.axis];
  for (index_t k = 0; k < at.outside; ++k) {
    boundary_step step = layer(at, k);
    step.row = functions_for(format).extrapolate;
    step.with = {k + 1, format.components};
    step.from = {(k + 1) * stride, (single ? k + 1 : k + 2) * stride};
    steps_.push_back(std::move(step));
  }
}

} // namespace tessera::detail
