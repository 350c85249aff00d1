#include "alignment.hpp"

#include <tessera/core/error.hpp>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

void check_ranks(const operand_ref& result, const operand_ref& operand) {
  if (operand.block == result.block || operand.block->comm().same_ranks(result.block->comm()))
    return;
  throw argument_error("arrays of different distributions in one expression: " + text_of(operand) +
                       ", and " + text_of(result) + " of another communicator");
}

[[noreturn]] void throw_not_aligned(const operand_ref& operand, const operand_ref& result) {
  throw argument_error("arrays of different distributions in one expression: " + text_of(operand) +
                       ", and " + text_of(result) +
                       "; redistribute one of them first, or, for views that are shifted against "
                       "each other, give the array a halo as wide as the shift");
}

/// Does the halo along an axis need nothing from other ranks, and nothing that is found from what
/// they send?
bool is_complete_at_start(const global_block& block, std::size_t axis) {
  const halo_axis& halo = block.halo()[axis];
  return block.axes()[axis].parts() == 1 && !halo.fills_lower && !halo.fills_upper;
}

/// Slabs at the ends of the last axis are so wide that their rows are worth a vectorised loop.
void widen_ends(flat_box& inner, const flat_box& rest) {
  constexpr index_t shortest_row = 16;
  index_t& lower = inner.lower.back();
  index_t& upper = inner.upper.back();
  if (lower > rest.lower.back())
    lower = std::min(std::max(lower, rest.lower.back() + shortest_row), upper);
  if (upper < rest.upper.back())
    upper = std::max(std::min(upper, rest.upper.back() - shortest_row), lower);
}

} // namespace

void check_same_distribution(const operand_ref& a, const operand_ref& b) {
  check_ranks(a, b);
  if (a.block->axes() != b.block->axes()) throw_not_aligned(b, a);
}

const operand_ref& leader_of(const operand_ref* operands, std::size_t count, const index_t* shape) {
  std::size_t ndim = 0;
  for (std::size_t k = 0; k < count; ++k) ndim = std::max(ndim, operands[k].ndim);
  for (std::size_t k = 0; k < count; ++k)
    if (operands[k].block != nullptr && operands[k].ndim == ndim &&
        std::equal(shape, shape + ndim, operands[k].shape))
      return operands[k];
  throw argument_error("no global array in an expression of shape " + tuple_text(shape, ndim) +
                       " has this shape itself, so there is no distribution to compute it in; "
                       "assign it to a global array");
}

evaluation::evaluation(const operand_ref& result, bool writes, const operand_ref* operands,
                       std::size_t count)
    : result_(result) {
  bool reads_what_it_writes = false; // at other places than it writes
  for (std::size_t k = 0; k < count; ++k) {
    if (operands[k].block == nullptr) continue;
    check_ranks(result, operands[k]);
    bool reads_halo = false;
    if (!is_aligned(result, operands[k], reads_halo)) throw_not_aligned(operands[k], result);
    if (operands[k].block == result.block)
      reads_what_it_writes = reads_what_it_writes || !is_same_view(result, operands[k]);
    if (reads_halo) add_exchange(operands[k].block);
  }
  for (std::size_t m = 0; m < result.ndim; ++m) {
    lower_[m] = 0;
    shape_[m] = result.shape[m];
  }
  for (std::size_t d = 0; d < result.block->axes().size(); ++d) {
    const interval& owned = result.block->owned(d);
    const int m = walk_along(result, d);
    if (m >= 0) {
      const interval range = places_in(result.walks[m], result.shape[m], owned);
      lower_[m] = range.lower;
      shape_[m] = std::max<index_t>(range.size(), 0);
    } else {
      is_empty_ = is_empty_ || result.fixed[d] < owned.lower || result.fixed[d] >= owned.upper;
    }
  }
  for (std::size_t m = 0; m < result.ndim; ++m) is_empty_ = is_empty_ || shape_[m] == 0;
  if (is_empty_) std::fill(shape_, shape_ + result.ndim, 0);
  if (!stale_.empty()) {
    start_exchanges();
    // Nothing may be written before all was read; and with nothing to wait for, one box is best.
    if ((writes && reads_what_it_writes) || !is_waiting())
      finish_exchanges();
    else
      divide(operands, count);
  }
  if (writes) result.block->mark_written();
}

void evaluation::add_exchange(global_block* block) {
  if (block->halo_is_fresh()) return;
  if (std::find(stale_.begin(), stale_.end(), block) == stale_.end()) stale_.push_back(block);
}

