#include "reductions/panel_loop.hpp"

#include <cstdlib>
#include <vector>

namespace tessera::detail {

namespace {

constexpr index_t panel_bytes = index_t{1} << 17; // half of a second-level cache, or less

} // namespace

panel_loop::panel_loop(panel_source& source) : source_(source) {
  const std::size_t ndim = source.kept + source.reduced;
  for (std::size_t d = 0; d < ndim; ++d) {
    if (source.shape[d] != 0) continue;
    (d < source.kept ? empty_ : nothing_to_reduce_) = true;
  }
  if (empty_) return;
  if (!nothing_to_reduce_) join_axes();
  index_t step = 1;
  for (std::size_t d = source.kept; d-- > 0;) {
    output_strides_[d] = step;
    step *= source.shape[d];
  }
  output_axis_ = innermost(0, source.kept);
  count_axis_ = innermost(source.kept, source.kept + source.reduced);
  for (std::size_t d = source.kept; d < source.kept + source.reduced; ++d)
    if (d != count_axis_ && source.shape[d] != 1) whole_ = false;
  choose_sizes();
}

/// Adjacent axes, both kept or both reduced, that every leaf passes as one become one.
void panel_loop::join_axes() {
  std::size_t filled = 0;
  std::size_t kept = 0;
  const std::size_t ndim = source_.kept + source_.reduced;
  for (std::size_t d = 0; d < ndim; ++d) {
    bool joined = filled > 0 && (d < source_.kept || filled > kept);
    for (std::size_t k = 0; joined && k < source_.count; ++k)
      joined = stride(k, filled - 1) == stride(k, d) * source_.shape[d];
    if (!joined) ++filled;
    source_.shape[filled - 1] =
        joined ? source_.shape[filled - 1] * source_.shape[d] : source_.shape[d];
    for (std::size_t k = 0; k < source_.count; ++k)
      source_.leaves[k].strides[filled - 1] = stride(k, d);
    if (d < source_.kept) kept = filled;
  }
  source_.kept = kept;
  source_.reduced = filled - kept;
}

index_t panel_loop::stride(std::size_t leaf, std::size_t axis) const {
  return axis == no_axis ? 0 : source_.leaves[leaf].strides[axis];
}

/// Of the axes from first to last, the one with the nearest elements; long ones are preferred to
/// axes of one element, which have none.
std::size_t panel_loop::innermost(std::size_t first, std::size_t last) const {
  std::size_t best = no_axis;
  for (std::size_t d = last; d-- > first;) {
    if (source_.shape[d] == 1 && best != no_axis) continue;
    if (best == no_axis || source_.shape[best] == 1) {
      best = d;
      continue;
    }
    if (source_.count == 0) continue;
    const index_t here = std::abs(stride(0, d));
    const index_t there = std::abs(stride(0, best));
    if (here != 0 && (here < there || there == 0)) best = d;
  }
  return best;
}

void panel_loop::choose_sizes() {
  if (output_axis_ != no_axis) {
    outputs_ = source_.shape[output_axis_];
    output_stride_ = output_strides_[output_axis_];
  }
  count_ = count_axis_ == no_axis ? 1 : source_.shape[count_axis_];
  const index_t output_step = source_.count == 0 ? 1 : std::abs(stride(0, output_axis_));
  const index_t count_step = source_.count == 0 ? 1 : std::abs(stride(0, count_axis_));
  // Many short lines are turned round, so that vectors run along outputs.
  constexpr index_t many = 64;
  constexpr index_t short_line = 40;
  turned_ = outputs_ >= many && count_ <= short_line && output_step >= count_step;
  across_ =
      turned_ || (outputs_ > 1 && (count_ == 1 || (output_step != 0 && output_step < count_step)));
  const index_t items = panel_bytes / source_.itemsize > 0 ? panel_bytes / source_.itemsize : 1;
  if (across_) {
    outputs_at_once_ = outputs_ < most_outputs ? outputs_ : most_outputs;
    count_at_once_ = items / outputs_at_once_ > 0 ? items / outputs_at_once_ : 1;
  } else {
    // One long line is read at once where it is, so that its sum needs no second accumulator.
    const bool in_place = source_.is_array && stride(0, count_axis_) == 1;
    count_at_once_ = in_place || count_ < items ? count_ : items;
    if (count_at_once_ < 1) count_at_once_ = 1;
    outputs_at_once_ = items / count_at_once_;
    if (outputs_at_once_ > most_outputs) outputs_at_once_ = most_outputs;
    if (outputs_at_once_ < 1) outputs_at_once_ = 1;
  }
}

const std::byte* panel_loop::load(index_t k, index_t m, index_t r, index_t n, index_t& output_step,
                                  index_t& step) {
  std::vector<loop_operand> operands(1 + source_.count);
  std::vector<shape_t<2>> strides(1 + source_.count);
  const std::size_t ndim = source_.kept + source_.reduced;
  for (std::size_t i = 0; i < source_.count; ++i) {
    index_t offset = k * stride(i, output_axis_) + r * stride(i, count_axis_);
    for (std::size_t d = 0; d < ndim; ++d) offset += position_[d] * stride(i, d);
    const loop_operand& leaf = source_.leaves[i];
    strides[1 + i] = {stride(i, output_axis_), stride(i, count_axis_)};
    operands[1 + i] = {leaf.data + offset * leaf.itemsize, leaf.itemsize, strides[1 + i].data()};
  }
  if (source_.is_array) {
    output_step = strides[1][0];
    step = strides[1][1];
    if ((step == 1 && !turned_) || (across_ && output_step == 1)) return operands[1].data;
  }
  output_step = across_ ? 1 : n;
  step = across_ ? m : 1;
  const auto bytes = static_cast<std::size_t>(m * n * source_.itemsize);
  if (staged_.capacity() < bytes) staged_ = buffer(bytes);
  strides[0] = {output_step, step};
  operands[0] = {staged_.data(), source_.itemsize, strides[0].data()};
  shape_t<2> shape{m, n};
  run_loop_nest(shape.data(), 2, operands.data(), operands.size(), loop_mode::first_is_written,
                source_.evaluate, source_.node);
  return staged_.data();
}

bool panel_loop::advance(std::size_t first, std::size_t last, std::size_t inner) {
  for (std::size_t d = last; d-- > first;) {
    if (d == inner) continue;
    if (++position_[d] < source_.shape[d]) return true;
    position_[d] = 0;
  }
  return false;
}

bool panel_loop::next_reduced() {
  return advance(source_.kept, source_.kept + source_.reduced, count_axis_);
}

bool panel_loop::next_output() {
  const bool more = advance(0, source_.kept, output_axis_);
  output_ = 0;
  for (std::size_t d = 0; d < source_.kept; ++d)
    if (d != output_axis_) output_ += position_[d] * output_strides_[d];
  return more;
}

/// Lines are gathered several at once, so that cache lines that hold elements of neighbouring lines
/// serve all of them.
void visit_lines(panel_source& source, line_function treat, void* context) {
  constexpr index_t at_once = 8;
  const std::size_t ndim = source.kept + source.reduced;
  index_t outputs = 1;
  index_t length = 1;
  for (std::size_t d = 0; d < ndim; ++d) (d < source.kept ? outputs : length) *= source.shape[d];
  if (outputs == 0) return;
  const std::size_t last = source.kept - 1;
  const index_t group = source.kept == 0 ? 1 : source.shape[last];
  const index_t most = group < at_once ? group : at_once;
  buffer memory(static_cast<std::size_t>(most * length * source.itemsize));
  std::vector<loop_operand> operands(1 + source.count);
  std::vector<shape_t<max_ndim>> strides(1 + source.count);
  for (index_t output = 0; output < outputs;) {
    const index_t left = group - output % group;
    const index_t some = left < most ? left : most;
    shape_t<max_ndim> shape{some};
    index_t step = length;
    for (std::size_t d = source.kept; d < ndim; ++d) {
      shape[1 + d - source.kept] = source.shape[d];
      step = source.shape[d] > 0 ? step / source.shape[d] : step;
      strides[0][1 + d - source.kept] = step;
    }
    strides[0][0] = length;
    operands[0] = {memory.data(), source.itemsize, strides[0].data()};
    for (std::size_t k = 0; k < source.count; ++k) {
      const loop_operand& leaf = source.leaves[k];
      index_t offset = 0;
      index_t rest = output;
      for (std::size_t d = source.kept; d-- > 0; rest /= source.shape[d])
        offset += rest % source.shape[d] * leaf.strides[d];
      strides[1 + k][0] = source.kept == 0 ? 0 : leaf.strides[last];
      for (std::size_t d = source.kept; d < ndim; ++d)
        strides[1 + k][1 + d - source.kept] = leaf.strides[d];
      operands[1 + k] = {leaf.data + offset * leaf.itemsize, leaf.itemsize, strides[1 + k].data()};
    }
    run_loop_nest(shape.data(), 1 + source.reduced, operands.data(), operands.size(),
                  loop_mode::first_is_written, source.evaluate, source.node);
    for (index_t i = 0; i < some; ++i)
      treat(memory.data() + i * length * source.itemsize, length, output + i, context);
    output += some;
  }
}

} // namespace tessera::detail
