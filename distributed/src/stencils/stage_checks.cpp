// What stages must be like to be run together.
#include "stencils/stage_plan.hpp"
#include "stencils/stencil_errors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tessera::detail {

namespace {

/// Do the blocks of two arrays begin at the same elements, and end there but for the last?
bool line_up(const axis_distribution& a, const axis_distribution& b) {
  if (a == b) return true;
  if (a.is_cyclic() || b.is_cyclic() || a.parts() != b.parts()) return false;
  for (int part = 0; part < a.parts(); ++part) {
    const interval x = a.block(part);
    const interval y = b.block(part);
    if (x.empty() != y.empty() || (!x.empty() && x.lower != y.lower)) return false;
    const bool is_last = x.upper == a.size() || y.upper == b.size();
    if (!is_last && x.upper != y.upper) return false;
  }
  return true;
}

void check_line_up(const global_block& first, const global_block& other) {
  if (!other.comm().same_ranks(first.comm())) refuse_steps("arrays over different communicators");
  for (std::size_t d = 0; d < first.axes().size(); ++d)
    if (!line_up(first.axes()[d], other.axes()[d]))
      refuse_steps(fmt::format("arrays whose blocks do not begin at the same elements: {}, and {}; "
                               "distribute one like the other, or make it with `staggered`",
                               distribution_text(first), distribution_text(other)));
  if (!other.is_dense())
    refuse_steps(
        "an array lies in memory of the caller's with gaps between its rows (see wrap); copy "
        "it, or call apply");
}

void check_swap(const global_block& a, const global_block& b, std::size_t stage) {
  if (a.axes() != b.axes())
    refuse_steps(fmt::format("stage {} exchanges arrays of different distributions: {}, and {}",
                             stage, distribution_text(a), distribution_text(b)));
  for (std::size_t d = 0; d < a.halo().size(); ++d) {
    const halo_axis& x = a.halo()[d];
    const halo_axis& y = b.halo()[d];
    if (x.lower != y.lower || x.upper != y.upper || x.periodic != y.periodic)
      refuse_steps(
          fmt::format("stage {} exchanges arrays whose halos differ along axis {}: {}+{}{} and "
                      "{}+{}{}",
                      stage, d, x.lower, x.upper, x.periodic ? " periodic" : "", y.lower, y.upper,
                      y.periodic ? " periodic" : ""));
    if (x.fills_lower != y.fills_lower || x.fills_upper != y.fills_upper)
      refuse_steps(
          fmt::format("stage {} exchanges arrays of which only one has a boundary condition "
                      "along axis {} at one end; set it for both",
                      stage, d));
  }
}

void check_swaps(const stage_facts& stage, std::size_t number) {
  const std::size_t pairs = stage.blocks.size() / 2;
  for (std::size_t k = 0; k < pairs; ++k)
    check_swap(*stage.blocks[k], *stage.blocks[pairs + k], number);
  for (auto block = stage.blocks.begin(); block != stage.blocks.end(); ++block)
    if (std::find(block + 1, stage.blocks.end(), *block) != stage.blocks.end())
      refuse_steps(
          fmt::format("stage {} names an array twice of those that change places", number));
}

} // namespace

stage_plan::stage_plan(std::vector<stage_facts> stages) : stages_(std::move(stages)) {
  for (const stage_facts& stage : stages_) {
    std::vector<std::size_t> used;
    for (std::size_t k = 0; k < stage.names.size(); ++k) {
      const auto known = std::find(names_.begin(), names_.end(), stage.names[k]);
      used.push_back(static_cast<std::size_t>(known - names_.begin()));
      if (known != names_.end()) continue;
      names_.push_back(stage.names[k]);
      arrays_.push_back(stage.blocks[k]);
      holds_.push_back(holds_.size());
    }
    stage_names_.push_back(std::move(used));
  }
  const auto computes = [](const stage_facts& s) { return !s.is_swap(); };
  if (std::none_of(stages_.begin(), stages_.end(), computes))
    refuse_steps("no stage computes anything; add one made with `stage`");
  for (const global_block* const array : arrays_) check_line_up(*arrays_.front(), *array);
  for (std::size_t s = 0; s < stages_.size(); ++s) add_stage(s);
}

void stage_plan::add_stage(std::size_t s) {
  const stage_facts& stage = stages_[s];
  reach_.emplace_back();
  regions_.emplace_back();
  is_total_.push_back(false);
  if (stage.is_swap()) return check_swaps(stage, s);
  if (stage.blocks.size() > most_arrays)
    refuse_steps(
        fmt::format("stage {} has {} arrays; {} is the most", s, stage.blocks.size(), most_arrays));
  check_outputs(s);
  if (stage.has_colour) check_colours(s);
  find_reach(s);
  find_region(s);
}

