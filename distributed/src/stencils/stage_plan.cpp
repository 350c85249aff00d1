#include "stencils/stage_plan.hpp"

#include <algorithm>
#include <utility>

namespace tessera::detail {

namespace {

bool owns_none(const global_block& block) {
  for (std::size_t d = 0; d < block.axes().size(); ++d)
    if (block.owned(d).empty()) return true;
  return false;
}

index_t floor_quotient(index_t a, index_t n) { return a >= 0 ? a / n : -((-a + n - 1) / n); }

} // namespace

bool stage_plan::is_local(const global_block& array, std::size_t d) {
  return !array.halo()[d].periodic && array.axes()[d].parts() == 1;
}

const global_block& stage_plan::clock() const {
  const auto first = std::find_if(stages_.begin(), stages_.end(),
                                  [](const stage_facts& stage) { return !stage.is_swap(); });
  return *first->blocks[first->inputs() > 0 ? first->outputs : 0];
}

void stage_plan::continue_from(const stage_plan* before, double time_step) {
  time_step_ = time_step;
  start_ = clock().time();
  if (before == nullptr) return;
  start_at_ = taken_ = before->taken_;
  if (before->time_after(0) != start_) return;
  start_ = before->start_;
  start_at_ = before->start_at_;
}

void stage_plan::advance(index_t steps) {
  taken_ += steps;
  for (index_t step = 0; step < steps; ++step)
    for (std::size_t s = 0; s < stages_.size(); ++s)
      if (stages_[s].is_swap()) exchange_names(s, holds_);
}

double stage_plan::time_after(double steps) const {
  return start_ + (static_cast<double>(taken_ - start_at_) + steps) * time_step_;
}

bool stage_plan::owns_cells() const { return !owns_none(*arrays_.front()); }

bool stage_plan::may_throw() const {
  return std::any_of(stages_.begin(), stages_.end(),
                     [](const stage_facts& s) { return !s.is_swap() && s.code.may_throw; }) ||
         std::any_of(arrays_.begin(), arrays_.end(),
                     [](const global_block* a) { return a->boundary_may_throw(); });
}

void stage_plan::exchange_names(std::size_t stage, std::vector<std::size_t>& holds) const {
  const std::vector<std::size_t>& names = stage_names_[stage];
  const std::size_t pairs = names.size() / 2;
  for (std::size_t k = 0; k < pairs; ++k) std::swap(holds[names[k]], holds[names[pairs + k]]);
}

std::vector<stage_pass> stage_plan::passes_of(index_t steps) const {
  std::vector<std::size_t> holds = holds_;
  std::vector<stage_pass> passes;
  for (index_t step = 0; step < steps; ++step)
    for (std::size_t s = 0; s < stages_.size(); ++s) {
      if (stages_[s].is_swap()) {
        exchange_names(s, holds);
        continue;
      }
      passes.push_back({s, step, {}});
      for (const std::size_t name : stage_names_[s]) passes.back().arrays.push_back(holds[name]);
    }
  return passes;
}

namespace {

/// How far beyond the block an array is needed, at some point between two passes; not at all where
/// it will be computed before it is read.
struct needed_array {
  bool is_needed = false;
  bool is_read = false;
  index_t lower[max_ndim]{};
  index_t upper[max_ndim]{};
};

} // namespace

bool stage_plan::find_extents(std::vector<stage_pass>& passes,
                              std::vector<live_array>& live) const {
  std::vector<needed_array> needed(arrays_.size());
  for (const stage_pass& pass : passes)
    for (std::size_t o = 0; o < stages_[pass.stage].outputs; ++o)
      needed[pass.arrays[o]].is_needed = true;
  for (std::size_t p = passes.size(); p-- > 0;) {
    stage_pass& pass = passes[p];
    const std::size_t outputs = stages_[pass.stage].outputs;
    for (std::size_t d = 0; d < ndim(); ++d) {
      index_t& lower = pass.lower[d] = 0;
      index_t& upper = pass.upper[d] = 0;
      for (std::size_t o = 0; o < outputs; ++o) {
        lower = std::max(lower, needed[pass.arrays[o]].lower[d]);
        upper = std::max(upper, needed[pass.arrays[o]].upper[d]);
      }
      for (std::size_t k = 0; k < pass.arrays.size(); ++k) {
        const read_range read = k < outputs ? read_range{} : reach_of(pass, k - outputs, d);
        if (!has_room(pass, k, d, lower + read.lower, upper + read.upper)) return false;
      }
    }
    for (std::size_t o = 0; o < outputs && is_total_[pass.stage]; ++o)
      needed[pass.arrays[o]] = needed_array();
    for (std::size_t k = 0; k + outputs < pass.arrays.size(); ++k) {
      needed_array& array = needed[pass.arrays[outputs + k]];
      array.is_needed = array.is_read = true;
      for (std::size_t d = 0; d < ndim(); ++d) {
        const read_range read = reach_of(pass, k, d);
        if (is_local(*arrays_[pass.arrays[outputs + k]], d)) continue;
        array.lower[d] = std::max(array.lower[d], pass.lower[d] + read.lower);
        array.upper[d] = std::max(array.upper[d], pass.upper[d] + read.upper);
      }
    }
  }
  live.clear();
  for (std::size_t a = 0; a < arrays_.size(); ++a) {
    const auto is_far = [&](std::size_t d) {
      return needed[a].lower[d] > 0 || needed[a].upper[d] > 0;
    };
    bool is_beyond = false;
    for (std::size_t d = 0; d < ndim(); ++d) is_beyond = is_beyond || is_far(d);
    if (needed[a].is_needed && is_beyond) live.push_back({a, needed[a].is_read});
  }
  return true;
}

/// Has an array of a pass a halo of such widths along an axis, where it must?
bool stage_plan::has_room(const stage_pass& pass, std::size_t k, std::size_t d, index_t lower,
                          index_t upper) const {
  const global_block& array = *arrays_[pass.arrays[k]];
  if (is_local(array, d)) return true;
  // Nobody can go on beyond an end for one array, and stop there for another.
  if (pass.lower[d] > 0 || pass.upper[d] > 0)
    for (const std::size_t other : pass.arrays)
      if (arrays_[other]->halo()[d].periodic != array.halo()[d].periodic) return false;
  return lower <= array.halo()[d].lower && upper <= array.halo()[d].upper;
}

index_t stage_plan::deepest(index_t most) const {
  const auto fit = [&](index_t steps) {
    std::vector<stage_pass> passes = passes_of(steps);
    std::vector<live_array> live;
    return find_extents(passes, live);
  };
  if (fit(most)) return most;
  index_t fits = 0;
  for (index_t too_many = most; too_many - fits > 1;) {
    const index_t steps = fits + (too_many - fits) / 2;
    (fit(steps) ? fits : too_many) = steps;
  }
  return fits;
}

read_range stage_plan::reach_of(const stage_pass& pass, std::size_t input, std::size_t d) const {
  return reach_[pass.stage][input * ndim() + d];
}

std::vector<std::size_t> stage_plan::read_around(const stage_pass& pass) const {
  const stage_facts& stage = stages_[pass.stage];
  std::vector<std::size_t> arrays;
  for (std::size_t k = 0; k < stage.inputs(); ++k)
    for (std::size_t d = 0; d < ndim(); ++d) {
      const read_range read = reach_of(pass, k, d);
      if (read.lower == 0 && read.upper == 0) continue;
      arrays.push_back(pass.arrays[stage.outputs + k]);
      break;
    }
  return arrays;
}

bool stage_plan::is_in_place(const stage_pass& pass) const {
  const std::vector<std::size_t> read = read_around(pass);
  const auto outputs = static_cast<std::ptrdiff_t>(stages_[pass.stage].outputs);
  return std::any_of(pass.arrays.begin(), pass.arrays.begin() + outputs, [&](std::size_t array) {
    return std::find(read.begin(), read.end(), array) != read.end();
  });
}

flat_box stage_plan::cells_of(const stage_pass& pass) const {
  flat_box cells;
  for (std::size_t d = 0; d < ndim(); ++d) {
    index_t size = 0;
    for (std::size_t o = 0; o < stages_[pass.stage].outputs; ++o)
      size = std::max(size, arrays_[pass.arrays[o]]->owned(d).size());
    const index_t first = arrays_[pass.arrays[0]]->owned(d).lower;
    const interval& region = regions_[pass.stage][d];
    cells.lower.push_back(std::max(-pass.lower[d], region.lower - first));
    cells.upper.push_back(
        std::max(cells.lower[d], std::min(size + pass.upper[d], region.upper - first)));
  }
  return cells;
}

flat_box stage_plan::interior_of(const stage_pass& pass, const flat_box& cells) const {
  const std::size_t outputs = stages_[pass.stage].outputs;
  flat_box interior = cells;
  for (std::size_t d = 0; d < ndim(); ++d) {
    for (std::size_t k = 0; k + outputs < pass.arrays.size(); ++k) {
      const read_range read = reach_of(pass, k, d);
      const index_t size = arrays_[pass.arrays[outputs + k]]->owned(d).size();
      interior.lower[d] = std::max(interior.lower[d], read.lower);
      interior.upper[d] = std::min(interior.upper[d], size - read.upper);
    }
    interior.lower[d] = std::min(interior.lower[d], cells.upper[d]);
    interior.upper[d] = std::max(interior.upper[d], interior.lower[d]);
  }
  return interior;
}

namespace {

/// By how much the tiles of each pass must lie before those of the passes before it, along one
/// axis.
class shift_finder {
public:
  shift_finder(std::size_t arrays, index_t unit) : unit_(unit), written_(arrays), read_(arrays) {}

