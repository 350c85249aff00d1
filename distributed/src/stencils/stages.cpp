#include "stencils/iterate_tuning.hpp"
#include "stencils/stage_plan.hpp"
#include "stencils/stencil_errors.hpp"

#include <tessera/core/profile.hpp>
#include <tessera/core/timer.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/stencils/stages.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <optional>

namespace tessera {

namespace detail {

class stage_access {
public:
  static const std::vector<any_stage*>& list(const stages& of) { return of.list_; }
  static communicator comm(const stages& of) {
    if (of.list_.empty()) refuse_steps("no stages");
    return of.list_.front()->facts(0).blocks.front()->comm();
  }
  static void explain(stages& of, std::string text) { of.explanation_ = std::move(text); }
};

namespace {

void check_numbers(index_t steps, const step_settings& settings, bool has_callback) {
  if (steps < 0) refuse_steps(fmt::format("{} steps", steps));
  if (settings.depth < 0)
    refuse_steps(fmt::format("a depth of {}; 0 lets it be tuned", settings.depth));
  if (settings.tile < 0)
    refuse_steps(fmt::format("tiles of {}; 0 lets them be tuned", settings.tile));
  if (settings.every < 0 || (settings.every == 0 && has_callback))
    refuse_steps(fmt::format("on_steps and until are called every K steps, but `every` is {}",
                             settings.every));
  if (settings.by_stage && settings.depth > 0)
    refuse_steps(
        fmt::format("a depth of {}, and stage by stage; ask for one of them", settings.depth));
}

/// Some steps of stages between two calls of the caller's.
class stage_runner {
public:
  stage_runner(stage_plan& plan, const step_settings& settings) : plan_(plan), settings_(settings) {
    deepest_ = plan.deepest(std::max(most_steps_at_once, settings.depth));
    if (settings.depth > deepest_)
      refuse_steps(
          fmt::format("{} steps at a time; the halos are wide enough for {}: each step needs as "
                      "many cells as its stages read from each other, one after another",
                      settings.depth, deepest_));
  }

  void advance(index_t steps) {
    tile_tuning tuning(plan_.comm(), what(steps));
    for (index_t left = steps; left > 0;) {
      const tile_choice choice = by_stage() ? tile_choice{} : tuning.next();
      const index_t depth = std::clamp<index_t>(choice.depth, 1, left);
      const index_t blocks = (left + depth - 1) / depth;
      const index_t now = choice.depth == 0 ? 1 : (left + blocks - 1) / blocks; // all about as deep
      const timer clock;
      if (choice.depth == 0)
        run_by_stage();
      else
        run_together(now, choice.tile);
      if (!by_stage()) tuning.took(clock.elapsed() / static_cast<double>(now));
      left -= now;
      chosen_ = choice;
    }
  }

