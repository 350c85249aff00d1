#include <tessera/core/error.hpp>
#include <tessera/distributed/multigrid/grid_level.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tessera::detail {

namespace {

constexpr index_t shortest = 4;            // axes that are not made coarser any more
constexpr index_t thinnest = 4;            // blocks
constexpr index_t fewest_cells = 8192;     // worth the messages of several ranks
constexpr double about_the_smallest = 1.5; // times the smallest spacing

void check_condition(boundary_kind kind, std::size_t axis) {
  const bool is_known = kind == boundary_kind::periodic || kind == boundary_kind::reflecting ||
                        kind == boundary_kind::antireflecting || kind == boundary_kind::fixed ||
                        kind == boundary_kind::function;
  if (!is_known)
    throw argument_error(fmt::format(
        "multigrid: axis {} has an end whose boundary is {}; make it periodic, reflecting, "
        "antireflecting or fixed",
        axis, kind == boundary_kind::none ? "none" : "extrapolated"));
}

boundary_kind without_value(boundary_kind kind) {
  return kind == boundary_kind::function ? boundary_kind::fixed : kind;
}

/// Of all parts of the fine and the coarse axis.
void take_halos(const axis_distribution& fine, const grid_axis& fine_axis,
                const grid_axis& coarse_axis, const std::vector<index_t>& boundaries,
                axis_transfer::widths& of_fine, axis_transfer::widths& of_coarse) {
  for (int part = 0; part < fine.parts(); ++part) {
    const auto p = static_cast<std::size_t>(part);
    const axis_transfer transfer(fine_axis, coarse_axis, fine.block(part),
                                 {boundaries[p], boundaries[p + 1]});
    const axis_transfer::widths down = transfer.fine_halo();
    const axis_transfer::widths up = transfer.coarse_halo();
    of_fine.take(down.lower, down.upper);
    of_coarse.take(up.lower, up.upper);
  }
}

} // namespace

std::vector<grid_axis> grid_axes(const global_block& block, const double* spacing) {
  std::vector<grid_axis> result;
  for (std::size_t d = 0; d < block.axes().size(); ++d) {
    if (block.axes()[d].is_cyclic())
      throw argument_error(fmt::format("multigrid: axis {} is dealt out in turn; redistribute the "
                                       "array in blocks",
                                       d));
    if (!(spacing[d] > 0))
      throw argument_error(fmt::format(
          "multigrid: the spacing along axis {} is {}; it must be positive", d, spacing[d]));
    const boundary_kind lower = without_value(block.boundary_at(d, false));
    const boundary_kind upper = without_value(block.boundary_at(d, true));
    check_condition(lower, d);
    check_condition(upper, d);
    result.push_back({block.axes()[d].size(), spacing[d], lower, upper});
  }
  return result;
}

bool coarsen(std::vector<grid_axis>& axes) {
  double smallest = HUGE_VAL;
  for (const grid_axis& axis : axes)
    if (axis.size > shortest) smallest = std::min(smallest, axis.spacing);
  if (smallest == HUGE_VAL) return false;
  for (grid_axis& axis : axes)
    if (axis.size > shortest && axis.spacing <= about_the_smallest * smallest) axis = coarser(axis);
  return true;
}

coarse_layout lay_out(const global_block& fine, const std::vector<grid_axis>& coarse) {
  coarse_layout result{{}, false};
  index_t cells = 1;
  for (std::size_t d = 0; d < coarse.size(); ++d) {
    const axis_distribution& rule = fine.axes()[d];
    result.boundaries.push_back(coarse_boundaries(rule, coarse[d].size));
    cells *= coarse[d].size;
    if (rule.parts() == 1) continue;
    const std::vector<index_t>& ends = result.boundaries.back();
    for (std::size_t p = 0; p + 1 < ends.size(); ++p)
      result.is_gathered = result.is_gathered || ends[p + 1] - ends[p] < thinnest;
  }
  const bool is_divided = fine.grid_ranks() > 1;
  result.is_gathered = is_divided && (result.is_gathered || cells <= fewest_cells);
  return result;
}

bool is_thin(const global_block& block) {
  for (const axis_distribution& rule : block.axes())
    for (int part = 0; part < rule.parts() && rule.parts() > 1; ++part)
      if (rule.block(part).size() < thinnest) return true;
  return false;
}

std::vector<int> fewer_parts(const axes_span& divided, const std::vector<grid_axis>& axes) {
  index_t cells = 1;
  for (const grid_axis& axis : axes) cells *= axis.size;
  std::vector<int> result;
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const index_t most = cells <= fewest_cells ? 1 : axes[d].size / (2 * thinnest);
    result.push_back(static_cast<int>(std::clamp<index_t>(most, 1, divided[d].parts())));
  }
  return result;
}

transfer_halos halos_between(const global_block& fine, const std::vector<grid_axis>& fine_axes,
                             const std::vector<grid_axis>& coarse_axes,
                             const std::vector<std::vector<index_t>>& boundaries) {
  const std::size_t ndim = fine_axes.size();
  transfer_halos result{std::vector<axis_transfer::widths>(ndim),
                        std::vector<axis_transfer::widths>(ndim)};
  for (std::size_t d = 0; d < ndim; ++d)
    take_halos(fine.axes()[d], fine_axes[d], coarse_axes[d], boundaries[d], result.fine[d],
               result.coarse[d]);
  return result;
}

std::vector<axis_transfer> transfers_between(const global_block& fine, const global_block& coarse,
                                             const std::vector<grid_axis>& fine_axes,
                                             const std::vector<grid_axis>& coarse_axes) {
  std::vector<axis_transfer> result;
  for (std::size_t d = 0; d < fine_axes.size(); ++d)
    result.emplace_back(fine_axes[d], coarse_axes[d], fine.owned(d), coarse.owned(d));
  return result;
}

} // namespace tessera::detail