  /// After what wrote an array, as far as the pass reads from there.
  void reads(std::size_t array, index_t upper) {
    shift_ = std::max(shift_, written_[array] + upper);
  }
  /// After what read the array that the pass writes, as far as it read.
  void writes(std::size_t array) { shift_ = std::max({shift_, written_[array], read_[array]}); }
  /// The shift of the pass.
  index_t settle() { return shift_ = (shift_ + unit_ - 1) / unit_ * unit_; }
  void was_read(std::size_t array, index_t lower) {
    read_[array] = std::max(read_[array], shift_ + lower);
  }
  void was_written(std::size_t array) { written_[array] = shift_; }

private:
  index_t unit_;
  index_t shift_ = 0;
  std::vector<index_t> written_;
  std::vector<index_t> read_;
};

} // namespace

void stage_plan::find_shifts(const std::vector<stage_pass>& passes, std::size_t d, index_t unit,
                             std::vector<index_t>& shifts) const {
  shift_finder finder(arrays_.size(), unit);
  for (const stage_pass& pass : passes) {
    const std::size_t outputs = stages_[pass.stage].outputs;
    for (std::size_t k = outputs; k < pass.arrays.size(); ++k)
      finder.reads(pass.arrays[k], reach_of(pass, k - outputs, d).upper);
    for (std::size_t o = 0; o < outputs; ++o) finder.writes(pass.arrays[o]);
    shifts.push_back(finder.settle());
    for (std::size_t k = outputs; k < pass.arrays.size(); ++k)
      finder.was_read(pass.arrays[k], reach_of(pass, k - outputs, d).lower);
    for (std::size_t o = 0; o < outputs; ++o) finder.was_written(pass.arrays[o]);
  }
}

namespace {

/// The parts of a pass that compute cells of an interval along an axis, which begin anew after each
/// `period` cells; without a period, once.
void cut_rounds(const tile_pass& piece, std::size_t d, const interval& wanted, index_t period,
                index_t first, std::vector<tile_pass>& to) {
  const auto round_of = [&](index_t cell) {
    return period > 0 ? floor_quotient(first + cell, period) : 0;
  };
  const index_t last = round_of(piece.cells.upper[d] - 1);
  for (index_t round = round_of(piece.cells.lower[d]); round <= last; ++round) {
    tile_pass part = piece;
    const index_t shift = round * period - first;
    part.cells.lower[d] = std::max(part.cells.lower[d], wanted.lower + shift);
    part.cells.upper[d] = std::min(part.cells.upper[d], wanted.upper + shift);
    part.first_index[d] = -shift;
    if (part.cells.lower[d] < part.cells.upper[d]) to.push_back(std::move(part));
  }
}

} // namespace

std::vector<pass_input> stage_plan::inputs_of(const stage_pass& pass) const {
  const stage_facts& stage = stages_[pass.stage];
  std::vector<pass_input> inputs;
  for (std::size_t k = 0; k < stage.inputs(); ++k) {
    global_block* const block = arrays_[pass.arrays[stage.outputs + k]];
    const auto fills = [](const halo_axis& h) { return h.fills_lower || h.fills_upper; };
    if (std::none_of(block->halo().begin(), block->halo().end(), fills)) continue;
    const auto known = std::find_if(inputs.begin(), inputs.end(),
                                    [&](const pass_input& i) { return i.block == block; });
    pass_input& input = known == inputs.end() ? inputs.emplace_back() : *known;
    input.block = block;
    for (std::size_t d = 0; d < ndim(); ++d) {
      const read_range read = reach_of(pass, k, d);
      input.reach[d] = std::max({input.reach[d], read.lower, read.upper});
    }
  }
  return inputs;
}

/// Where cells have an index of their own, and periodic axes go on: once for each time that the
/// pass goes round.
void stage_plan::add_pieces(const tile_pass& whole, const stage_pass& pass,
                            std::vector<tile_pass>& to) const {
  const stage_facts& stage = stages_[pass.stage];
  const global_block& block = *arrays_[pass.arrays[0]];
  std::vector<tile_pass> pieces{whole};
  for (std::size_t d = 0; d < ndim(); ++d) {
    const index_t size = block.axes()[d].size();
    const bool goes_round = regions_[pass.stage][d].lower == -far_away;
    if (stage.within.empty() && !(goes_round && stage.has_cell)) continue;
    const interval wanted = stage.within.empty() ? interval{0, size} : stage.within[d];
    std::vector<tile_pass> cut;
    for (const tile_pass& piece : pieces)
      cut_rounds(piece, d, wanted, goes_round ? size : 0, block.owned(d).lower, cut);
    pieces = std::move(cut);
  }
  for (tile_pass& piece : pieces) to.push_back(std::move(piece));
}

std::vector<tile_pass> stage_plan::tiles_of(const std::vector<stage_pass>& passes,
                                            const std::vector<tile_axis>& axes) const {
  std::vector<std::vector<index_t>> shifts(ndim());
  for (std::size_t d = 0; d < ndim(); ++d) find_shifts(passes, d, axes[d].unit, shifts[d]);
  std::vector<tile_pass> tiles;
  for (std::size_t p = 0; p < passes.size(); ++p) {
    const stage_pass& pass = passes[p];
    tile_pass tile{&stages_[pass.stage].code,
                   {},
                   stages_[pass.stage].outputs,
                   inputs_of(pass),
                   cells_of(pass)};
    for (const std::size_t array : pass.arrays) tile.arrays.push_back(arrays_[array]);
    for (std::size_t k = 0; k < stages_[pass.stage].inputs(); ++k) {
      const read_range read = reach_of(pass, k, 0);
      tile.reach = std::max({tile.reach, read.lower, read.upper});
    }
    tile.ahead = pass.step;
    tile.delay = stages_[pass.stage].delay;
    bool is_empty = false;
    for (std::size_t d = 0; d < ndim(); ++d) {
      tile.shift[d] = shifts[d][p];
      tile.first_index[d] = tile.arrays[0]->owned(d).lower;
      is_empty = is_empty || tile.cells.lower[d] >= tile.cells.upper[d];
    }
    if (!is_empty) add_pieces(tile, pass, tiles);
  }
  return tiles;
}

void stage_plan::set_times(std::vector<tile_pass>& tiles) const {
  for (tile_pass& tile : tiles) {
    tile.step = taken_ + tile.ahead;
    tile.time = time_after(static_cast<double>(tile.ahead) + tile.delay);
  }
}

} // namespace tessera::detail