  [[nodiscard]] std::string explain(double seconds_per_step) const {
    std::string text = fmt::format("{} stages on {} arrays; the halos allow {} steps between two "
                                   "exchanges\n",
                                   plan_.stages().size(), plan_.arrays().size(), deepest_);
    for (std::size_t s = 0; s < plan_.stages().size(); ++s)
      if (!plan_.stages()[s].is_swap() && plan_.stages()[s].code.may_throw)
        text +=
            fmt::format("stage {} is watched cell by cell, which is slow: its kernel may throw, "
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

private:
  [[nodiscard]] bool by_stage() const { return settings_.by_stage || deepest_ == 0; }

  [[nodiscard]] tuning_case what(index_t steps) const {
    tuning_case result{{},
                       {},
                       plan_.comm().size(),
                       0,
                       std::min({deepest_, steps, most_steps_at_once}),
                       {settings_.depth, settings_.tile},
                       true};
    for (const stage_facts& stage : plan_.stages())
      if (!stage.is_swap()) result.code.push_back(stage.code.step);
    for (const axis_distribution& axis : plan_.arrays().front()->axes())
      result.shape.push_back(axis.size());
    for (const global_block* const array : plan_.arrays()) result.itemsize += array->itemsize();
    return result;
  }

  /// Fills the halos of arrays, by number.
  void start_halos_of(const std::vector<std::size_t>& arrays, std::vector<transfer>& exchanges) {
    TESSERA_PROFILE("iterate: exchange");
    std::vector<global_block*> blocks;
    for (const std::size_t array : arrays) {
      global_block* const block = plan_.arrays()[array];
      if (std::find(blocks.begin(), blocks.end(), block) == blocks.end()) blocks.push_back(block);
    }
    if (!blocks.empty()) start_halos(blocks, exchanges);
  }
  static void finish(std::vector<transfer>& exchanges) {
    for (transfer& exchange : exchanges) exchange.finish();
    exchanges.clear();
  }
  void mark_written(const std::vector<stage_pass>& passes) {
    for (const stage_pass& pass : passes)
      for (std::size_t o = 0; o < plan_.stages()[pass.stage].outputs; ++o)
        plan_.arrays()[pass.arrays[o]]->mark_written();
  }
  void note(const std::vector<stage_pass>& passes) const {
    for (const stage_pass& pass : passes) {
      std::vector<const global_block*> moved;
      for (const std::size_t array : pass.arrays) moved.push_back(plan_.arrays()[array]);
      note_moved(moved.data(), moved.size(), 1);
    }
  }
  void set_times(double steps) const {
    for (global_block* const array : plan_.arrays()) array->set_time(plan_.time_after(steps));
  }

  void run_together(index_t steps, index_t tile) {
    std::vector<stage_pass> passes = plan_.next(steps);
    std::vector<live_array> live;
    static_cast<void>(plan_.find_extents(passes, live));
    set_times(0);
    std::vector<std::size_t> read;
    for (const live_array& array : live)
      if (array.is_read || !has_run_) read.push_back(array.array);
    has_run_ = true;
    std::vector<transfer> exchanges;
    start_halos_of(read, exchanges);
    finish(exchanges);
    mark_written(passes);
    {
      TESSERA_PROFILE("iterate: steps");
      note(passes);
      const auto run = [&] {
        if (!plan_.owns_cells()) return;
        const std::vector<tile_axis> axes = tiles_of(*plan_.arrays().front(), tile);
        const std::vector<tile_pass> tiles = plan_.tiles_of(passes, axes);
        if (!tiles.empty()) run_tiles(tiles, axes);
      };
      if (plan_.may_throw())
        collectively(plan_.comm(), run);
      else
        run();
    }
    plan_.advance(steps);
    set_times(0);
  }

  void run_by_stage() {
    has_run_ = true;
    for (const stage_pass& pass : plan_.next(1)) run_stage(pass);
    plan_.advance(1);
    set_times(0);
  }

  void run_stage(const stage_pass& pass) {
    TESSERA_PROFILE("iterate: stage");
    const stage_facts& stage = plan_.stages()[pass.stage];
    const std::vector<std::size_t> read(
        pass.arrays.begin() + static_cast<std::ptrdiff_t>(stage.outputs), pass.arrays.end());
    for (const std::size_t array : read)
      plan_.arrays()[array]->set_time(plan_.time_after(stage.delay));
    note({pass});
    std::vector<transfer> exchanges;
    start_halos_of(plan_.read_around(pass), exchanges);
    const bool may_throw = stage.code.may_throw || boundary_may_throw(read);
    // Neighbours must have read what is replaced.
    if (may_throw || plan_.is_in_place(pass)) finish(exchanges);
    mark_written({pass});
    const std::vector<tile_axis> whole(plan_.ndim());
    std::vector<tile_pass> pieces;
    if (plan_.owns_cells()) pieces = plan_.tiles_of({pass}, whole);
    if (may_throw) {
      collectively(plan_.comm(), [&] {
        if (!pieces.empty()) run_tiles(pieces, whole);
      });
    } else {
      run_pieces(pass, stage, pieces, exchanges);
    }
    finish(exchanges);
  }

  void run_pieces(const stage_pass& pass, const stage_facts& stage,
                  const std::vector<tile_pass>& pieces, std::vector<transfer>& exchanges) {
    std::vector<const global_block*> blocks;
    std::vector<std::byte*> first;
    for (const std::size_t array : pass.arrays) {
      global_block* const block = plan_.arrays()[array];
      blocks.push_back(block);
      first.push_back(block->data() + block->layout().origin * block->itemsize());
    }
    const index_t band = common_band(blocks.data(), stage.outputs, blocks.size());
    const auto run = [&](const tile_pass& piece, const flat_box& cells) {
      for (std::size_t d = 0; d < cells.lower.size(); ++d)
        if (cells.upper[d] <= cells.lower[d]) return;
      stage.box(first.data(), cells, {piece.first_index, piece.step, piece.time}, band,
                stage.code.context);
    };
    for (const tile_pass& piece : pieces) run(piece, plan_.interior_of(pass, piece.cells));
    finish(exchanges);
    for (const tile_pass& piece : pieces)
      for (const flat_box& slab : frame_around(plan_.interior_of(pass, piece.cells), piece.cells))
        run(piece, slab);
  }

  [[nodiscard]] bool boundary_may_throw(const std::vector<std::size_t>& arrays) const {
    return std::any_of(arrays.begin(), arrays.end(), [&](std::size_t array) {
      return plan_.arrays()[array]->boundary_may_throw();
    });
  }

  stage_plan& plan_;
  const step_settings& settings_;
  index_t deepest_ = 0;
  bool has_run_ = false;
  tile_choice chosen_{};
};

std::vector<stage_facts> facts_of(const stages& step) {
  std::vector<stage_facts> facts;
  for (any_stage* const stage : stage_access::list(step))
    facts.push_back(stage->facts(facts.size()));
  return facts;
}

} // namespace

index_t take_steps(stages& step, index_t steps, const step_settings& settings,
                   const callback<index_t>& after) {
  check_numbers(steps, settings, after.is_set());
  std::optional<stage_plan> plan(facts_of(step));
  const communicator comm = plan->comm();
  agree_if_checked(comm, "a call of iterate", [&] {
    return fmt::format("{} steps of {} stages, depth {}, tile {}, every {}, time step {:f}", steps,
                       step.size(), settings.depth, settings.tile, settings.every,
                       settings.time_step);
  });
  plan->continue_from(nullptr, settings.time_step);
  const timer clock;
  index_t done = 0;
  while (done < steps) {
    const index_t left = steps - done;
    const index_t stretch =
        settings.every > 0 ? std::min(left, settings.every - done % settings.every) : left;
    stage_runner runner(*plan, settings);
    runner.advance(stretch);
    for (index_t s = 0; s < stretch; ++s)
      for (any_stage* const stage : stage_access::list(step)) stage->after_step();
    done += stretch;
    stage_access::explain(step, runner.explain(clock.elapsed() / static_cast<double>(done)));
    const bool is_asked = after.is_set() && done % settings.every == 0;
    if ((is_asked && !after(done)) || done == steps) break;
    // What the caller was given back may have changed since.
    stage_plan next(facts_of(step));
    next.continue_from(&*plan, settings.time_step);
    plan.emplace(std::move(next));
  }
  return done;
}

bool all_agree(const communicator& comm, bool mine) {
  return allreduce_min(comm, mine ? 1 : 0) == 1;
}

} // namespace detail

index_t iterate(stages& step, index_t steps, const stages_options& options) {
  const detail::step_settings settings{options.depth, options.tile, options.stage_by_stage,
                                       options.time_step, options.every};
  if (!options.on_steps.is_set()) return detail::take_steps(step, steps, settings, {});
  const communicator comm = detail::stage_access::comm(step);
  const auto after = [&](index_t done) {
    return detail::all_agree(comm, collectively(comm, [&] { return options.on_steps(done); }));
  };
  return detail::take_steps(step, steps, settings, detail::callback<index_t>(after));
}

} // namespace tessera