void stage_plan::check_outputs(std::size_t s) const {
  const stage_facts& stage = stages_[s];
  const auto outputs_end = stage.blocks.begin() + static_cast<std::ptrdiff_t>(stage.outputs);
  for (std::size_t o = 0; o < stage.outputs; ++o) {
    const auto output = stage.blocks.begin() + static_cast<std::ptrdiff_t>(o);
    if (std::find(output + 1, outputs_end, *output) != outputs_end)
      refuse_steps(fmt::format("stage {} computes its array {} twice", s, o));
    for (std::size_t k = 0; k < stage.inputs() && !stage.has_colour; ++k) {
      const read_range* const along = &stage.reach[k * ndim()];
      const auto reads = [](const read_range& r) { return r.lower > 0 || r.upper > 0; };
      if (stage.blocks[stage.outputs + k] == *output && std::any_of(along, along + ndim(), reads))
        refuse_steps(
            fmt::format("stage {} reads neighbours in its array {}, which it computes: cells "
                        "would be computed from cells already replaced; compute another array "
                        "and let them change places (`swapping`), or cells of one colour at a "
                        "time (`on_colour`)",
                        s, o));
    }
  }
}

/// Along a periodic axis of odd length, the last cell has the colour of the first one.
void stage_plan::check_colours(std::size_t s) const {
  const stage_facts& stage = stages_[s];
  for (std::size_t k = 0; k < stage.inputs(); ++k) {
    const global_block* const input = stage.blocks[stage.outputs + k];
    const auto outputs_end = stage.blocks.begin() + static_cast<std::ptrdiff_t>(stage.outputs);
    if (std::find(stage.blocks.begin(), outputs_end, input) == outputs_end) continue;
    for (std::size_t d = 0; d < ndim(); ++d) {
      const read_range& read = stage.reach[k * ndim() + d];
      const index_t size = input->axes()[d].size();
      if (input->halo()[d].periodic && size % 2 == 1 && (read.lower > 0 || read.upper > 0))
        refuse_steps(fmt::format("stage {} computes cells of one colour from neighbours along axis "
                                 "{}, which is periodic and of odd length, {}: the last cell there "
                                 "has the colour of the first; take an even number",
                                 s, d, size));
    }
  }
}

/// An input that ends before the output is read farther. Conditions fill cells from others on the
/// same side of the end, which must be there as well.
void stage_plan::find_reach(std::size_t s) {
  const stage_facts& stage = stages_[s];
  for (std::size_t k = 0; k < stage.inputs(); ++k)
    for (std::size_t d = 0; d < ndim(); ++d) {
      const global_block& input = *stage.blocks[stage.outputs + k];
      read_range read = stage.reach[k * ndim() + d];
      index_t beyond = 0;
      for (std::size_t o = 0; o < stage.outputs; ++o)
        beyond = std::max(beyond, stage.blocks[o]->axes()[d].size() - input.axes()[d].size());
      read.upper += beyond;
      const halo_axis& ends = input.halo()[d];
      if ((ends.fills_lower && ends.lower < read.lower) ||
          (ends.fills_upper && ends.upper < read.upper) ||
          (!is_local(input, d) && (ends.lower < read.lower || ends.upper < read.upper - beyond)))
        refuse_steps(fmt::format(
            "stage {} reads {}+{} cells around along axis {} in array {} of those it "
            "reads, of shape {}, whose halo is {}+{} wide there: make it wider",
            s, read.lower, read.upper, d, k, shape_text(input), ends.lower, ends.upper));
      if (ends.fills_lower || ends.fills_upper) {
        read.upper = std::max(read.lower, read.upper);
        read.lower = read.upper + beyond;
      }
      reach_[s].push_back(read);
    }
}

void stage_plan::find_region(std::size_t s) {
  const stage_facts& stage = stages_[s];
  bool is_total = true;
  for (std::size_t d = 0; d < ndim(); ++d) {
    interval region{0, far_away};
    bool is_periodic = true;
    for (std::size_t a = 0; a < stage.blocks.size(); ++a)
      is_periodic = is_periodic && stage.blocks[a]->halo()[d].periodic;
    if (is_periodic) region.lower = -far_away;
    for (std::size_t o = 0; o < stage.outputs && !is_periodic; ++o)
      region.upper = std::min(region.upper, stage.blocks[o]->axes()[d].size());
    for (std::size_t k = 0; k < stage.inputs(); ++k) {
      const global_block& input = *stage.blocks[stage.outputs + k];
      const halo_axis& ends = input.halo()[d];
      if (ends.periodic) continue;
      const read_range& read = stage.reach[k * ndim() + d];
      if (!ends.fills_lower) region.lower = std::max(region.lower, read.lower);
      if (!ends.fills_upper)
        region.upper = std::min(region.upper, input.axes()[d].size() - read.upper);
    }
    for (std::size_t o = 0; o < stage.outputs; ++o)
      is_total = is_total && region.lower <= 0 && region.upper >= stage.blocks[o]->axes()[d].size();
    if (!stage.within.empty()) {
      const interval& wanted = stage.within[d];
      const index_t size = stage.blocks[0]->axes()[d].size();
      if (wanted.lower < 0 || wanted.upper > size || wanted.empty())
        refuse_steps(
            fmt::format("stage {} is for the cells {} <= i < {} along axis {}, of arrays of "
                        "shape {}",
                        s, wanted.lower, wanted.upper, d, shape_text(*stage.blocks[0])));
      is_total = is_total && wanted == interval{0, size};
    }
    regions_[s].push_back(region);
  }
  is_total_[s] = is_total;
}

} // namespace tessera::detail
