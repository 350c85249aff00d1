#include "stencils/stage_runner.hpp"
#include "stencils/stencil_errors.hpp"

#include <tessera/core/profile.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tessera::detail {

namespace {

void finish(std::vector<transfer>& exchanges) {
  for (transfer& exchange : exchanges) exchange.finish();
  exchanges.clear();
}

bool is_empty(const flat_box& cells) {
  for (std::size_t d = 0; d < cells.lower.size(); ++d)
    if (cells.upper[d] <= cells.lower[d]) return true;
  return false;
}

void note_moved(const std::vector<global_block*>& arrays) {
  const std::vector<const global_block*> moved(arrays.begin(), arrays.end());
  note_moved(moved.data(), moved.size(), 1);
}

} // namespace

stage_runner::stage_runner(stage_plan& plan, const step_settings& settings, index_t steps)
    : plan_(plan), settings_(settings), steps_(steps),
      deepest_(plan.deepest(std::max(std::min(steps, most_steps_at_once), settings.depth))) {
  if (settings.depth > deepest_)
    refuse_steps(fmt::format("{} steps at a time; the halos are wide enough for {}: each step "
                             "needs as many cells as its stages read from each other, one after "
                             "another",
                             settings.depth, deepest_));
}

tuning_case stage_runner::what() const {
  tuning_case result{{},
                     {},
                     plan_.comm().size(),
                     0,
                     std::min({deepest_, steps_, most_steps_at_once}),
                     {settings_.depth, settings_.tile},
                     true};
  for (const stage_facts& stage : plan_.stages())
    if (!stage.is_swap()) result.code.push_back(stage.code.step);
  for (const axis_distribution& axis : plan_.arrays().front()->axes())
    result.shape.push_back(axis.size());
  for (const global_block* const array : plan_.arrays()) result.itemsize += array->itemsize();
  return result;
}

void stage_runner::run() {
  tile_tuning tuning(plan_.comm(), what());
  for (index_t left = steps_; left > 0;) {
    chosen_ = by_stage() ? tile_choice{} : tuning.next();
    const index_t depth = std::clamp<index_t>(chosen_.depth, 1, left);
    const index_t rows = (left + depth - 1) / depth;
    const index_t now = (left + rows - 1) / rows; // all about as deep
    const timer clock;
    if (chosen_.depth == 0)
      run_by_stage();
    else
      run_together(now, chosen_.tile);
    if (!by_stage()) tuning.took(clock.elapsed() / static_cast<double>(now));
    left -= now;
  }
}

std::string stage_runner::explain(double seconds_per_step) const {
  std::string text = fmt::format("{} stages on {} arrays; the halos allow {} steps between two "
                                 "exchanges\n",
                                 plan_.stages().size(), plan_.arrays().size(), deepest_);
  for (std::size_t s = 0; s < plan_.stages().size(); ++s)
    if (!plan_.stages()[s].is_swap() && plan_.stages()[s].code.may_throw)
      text += fmt::format("stage {} is watched cell by cell, which is slow: its kernel may throw, "
                          "or how far it reads is not proven (is the optimiser on?)\n",
                          s);
  if (chosen_.depth == 0)
    text += "taken: stage by stage, each over the whole block";
  else
    text += fmt::format("taken: {} at a time, in tiles of {} by {}",
                        chosen_.depth == 1 ? "1 step" : fmt::format("{} steps", chosen_.depth),
                        plan_.ndim() == 1 ? 1 : rows_at_once, chosen_.tile);
  return text + fmt::format("; {:.3g} ms a step on this rank\n", 1e3 * seconds_per_step);
}

std::vector<global_block*> stage_runner::blocks_of(const std::vector<std::size_t>& arrays) const {
  std::vector<global_block*> blocks;
  for (const std::size_t array : arrays) {
    global_block* const block = plan_.arrays()[array];
    if (std::find(blocks.begin(), blocks.end(), block) == blocks.end()) blocks.push_back(block);
  }
  return blocks;
}

void stage_runner::set_times(double steps) const {
  for (global_block* const array : plan_.arrays()) array->set_time(plan_.time_after(steps));
}

stage_runner::row_of_steps& stage_runner::ready_row(index_t steps, index_t tile) {
  for (row_of_steps& row : rows_)
    if (row.steps == steps && row.tile == tile && row.holds == plan_.holds()) return row;
  rows_.push_back({plan_.holds(), steps, tile, plan_.passes_of(steps), {}, {}, {}});
  row_of_steps& row = rows_.back();
  static_cast<void>(plan_.find_extents(row.passes, row.live));
  if (!plan_.owns_cells()) return row;
  row.axes = tiles_of(*plan_.arrays().front(), tile);
  row.tiles = plan_.tiles_of(row.passes, row.axes);
  return row;
}

