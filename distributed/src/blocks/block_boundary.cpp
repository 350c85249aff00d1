#include "blocks/boundary_step.hpp"

#include <tessera/core/error.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tessera::detail {

namespace {

bool is_filled(boundary_kind kind) {
  return kind != boundary_kind::none && kind != boundary_kind::periodic;
}

const char* name_of(boundary_kind kind) {
  switch (kind) {
  case boundary_kind::reflecting: return "reflecting";
  case boundary_kind::antireflecting: return "antireflecting";
  case boundary_kind::extrapolated: return "extrapolated";
  default: return "this";
  }
}

void check_numbers(boundary_kind kind, const number_layout& format) {
  const bool computes =
      kind == boundary_kind::antireflecting || kind == boundary_kind::extrapolated;
  if (computes && format.is == number_layout::family::none)
    throw argument_error(
        fmt::format("an {} boundary of an array whose elements are not integers, floating-point or "
                    "complex numbers; use fixed, reflecting or a function",
                    name_of(kind)));
}

/// How many cells next to an end are read for `outside` cells beyond it.
index_t cells_read(boundary_kind kind, index_t outside, index_t n) {
  if (outside <= 0) return 0;
  if (kind == boundary_kind::reflecting || kind == boundary_kind::antireflecting)
    return std::min(outside, n);
  return kind == boundary_kind::extrapolated ? std::min<index_t>(2, n) : 0;
}

/// Every rank reads only what is in its block or its halo. All ranks find the same.
void check_reach(const axis_distribution& rule, const halo_axis& width, std::size_t axis,
                 boundary_kind lower, boundary_kind upper) {
  if (width.lower == 0 && width.upper == 0) return; // of cyclic axes, too
  const index_t n = rule.size();
  for (int part = 0; part < rule.parts(); ++part) {
    const interval block = rule.block(part);
    if (block.empty()) continue;
    const interval padded{block.lower - width.lower, block.upper + width.upper};
    const bool below = cells_read(lower, -padded.lower, n) <= padded.upper;
    const bool above = n - cells_read(upper, padded.upper - n, n) >= padded.lower;
    if (below && above) continue;
    throw argument_error(
        fmt::format("a boundary that is {} along axis {} would read elements that part {} of the "
                    "ranks, with elements {} to {} and a halo of widths {} and {}, does not have; "
                    "use larger blocks or a narrower halo",
                    name_of(below ? upper : lower), axis, part, block.lower, block.upper - 1,
                    width.lower, width.upper));
  }
}

} // namespace

/// The steps of one end of an axis are `first` and those behind it: a layer each, from the end
/// outwards, or one for all layers.
struct block_boundary::steps {
  struct end {
    std::size_t axis;
    bool is_lower;
    std::size_t first;
    std::size_t count;
  };
  std::vector<boundary_step> all;
  std::vector<end> ends;
};

block_boundary::~block_boundary() { delete steps_; }

void block_boundary::forget_steps() {
  delete steps_;
  steps_ = nullptr;
}

void block_boundary::set(const axes_span& axes, const std::vector<halo_axis>& halo,
                         std::size_t axis, const boundary_side& lower, const boundary_side& upper,
                         const number_layout& format) {
  if ((lower.kind() == boundary_kind::periodic) != (upper.kind() == boundary_kind::periodic))
    throw argument_error(
        fmt::format("axis {} is to be periodic at one end and not at the other", axis));
  check_numbers(lower.kind(), format);
  check_numbers(upper.kind(), format);
  check_reach(axes[axis], halo[axis], axis, lower.kind(), upper.kind());
  axes_.resize(axes.size());
  axes_[axis] = {lower, upper, format};
  forget_steps();
}

void block_boundary::copy_from(const block_boundary& other) {
  axes_ = other.axes_;
  time = other.time;
  forget_steps();
}

void block_boundary::set_homogeneous(const axes_span& axes, const std::vector<halo_axis>& halo,
                                     const block_boundary& other, index_t itemsize) {
  const auto without_values = [itemsize](const boundary_side& side) {
    if (side.kind() != boundary_kind::fixed && side.kind() != boundary_kind::function) return side;
    return boundary_side(std::vector<std::byte>(static_cast<std::size_t>(itemsize)));
  };
  axes_.clear();
  forget_steps();
  for (std::size_t d = 0; d < other.axes_.size(); ++d) {
    const ends& e = other.axes_[d];
    set(axes, halo, d, without_values(e.lower), without_values(e.upper), e.format);
  }
}

boundary_kind block_boundary::kind_at(std::size_t axis, bool upper) const {
  if (axis >= axes_.size()) return boundary_kind::none;
  return upper ? axes_[axis].upper.kind() : axes_[axis].lower.kind();
}

bool block_boundary::any() const {
  return std::any_of(axes_.begin(), axes_.end(), [](const ends& e) {
    return is_filled(e.lower.kind()) || is_filled(e.upper.kind());
  });
}

bool block_boundary::has_function() const {
  return std::any_of(axes_.begin(), axes_.end(), [](const ends& e) {
    return e.lower.function() != nullptr || e.upper.function() != nullptr;
  });
}

bool block_boundary::may_throw() const {
  const auto throws = [](const boundary_side& side) {
    return side.function() != nullptr && side.function()->may_throw();
  };
  return std::any_of(axes_.begin(), axes_.end(),
                     [&](const ends& e) { return throws(e.lower) || throws(e.upper); });
}

const block_boundary::steps& block_boundary::steps_for(const placed_block& block) {
  if (steps_ == nullptr) {
    steps_ = new steps;
    boundary_planner planner(block, steps_->all);
    for (std::size_t d = 0; d < axes_.size(); ++d) {
      const std::size_t first = steps_->all.size();
      planner.add_lower_end(d, axes_[d].lower, axes_[d].format);
      const std::size_t middle = steps_->all.size();
      planner.add_upper_end(d, axes_[d].upper, axes_[d].format);
      steps_->ends.push_back({d, true, first, middle - first});
      steps_->ends.push_back({d, false, middle, steps_->all.size() - middle});
    }
  }
  return *steps_;
}

void block_boundary::fill(const placed_block& block, std::byte* data) {
  for (const boundary_step& step : steps_for(block).all) step.run(block, data, time);
}

void block_boundary::fill_inside(const placed_block& block, std::byte* data, double at_time,
                                 const index_t* box_lower, const index_t* box_upper) {
  const steps& known = steps_for(block);
  for (const steps::end& end : known.ends) {
    const index_t beyond =
        end.is_lower ? -box_lower[end.axis] : box_upper[end.axis] - block.axes[end.axis].size();
    if (beyond <= 0) continue;
    const std::size_t layers = std::min(end.count, static_cast<std::size_t>(beyond));
    for (std::size_t k = end.first; k < end.first + layers; ++k)
      known.all[k].run_inside(block, data, at_time, box_lower, box_upper);
  }
}

} // namespace tessera::detail
