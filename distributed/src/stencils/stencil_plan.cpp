#include "stencils/stencil_errors.hpp"

#include <tessera/core/error.hpp>
#include <tessera/distributed/stencils/stencil_plan.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace tessera::detail {

namespace {

/// Makes `box` what it has in common with another one; it stays inside `whole`.
void cut_to(flat_box& box, const flat_box& other, const flat_box& whole) {
  for (std::size_t d = 0; d < box.lower.size(); ++d) {
    box.lower[d] =
        std::clamp(std::max(box.lower[d], other.lower[d]), whole.lower[d], whole.upper[d]);
    box.upper[d] = std::clamp(std::min(box.upper[d], other.upper[d]), box.lower[d], whole.upper[d]);
  }
}

/// The regions of one array; of one that leaves no cells alone, as if all its ends had conditions.
stencil_regions regions_of(global_block& array, bool leaves_cells_alone) {
  if (leaves_cells_alone) return array.regions();
  std::vector<halo_axis> halo = array.halo();
  for (halo_axis& axis : halo) axis.fills_lower = axis.fills_upper = true;
  std::vector<interval> block;
  for (std::size_t d = 0; d < halo.size(); ++d) block.push_back(array.owned(d));
  return divide_block(array.axes(), halo, block);
}

/// What several arrays have in common.
template <class Leaves>
stencil_regions common_regions(global_block* const* read, std::size_t count, const Leaves& leaves) {
  stencil_regions result = regions_of(*read[0], leaves(0));
  for (std::size_t k = 1; k < count; ++k) {
    const stencil_regions other = regions_of(*read[k], leaves(k));
    cut_to(result.computed, other.computed, result.computed);
    cut_to(result.interior, other.interior, result.computed);
  }
  if (count > 1) result.frame = frame_around(result.interior, result.computed);
  return result;
}

/// Does the array have an end of an axis where cells may be left alone?
bool has_bare_end(const global_block& array) {
  return std::any_of(array.halo().begin(), array.halo().end(), [](const halo_axis& h) {
    return !h.periodic && ((h.lower > 0 && !h.fills_lower) || (h.upper > 0 && !h.fills_upper));
  });
}

// A row of one cell takes as long as some sixty of a longer one.
constexpr index_t short_row = 512;

/// Are rows short, and cut along their axis?
bool cuts_short_rows(const stencil_regions& regions) {
  const std::size_t last = regions.computed.lower.size() - 1;
  const index_t lower = regions.computed.lower[last];
  const index_t upper = regions.computed.upper[last];
  return upper - lower <= short_row &&
         (regions.interior.lower[last] > lower || regions.interior.upper[last] < upper);
}

bool is_wide(const global_block& array, index_t width) {
  return std::all_of(array.halo().begin(), array.halo().end(),
                     [=](const halo_axis& h) { return h.lower >= width && h.upper >= width; });
}

std::string widths_of(const global_block& array) {
  std::string text;
  for (const halo_axis& h : array.halo())
    text += fmt::format("{}{}+{}", text.empty() ? "(" : ", ", h.lower, h.upper);
  return text + ")";
}

} // namespace

bool reads_neighbours(const read_range* along, std::size_t ndim) {
  return std::any_of(along, along + ndim,
                     [](const read_range& r) { return r.lower > 0 || r.upper > 0; });
}

bool is_beyond_halo(const global_block& array, const read_range* along) {
  for (std::size_t d = 0; d < array.halo().size(); ++d)
    if (along[d].lower > array.halo()[d].lower || along[d].upper > array.halo()[d].upper)
      return true;
  return false;
}

void throw_beyond_halo(const global_block& array, const read_range* along, std::size_t field,
                       std::size_t count) {
  std::size_t d = 0;
  while (along[d].lower <= array.halo()[d].lower && along[d].upper <= array.halo()[d].upper) ++d;
  const halo_axis& width = array.halo()[d];
  const index_t offset = along[d].upper > width.upper ? along[d].upper : -along[d].lower;
  const std::string which =
      count > 1 ? fmt::format("array {} of those that are read, ", field) : "an array ";
  throw index_error(
      fmt::format("a stencil reads at offset {} along axis {} of {}of shape {}, where the halo "
                  "reaches from -{} to {}; its widths are {}: make it wider",
                  offset, d, which, shape_text(array), width.lower, width.upper, widths_of(array)));
}

void plan_stencil(stencil_plan& plan, global_block* const* read, std::size_t count,
                  const known_reach& reach) {
  const std::size_t ndim = read[0]->axes().size();
  bool is_safe = reach.is_exact || (reach.cannot_throw && reach.bound >= 0);
  bool all_leave = true;
  bool may_be_contested = false;
  for (std::size_t k = 0; k < count; ++k) {
    const read_range* const along = reach.ranges + k * ndim;
    if (reach.is_exact && is_beyond_halo(*read[k], along))
      throw_beyond_halo(*read[k], along, k, count);
    is_safe = is_safe && (reach.is_exact || is_wide(*read[k], reach.bound));
    const bool has_bare = has_bare_end(*read[k]);
    all_leave = all_leave && (!has_bare || !reach.is_exact || reads_neighbours(along, ndim));
    may_be_contested = may_be_contested || (has_bare && !reach.is_exact);
  }
  plan.is_watched = !is_safe;
  plan.regions = &plan.own_regions;
  if (all_leave && count == 1)
    plan.regions = &read[0]->regions();
  else
    plan.own_regions = common_regions(read, count, [&](std::size_t k) {
      return !reach.is_exact || reads_neighbours(reach.ranges + k * ndim, ndim);
    });
  plan.is_at_once = cuts_short_rows(*plan.regions);
  if (!may_be_contested) return;
  const stencil_regions all = common_regions(read, count, [](std::size_t) { return false; });
  plan.contested = frame_around(plan.regions->computed, all.computed);
}

} // namespace tessera::detail