void stage_runner::run_together(index_t steps, index_t tile) {
  row_of_steps& row = ready_row(steps, tile);
  set_times(0);
  {
    TESSERA_PROFILE("iterate: exchange");
    std::vector<std::size_t> read;
    for (const live_array& array : row.live)
      if (array.is_read || !has_exchanged_all_) read.push_back(array.array);
    has_exchanged_all_ = true;
    update_halos(blocks_of(read));
  }
  for (const stage_pass& pass : row.passes)
    for (std::size_t o = 0; o < plan_.stages()[pass.stage].outputs; ++o)
      plan_.arrays()[pass.arrays[o]]->mark_written();
  {
    TESSERA_PROFILE("iterate: steps");
    for (const tile_pass& pass : row.tiles) note_moved(pass.arrays);
    plan_.set_times(row.tiles);
    const auto run = [&](threads_in_tiles on) {
      if (!row.tiles.empty()) run_tiles(row.tiles, row.axes, on);
    };
    if (plan_.may_throw())
      collectively(plan_.comm(), [&] { run(threads_in_tiles::one); });
    else
      run(threads_in_tiles::all);
  }
  plan_.advance(steps);
  set_times(0);
}

stage_runner::ready_stage stage_runner::make_ready(const stage_pass& pass) const {
  const stage_facts& stage = plan_.stages()[pass.stage];
  ready_stage ready{
      &stage, {}, blocks_of(plan_.read_around(pass)), stage.code.may_throw, false, 0, {}, {}, {}};
  for (const std::size_t array : pass.arrays) ready.arrays.push_back(plan_.arrays()[array]);
  for (std::size_t k = stage.outputs; k < ready.arrays.size(); ++k)
    ready.may_throw = ready.may_throw || ready.arrays[k]->boundary_may_throw();
  ready.is_in_place = plan_.is_in_place(pass);
  ready.band = common_band(ready.arrays.data(), stage.outputs, ready.arrays.size());
  if (!plan_.owns_cells()) return ready;
  ready.pieces = plan_.tiles_of({pass}, std::vector<tile_axis>(plan_.ndim()));
  for (const tile_pass& piece : ready.pieces) {
    ready.interiors.push_back(plan_.interior_of(pass, piece.cells));
    ready.frames.push_back(frame_around(ready.interiors.back(), piece.cells));
  }
  return ready;
}

stage_runner::ready_step& stage_runner::ready_to_go() {
  for (ready_step& step : whole_)
    if (step.holds == plan_.holds()) return step;
  whole_.push_back({plan_.holds(), {}});
  for (const stage_pass& pass : plan_.passes_of(1))
    whole_.back().stages.push_back(make_ready(pass));
  return whole_.back();
}

void stage_runner::run_by_stage() {
  for (ready_stage& stage : ready_to_go().stages) run_stage(stage);
  plan_.advance(1);
  set_times(0);
}

void stage_runner::run_stage(ready_stage& ready) const {
  TESSERA_PROFILE("iterate: stage");
  const double time = plan_.time_after(ready.stage->delay);
  for (std::size_t k = ready.stage->outputs; k < ready.arrays.size(); ++k)
    ready.arrays[k]->set_time(time);
  note_moved(ready.arrays);
  std::vector<transfer> exchanges;
  if (!ready.exchanged.empty()) start_halos(ready.exchanged, exchanges);
  // Neighbours must have read what is replaced.
  if (ready.may_throw || ready.is_in_place) finish(exchanges);
  for (std::size_t o = 0; o < ready.stage->outputs; ++o) ready.arrays[o]->mark_written();
  plan_.set_times(ready.pieces);
  if (ready.may_throw)
    collectively(plan_.comm(), [&] {
      const std::vector<tile_axis> whole(plan_.ndim());
      if (!ready.pieces.empty()) run_tiles(ready.pieces, whole, threads_in_tiles::one);
    });
  else
    run_pieces(ready, exchanges);
  finish(exchanges);
}

void stage_runner::run_pieces(ready_stage& ready, std::vector<transfer>& exchanges) {
  std::byte* first[most_arrays];
  for (std::size_t k = 0; k < ready.arrays.size(); ++k) {
    const global_block& block = *ready.arrays[k];
    first[k] = block.data() + block.layout().origin * block.itemsize();
  }
  const auto run = [&](const tile_pass& piece, const flat_box& cells) {
    if (is_empty(cells)) return;
    ready.stage->box(first, cells, {piece.first_index, piece.step, piece.time}, ready.band,
                     ready.stage->code.context);
  };
  for (std::size_t k = 0; k < ready.pieces.size(); ++k) run(ready.pieces[k], ready.interiors[k]);
  finish(exchanges);
  for (std::size_t k = 0; k < ready.pieces.size(); ++k)
    for (const flat_box& slab : ready.frames[k]) run(ready.pieces[k], slab);
}

} // namespace tessera::detail
