#include "reductions/panel_loop.hpp"

#include <cstdlib>

namespace tessera::detail {

namespace {

constexpr index_t panel_bytes = index_t{1} << 17; // half of a second-level cache, or less

/// But one at least.
index_t at_most(index_t n, index_t most) {
  if (n > most) n = most;
  return n > 1 ? n : 1;
}

} // namespace

panel_loop::panel_loop(panel_source& source, index_t most, index_t most_in_place)
    : source_(source), most_(most), most_in_place_(most_in_place > most ? most_in_place : most),
      box_(source) {
  const std::size_t ndim = source.kept + source.reduced;
  for (std::size_t d = 0; d < ndim; ++d) {
    if (source.shape[d] != 0) continue;
    (d < source.kept ? empty_ : nothing_to_reduce_) = true;
  }
  if (empty_) return;
  if (!nothing_to_reduce_) join_axes(source);
  index_t step = 1;
  for (std::size_t d = source.kept; d-- > 0;) {
    result_strides_[d] = step;
    step *= source.shape[d];
  }
  output_axis_ = innermost(0, source.kept);
  count_axis_ = innermost(source.kept, source.kept + source.reduced);
  for (std::size_t d = source.kept; d < source.kept + source.reduced; ++d)
    if (d != count_axis_ && source.shape[d] != 1) whole_ = false;
  if (output_axis_ != no_axis) {
    outputs_ = source.shape[output_axis_];
    result_step_ = result_strides_[output_axis_];
  }
  if (count_axis_ != no_axis) count_ = source.shape[count_axis_];
  choose_direction();
  choose_sizes();
}

index_t panel_loop::leaf_step(std::size_t axis) const {
  return axis == no_axis || source_.count == 0 ? 0 : source_.leaves[0].strides[axis];
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
    const index_t here = std::abs(leaf_step(d));
    const index_t there = std::abs(leaf_step(best));
    if (here != 0 && (here < there || there == 0)) best = d;
  }
  return best;
}

/// Vectors run along what is nearer in memory, with one exception: many short lines are evaluated
/// with their outputs side by side, even if they could be read where they are.
void panel_loop::choose_direction() {
  constexpr index_t many = 64;
  constexpr index_t short_line = 40;
  const index_t output_step = std::abs(leaf_step(output_axis_));
  const index_t count_step = std::abs(leaf_step(count_axis_));
  const bool outputs_nearer = output_step != 0 && output_step < count_step;
  const bool turned = outputs_ >= many && count_ <= short_line && output_step >= count_step;
  outputs_adjacent_ = turned || (outputs_ > 1 && (count_ == 1 || outputs_nearer));
  const bool lines_lie_so = leaf_step(count_axis_) == 1 && !turned;
  const bool outputs_lie_so = leaf_step(output_axis_) == 1 && outputs_adjacent_;
  in_place_ = source_.is_array && (lines_lie_so || outputs_lie_so);
}

void panel_loop::choose_sizes() {
  const index_t items = at_most(panel_bytes / source_.itemsize, panel_bytes);
  if (outputs_adjacent_) {
    outputs_at_once_ = at_most(outputs_, in_place_ ? most_in_place_ : most_);
    count_at_once_ = in_place_ ? at_most(count_, count_) : at_most(items / outputs_at_once_, items);
  } else {
    // One long line is read at once where it is, so that its sum needs no second accumulator.
    const bool at_once = source_.is_array && leaf_step(count_axis_) == 1;
    count_at_once_ = at_most(count_, at_once ? count_ : items);
    outputs_at_once_ = at_most(items / count_at_once_, most_);
  }
}

const std::byte* panel_loop::load(index_t first_output, panel_layout& part) {
  if (output_axis_ != no_axis) position_[output_axis_] = first_output;
  if (count_axis_ != no_axis) position_[count_axis_] = part.first;
  box_.begin(position_);
  if (in_place_) {
    part.output_step = leaf_step(output_axis_);
    part.step = leaf_step(count_axis_);
    return box_.in_place();
  }
  part.output_step = outputs_adjacent_ ? 1 : part.count;
  part.step = outputs_adjacent_ ? part.outputs : 1;
  if (output_axis_ != no_axis) box_.add_axis(output_axis_, part.outputs, part.output_step);
  if (count_axis_ != no_axis) box_.add_axis(count_axis_, part.count, part.step);
  const auto bytes = static_cast<std::size_t>(part.outputs * part.count * source_.itemsize);
  if (staged_.capacity() < bytes) staged_ = buffer(bytes);
  box_.evaluate(staged_.data());
  return staged_.data();
}

/// Moves the position on along the axes from first to last, but for the inner one.
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
  result_ = 0;
  for (std::size_t d = 0; d < source_.kept; ++d)
    if (d != output_axis_) result_ += position_[d] * result_strides_[d];
  return more;
}

} // namespace tessera::detail
