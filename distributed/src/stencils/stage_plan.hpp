// In which order the stages of several steps may run, on which cells.
#pragma once

#include "stencils/time_tiles.hpp"

#include <tessera/distributed/stencils/stage_facts.hpp>

#include <vector>

namespace tessera::detail {

/// As far as any cell can be.
inline constexpr index_t far_away = index_t{1} << 61;

/// One stage of one step, of a row of them that runs between two exchanges of halos.
struct stage_pass {
  std::size_t stage;
  index_t step;
  std::vector<std::size_t> arrays; ///< by number, those that are computed first
  /// How far beyond the block it computes, on ranks with neighbours.
  index_t lower[max_ndim]{};
  index_t upper[max_ndim]{};
};

/// An array of which a row of passes reads what they have not computed themselves.
struct live_array {
  std::size_t array;
  bool is_read; ///< or are only cells needed that no pass computes, which stay as they are?
};

/// The stages of a step: which arrays they read and compute, and how far.
///
/// What makes and checks one lies in stage_checks.cpp.
class stage_plan {
public:
  /// @throws argument_error on all ranks for stages that cannot be run.
  explicit stage_plan(std::vector<stage_facts> stages);

  /// Steps were taken before; time goes on from there, unless it was set since.
  void continue_from(const stage_plan* before, double time_step);
  /// Steps have been taken: time goes on, and arrays have changed places.
  void advance(index_t steps);
  /// The time `steps` steps from now: it began with that of the first array that is read.
  [[nodiscard]] double time_after(double steps) const;

  [[nodiscard]] const std::vector<stage_facts>& stages() const { return stages_; }
  [[nodiscard]] const std::vector<global_block*>& arrays() const { return arrays_; }
  [[nodiscard]] std::size_t ndim() const { return arrays_.front()->axes().size(); }
  [[nodiscard]] const communicator& comm() const { return arrays_.front()->comm(); }
  /// Does this rank own cells?
  [[nodiscard]] bool owns_cells() const;
  /// Is there a stage whose kernel or boundary conditions may throw?
  [[nodiscard]] bool may_throw() const;

  /// Which array each name has: it changes as arrays change places.
  [[nodiscard]] const std::vector<std::size_t>& holds() const { return holds_; }
  /// The passes of the next steps.
  [[nodiscard]] std::vector<stage_pass> passes_of(index_t steps) const;
  /// Finds how far passes must compute beyond the block, so that the last ones compute it, and
  /// what they read of before; do the halos allow it?
  bool find_extents(std::vector<stage_pass>& passes, std::vector<live_array>& live) const;
  /// How many steps the halos allow between two exchanges, up to so many.
  [[nodiscard]] index_t deepest(index_t most) const;

  /// The passes as they run on this rank, without their times.
  [[nodiscard]] std::vector<tile_pass> tiles_of(const std::vector<stage_pass>& passes,
                                                const std::vector<tile_axis>& axes) const;
  /// Sets the times of such passes that run now.
  void set_times(std::vector<tile_pass>& tiles) const;
  /// The arrays in which a pass reads other cells than those it computes, or from beyond the ends.
  [[nodiscard]] std::vector<std::size_t> read_around(const stage_pass& pass) const;
  /// Does a pass compute an array that it reads around its cells?
  [[nodiscard]] bool is_in_place(const stage_pass& pass) const;
  /// The cells of one pass that read nothing but own elements, of those it computes.
  [[nodiscard]] flat_box interior_of(const stage_pass& pass, const flat_box& cells) const;
  /// What the pass computes on this rank.
  [[nodiscard]] flat_box cells_of(const stage_pass& pass) const;

private:
  void add_stage(std::size_t stage);
  [[nodiscard]] const global_block& clock() const;
  void check_outputs(std::size_t stage) const;
  void check_colours(std::size_t stage) const;
  void find_reach(std::size_t stage);
  void find_region(std::size_t stage);
  /// Need no cells of an array come from other ranks along an axis?
  [[nodiscard]] static bool is_local(const global_block& array, std::size_t d);
  [[nodiscard]] bool has_room(const stage_pass& pass, std::size_t k, std::size_t d, index_t lower,
                              index_t upper) const;
  [[nodiscard]] read_range reach_of(const stage_pass& pass, std::size_t input, std::size_t d) const;
  void exchange_names(std::size_t stage, std::vector<std::size_t>& holds) const;
  void find_shifts(const std::vector<stage_pass>& passes, std::size_t d, index_t unit,
                   std::vector<index_t>& shifts) const;
  [[nodiscard]] std::vector<pass_input> inputs_of(const stage_pass& pass) const;
  void add_pieces(const tile_pass& whole, const stage_pass& pass, std::vector<tile_pass>& to) const;

  std::vector<stage_facts> stages_;
  std::vector<const void*> names_;
  std::vector<global_block*> arrays_;
  std::vector<std::size_t> holds_;                    // array, by name
  std::vector<std::vector<std::size_t>> stage_names_; // by stage
  double start_ = 0;                                  // the time when `start_at_` steps were taken
  index_t start_at_ = 0;
  double time_step_ = 0;
  index_t taken_ = 0;
  std::vector<std::vector<interval>> regions_; // where a stage's cells lie, by stage and axis
  std::vector<bool> is_total_;                 // does a stage compute all cells of its arrays?
  std::vector<std::vector<read_range>> reach_; // by stage, input and axis
};

} // namespace tessera::detail
