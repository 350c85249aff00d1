#include "expressions/alignment.hpp"
#include "expressions/call_text.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/process_grid.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

void check_ranks(const view_ref& result, const view_ref& operand) {
  if (operand.block == result.block || operand.block->comm().same_ranks(result.block->comm()))
    return;
  throw argument_error(fmt::format(
      "arrays of different distributions in one expression: {}, and {} of another communicator",
      text_of(operand), text_of(result)));
}

/// `beside` is what the operand is to be computed with, or written to, at the places of `result`.
[[noreturn]] void throw_not_aligned(const view_ref& operand, const view_ref& beside,
                                    const view_ref& result) {
  const bool may_be_shifted = operand.block->axes() == result.block->axes();
  throw argument_error(fmt::format(
      "arrays of different distributions in one expression: {}, and {}{}; redistribute one of them "
      "first, or, for views that are shifted against each other, give the array a halo as wide as "
      "the shift",
      text_of(operand), text_of(beside), may_be_shifted ? halo_needed(result, operand) : ""));
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

/// @throws argument_error when the grids of two arrays were asked for in different ways.
void check_requests(const view_ref& operand, const view_ref& result) {
  if (are_asked_alike(operand, result)) return;
  const std::size_t ndim = operand.block->axes().size();
  throw argument_error(
      fmt::format("arrays on process grids that were asked for as {} and as {} in one expression: "
                  "{}, and {}; other numbers of ranks would divide them differently: make both on "
                  "one process grid, or redistribute one of them first",
                  request_text(operand.block->request(), ndim),
                  request_text(result.block->request(), ndim), text_of(operand), text_of(result)));
}

} // namespace

void check_same_distribution(const view_ref& a, const view_ref& b) {
  check_ranks(a, b);
  check_requests(b, a);
  if (a.block->axes() != b.block->axes()) throw_not_aligned(b, a, a);
}

namespace {

/// Another view of the result's array among the operands, or else the result.
const view_ref& beside(const view_ref& operand, const view_ref& result, const operand_ref* operands,
                       std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) {
    const view_ref* const other = operands[k].view();
    if (other != nullptr && other->block == result.block && !is_same_view(operand, *other))
      return *other;
  }
  return result;
}

/// Does one of the operands read the halo? @throws argument_error when it reads beyond it.
bool check_aligned(const view_ref& operand, const view_ref& result, const operand_ref* operands,
                   std::size_t count) {
  check_ranks(result, operand);
  check_requests(operand, result);
  bool reads_halo = false;
  if (is_aligned(result, operand, reads_halo)) return reads_halo;
  throw_not_aligned(operand, beside(operand, result, operands, count), result);
}

} // namespace

void check_aligned(const view_ref& result, const operand_ref* operands, std::size_t count) {
  for (std::size_t k = 0; k < count; ++k)
    if (const view_ref* const view = operands[k].view())
      check_aligned(*view, result, operands, count);
}

namespace {

/// Where this rank's elements of a view lie on an axis of its array that is cyclic: positions in
/// its block, which follow each other as the view's elements do when its step is 1 or -1.
interval positions_on(const view_ref& view, std::size_t m) {
  const axis_walk& walk = view.walks[m];
  const auto d = static_cast<std::size_t>(walk.axis);
  const index_t last = walk.first + (view.shape[m] - 1) * walk.step;
  const axis_distribution& rule = view.block->axes()[d];
  const int part = view.block->part(d);
  return {rule.count_below(part, std::min(walk.first, last)),
          rule.count_below(part, std::max(walk.first, last) + 1)};
}

bool is_cyclic(const view_ref& view, std::size_t m) {
  const int d = view.walks[m].axis;
  return d >= 0 && view.block->axes()[static_cast<std::size_t>(d)].is_cyclic();
}

/// @throws argument_error on all ranks when this rank's elements of the result would not be one
/// run in its memory, or an array that every rank has would have to be picked to pieces.
void check_cyclic(const view_ref& result, const operand_ref* operands, std::size_t count) {
  for (std::size_t m = 0; m < result.ndim; ++m) {
    if (!is_cyclic(result, m) || result.shape[m] <= 1) continue;
    const index_t step = result.walks[m].step;
    if (step != 1 && step != -1)
      throw argument_error(fmt::format("an expression of views with step {} along a cyclic axis, "
                                       "of {}; copy the views to other arrays first",
                                       step, text_of(result)));
    for (std::size_t k = 0; k < count; ++k) {
      const local_ref* const local = operands[k].local();
      if (local == nullptr) continue;
      const std::size_t missing = result.ndim - std::min(local->ndim, result.ndim);
      if (m >= missing && local->shape[m - missing] != 1)
        throw argument_error(fmt::format(
            "a local array beside {}, along whose cyclic axis it would be picked to pieces; make "
            "it a global array of that distribution first (scatter, or fill)",
            text_of(result)));
    }
  }
}

} // namespace