void evaluation::start_exchanges() {
  for (global_block* const block : stale_) exchanges_.push_back(block->start_halo());
}

bool evaluation::is_waiting() const {
  return std::any_of(exchanges_.begin(), exchanges_.end(),
                     [](const transfer& exchange) { return exchange.is_under_way(); });
}

void evaluation::finish_exchanges() {
  for (transfer& exchange : exchanges_) exchange.finish();
  exchanges_.clear();
}

/// Leaves in the first box what needs no halo, and puts slabs around it.
void evaluation::divide(const operand_ref* operands, std::size_t count) {
  if (is_empty_) return;
  flat_box rest{{lower_, lower_ + result_.ndim}, {}};
  for (std::size_t m = 0; m < result_.ndim; ++m) rest.upper.push_back(lower_[m] + shape_[m]);
  flat_box inner = rest;
  for (std::size_t k = 0; k < count; ++k) {
    const operand_ref& operand = operands[k];
    if (std::find(stale_.begin(), stale_.end(), operand.block) == stale_.end()) continue;
    for (std::size_t d = 0; d < operand.block->axes().size(); ++d) {
      if (is_complete_at_start(*operand.block, d)) continue;
      const interval& owned = operand.block->owned(d);
      const int m = walk_along(operand, d);
      const bool moves = m >= 0 && operand.shape[m] > 1;
      if (!moves) {
        const index_t place = m >= 0 ? operand.walks[m].start() : operand.fixed[d];
        if (place < owned.lower || place >= owned.upper) inner.upper[0] = inner.lower[0];
        continue;
      }
      const std::size_t at = static_cast<std::size_t>(m) + result_.ndim - operand.ndim;
      const axis_walk& walk = operand.walks[m];
      const interval range =
          places_in({walk.start(), walk.step, walk.axis}, operand.shape[m], owned);
      inner.lower[at] = std::min(std::max(inner.lower[at], range.lower), rest.upper[at]);
      inner.upper[at] = std::max(std::min(inner.upper[at], range.upper), inner.lower[at]);
    }
  }
  widen_ends(inner, rest);
  frame_ = frame_around(inner, rest);
  for (std::size_t m = 0; m < result_.ndim; ++m) {
    lower_[m] = inner.lower[m];
    shape_[m] = inner.upper[m] - inner.lower[m];
  }
}

bool evaluation::next() {
  if (box_++ == 0) return true;
  finish_exchanges();
  if (box_ - 2 >= frame_.size()) return false;
  const flat_box& slab = frame_[box_ - 2];
  for (std::size_t m = 0; m < result_.ndim; ++m) {
    lower_[m] = slab.lower[m];
    shape_[m] = slab.upper[m] - slab.lower[m];
  }
  return true;
}

operand_part evaluation::part_of(const operand_ref& operand) const {
  operand_part part;
  index_t first = operand.block != nullptr ? operand.block->layout().origin : 0;
  bool empty = is_empty_;
  for (std::size_t m = 0; m < operand.ndim; ++m) {
    const std::size_t at = m + result_.ndim - operand.ndim;
    const bool repeated = operand.shape[m] == 1;
    const index_t lower = repeated ? 0 : lower_[at];
    part.shape[m] = repeated && result_.shape[at] != 1 ? 1 : shape_[at];
    empty = empty || part.shape[m] == 0;
    if (operand.block == nullptr) {
      part.strides[m] = operand.strides[m];
      first += lower * operand.strides[m];
      continue;
    }
    const axis_walk& walk = operand.walks[m];
    part.strides[m] = 0;
    if (walk.axis < 0) continue;
    const auto d = static_cast<std::size_t>(walk.axis);
    const index_t stride = operand.block->layout().strides[d];
    part.strides[m] = walk.step * stride;
    first += (walk.start() + lower * walk.step - operand.block->owned(d).lower) * stride;
  }
  if (operand.block != nullptr)
    for (std::size_t d = 0; d < operand.block->axes().size(); ++d)
      if (walk_along(operand, d) < 0)
        first +=
            (operand.fixed[d] - operand.block->owned(d).lower) * operand.block->layout().strides[d];
  const std::byte* const base = operand.block != nullptr ? operand.block->data() : operand.data;
  // The constness of what is only read ends with the types.
  part.data =
      const_cast<std::byte*>(empty || base == nullptr ? base : base + first * operand.itemsize);
  return part;
}

} // namespace tessera::detail
