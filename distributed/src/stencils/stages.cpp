#include "stencils/stage_runner.hpp"
#include "stencils/stencil_errors.hpp"

#include <tessera/core/timer.hpp>
#include <tessera/distributed/agree.hpp>
#include <tessera/distributed/collectives.hpp>
#include <tessera/distributed/stencils/stages.hpp>

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
    stage_runner runner(*plan, settings, stretch);
    runner.run();
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