evaluation::evaluation(const view_ref& result, bool writes, const operand_ref* operands,
                       std::size_t count, std::uint64_t form)
    : result_(result) {
  agree_if_checked(result.block->comm(),
                   writes ? "an assignment to a global array" : "an expression of global arrays",
                   [&] {
                     std::string text = call_text(result);
                     for (std::size_t k = 0; k < count; ++k)
                       text += (k == 0 ? " from " : ", ") + call_text(operands[k]);
                     if (form != 0) text += ", expression " + hex_text(form);
                     return text;
                   });
  bool reads_what_it_writes = false; // at other places than it writes
  check_cyclic(result, operands, count);
  for (std::size_t k = 0; k < count; ++k) {
    const view_ref* const view = operands[k].view();
    if (view == nullptr) continue;
    const bool reads_halo = check_aligned(*view, result, operands, count);
    if (view->block == result.block)
      reads_what_it_writes = reads_what_it_writes || !is_same_view(result, *view);
    if (reads_halo) add_exchange(view->block);
  }
  take_whole();
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

evaluation::~evaluation() = default;

/// Makes the box of all elements of the result that this rank owns.
void evaluation::take_whole() {
  for (std::size_t m = 0; m < result_.ndim; ++m) {
    lower_[m] = 0;
    shape_[m] = result_.shape[m];
  }
  for (std::size_t d = 0; d < result_.block->axes().size(); ++d) {
    const interval& owned = result_.block->owned(d);
    const int m = walk_along(result_, d);
    if (m >= 0 && is_cyclic(result_, static_cast<std::size_t>(m))) {
      // Counted in this rank's elements: the first of them is number 0.
      const bool none = result_.shape[m] == 0 || !result_.block->is_in_grid();
      shape_[m] = none ? 0 : positions_on(result_, static_cast<std::size_t>(m)).size();
    } else if (m >= 0) {
      const interval range = places_in(result_.walks[m], result_.shape[m], owned);
      lower_[m] = range.lower;
      shape_[m] = std::max<index_t>(range.size(), 0);
    } else {
      is_empty_ = is_empty_ || !result_.block->is_in_grid() ||
                  result_.block->axes()[d].owner(result_.fixed[d]) != result_.block->part(d);
    }
  }
  for (std::size_t m = 0; m < result_.ndim; ++m) is_empty_ = is_empty_ || shape_[m] == 0;
  if (is_empty_) std::fill(shape_, shape_ + result_.ndim, 0);
}

void evaluation::check_boxes() const {
  for (std::size_t m = 0; m < result_.ndim; ++m)
    if (is_cyclic(result_, m) && result_.shape[m] > 1)
      throw argument_error(fmt::format("this function does not work on cyclic axes, as those of "
                                       "{}; redistribute the array to blocks first",
                                       text_of(result_)));
}

void evaluation::join() {
  finish_exchanges();
  frame_.clear();
  take_whole();
}

void evaluation::add_exchange(global_block* block) {
  if (block->halo_is_fresh() && !checks_arguments()) return;
  if (std::find(stale_.begin(), stale_.end(), block) == stale_.end()) stale_.push_back(block);
}

void evaluation::start_exchanges() { start_halos(stale_, exchanges_); }

bool evaluation::is_waiting() const {
  return std::any_of(exchanges_.begin(), exchanges_.end(),
                     [](const transfer& exchange) { return exchange.is_under_way(); });
}

void evaluation::finish_exchanges() {
  for (transfer& exchange : exchanges_) exchange.finish();
  exchanges_.clear();
}

namespace {

/// Takes from a box of the result what needs the halo of a view; it stays inside `whole`.
void keep_off_halo(flat_box& box, const view_ref& view, const flat_box& whole) {
  for (std::size_t d = 0; d < view.block->axes().size(); ++d) {
    if (is_complete_at_start(*view.block, d)) continue;
    const interval& owned = view.block->owned(d);
    const int m = walk_along(view, d);
    const bool moves = m >= 0 && view.shape[m] > 1;
    if (!moves) {
      const index_t place = m >= 0 ? view.walks[m].start() : view.fixed[d];
      if (place < owned.lower || place >= owned.upper) box.upper[0] = box.lower[0];
      continue;
    }
    const std::size_t at = static_cast<std::size_t>(m) + whole.lower.size() - view.ndim;
    const axis_walk& walk = view.walks[m];
    const interval range = places_in({walk.start(), walk.step, walk.axis}, view.shape[m], owned);
    box.lower[at] = std::min(std::max(box.lower[at], range.lower), whole.upper[at]);
    box.upper[at] = std::max(std::min(box.upper[at], range.upper), box.lower[at]);
  }
}

} // namespace

/// Leaves in the first box what needs no halo, and puts slabs around it.
void evaluation::divide(const operand_ref* operands, std::size_t count) {
  if (is_empty_) return;
  flat_box rest{{lower_, lower_ + result_.ndim}, {}};
  for (std::size_t m = 0; m < result_.ndim; ++m) rest.upper.push_back(lower_[m] + shape_[m]);
  flat_box inner = rest;
  for (std::size_t k = 0; k < count; ++k) {
    const view_ref* const view = operands[k].view();
    if (view != nullptr && std::find(stale_.begin(), stale_.end(), view->block) != stale_.end())
      keep_off_halo(inner, *view, rest);
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

/// Gives a part the shape of the box, but for axes along which one element is repeated. Is it
/// empty?
bool evaluation::give_shape(operand_part& part, const index_t* shape, std::size_t ndim) const {
  bool is_empty = is_empty_;
  for (std::size_t m = 0; m < ndim; ++m) {
    const std::size_t at = m + result_.ndim - ndim;
    part.shape[m] = shape[m] == 1 && result_.shape[at] != 1 ? 1 : shape_[at];
    is_empty = is_empty || part.shape[m] == 0;
  }
  return is_empty;
}

/// The first place in the box along an operand's axis.
index_t evaluation::first_along(std::size_t m, const index_t* shape, std::size_t ndim) const {
  return shape[m] == 1 ? 0 : lower_[m + result_.ndim - ndim];
}

namespace {

/// Where a place on a view's axis, which runs along axis d of the array, is in this rank's block.
/// On a cyclic axis, places are counted in those of this rank.
index_t position_of(const view_ref& view, std::size_t m, std::size_t d, index_t place) {
  const axis_walk& walk = view.walks[m];
  if (!is_cyclic(view, m) || view.shape[m] <= 1)
    return view.block->local(d, walk.start() + place * walk.step);
  const interval positions = positions_on(view, m);
  return walk.step > 0 ? positions.lower + place : positions.upper - 1 - place;
}

} // namespace

operand_part evaluation::part_of(const view_ref& view) const {
  operand_part part;
  part.data = view.block->data();
  const bool is_empty = give_shape(part, view.shape, view.ndim);
  const block_layout& layout = view.block->layout();
  index_t offset = layout.origin;
  for (std::size_t m = 0; m < view.ndim; ++m) {
    const axis_walk& walk = view.walks[m];
    part.strides[m] = 0;
    if (walk.axis < 0) continue;
    const auto d = static_cast<std::size_t>(walk.axis);
    part.strides[m] = walk.step * layout.strides[d];
    if (is_empty) continue;
    offset += position_of(view, m, d, first_along(m, view.shape, view.ndim)) * layout.strides[d];
  }
  if (is_empty || part.data == nullptr) return part;
  for (std::size_t d = 0; d < view.block->axes().size(); ++d)
    if (walk_along(view, d) < 0) offset += view.block->local(d, view.fixed[d]) * layout.strides[d];
  part.data += offset * view.itemsize;
  return part;
}

operand_part evaluation::part_of(const local_ref& local) const {
  operand_part part;
  // The constness of what is only read ends with the types.
  part.data = const_cast<std::byte*>(local.data);
  const bool is_empty = give_shape(part, local.shape, local.ndim);
  index_t offset = 0;
  for (std::size_t m = 0; m < local.ndim; ++m) {
    part.strides[m] = local.strides[m];
    offset += first_along(m, local.shape, local.ndim) * local.strides[m];
  }
  if (!is_empty && part.data != nullptr) part.data += offset * local.itemsize;
  return part;
}

} // namespace tessera::detail
