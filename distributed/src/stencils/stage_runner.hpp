// Steps of stages, many together or stage by stage.
#pragma once

#include "stencils/iterate_tuning.hpp"
#include "stencils/stage_plan.hpp"

#include <tessera/distributed/stencils/stages.hpp>

#include <deque>
#include <string>

namespace tessera::detail {

/// Takes steps of stages between two calls of the caller's.
class stage_runner {
public:
  /// For so many steps.
  /// @throws argument_error on all ranks when the halos do not allow what the caller wants.
  stage_runner(stage_plan& plan, const step_settings& settings, index_t steps);

  /// Takes the steps. Collective.
  void run();
  /// What was chosen, for a reader.
  [[nodiscard]] std::string explain(double seconds_per_step) const;

private:
  /// Steps that run together, ready to be run whenever names have the same arrays.
  struct row_of_steps {
    std::vector<std::size_t> holds;
    index_t steps;
    index_t tile;
    std::vector<stage_pass> passes;
    std::vector<live_array> live;
    std::vector<tile_axis> axes;
    std::vector<tile_pass> tiles;
  };
  /// A stage on the whole block, in the same way.
  struct ready_stage {
    const stage_facts* stage;
    std::vector<global_block*> arrays;
    std::vector<global_block*> exchanged;
    bool may_throw;
    bool is_in_place;
    index_t band;
    std::vector<tile_pass> pieces;
    std::vector<flat_box> interiors;           // of the pieces
    std::vector<std::vector<flat_box>> frames; // of the pieces
  };
  struct ready_step {
    std::vector<std::size_t> holds;
    std::vector<ready_stage> stages;
  };

  [[nodiscard]] bool by_stage() const { return settings_.by_stage || deepest_ == 0; }
  [[nodiscard]] tuning_case what() const;
  [[nodiscard]] std::vector<global_block*> blocks_of(const std::vector<std::size_t>& arrays) const;
  void set_times(double steps) const;
  row_of_steps& ready_row(index_t steps, index_t tile);
  void run_together(index_t steps, index_t tile);
  ready_step& ready_to_go();
  [[nodiscard]] ready_stage make_ready(const stage_pass& pass) const;
  void run_by_stage();
  void run_stage(ready_stage& stage) const;
  static void run_pieces(ready_stage& stage, std::vector<transfer>& exchanges);

  stage_plan& plan_;
  const step_settings& settings_;
  index_t steps_;
  index_t deepest_;
  bool has_exchanged_all_ = false; // what no stage computes, too
  tile_choice chosen_{};
  std::deque<row_of_steps> rows_;
  std::deque<ready_step> whole_;
};

} // namespace tessera::detail
