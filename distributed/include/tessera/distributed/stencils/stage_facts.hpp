/// @file
/// The stages of a step, as compiled code sees them.
#pragma once

#include <tessera/distributed/stencils/callback.hpp>
#include <tessera/distributed/stencils/time_blocking.hpp>

#include <vector>

namespace tessera::detail {

/// A kernel on all cells of a box of the block, as `apply` visits them. `first` are the first own
/// elements of the arrays.
using box_function = void (*)(std::byte* const* first, const flat_box& cells,
                              const cell_origin& origin, index_t band, const void* context);

/// One stage: a kernel, or arrays that change places, the first half of them with the second.
struct stage_facts {
  std::vector<const void*> names;    ///< the arrays as the caller has them, computed ones first
  std::vector<global_block*> blocks; ///< what they hold now
  std::size_t outputs = 0;           ///< how many are computed; none: arrays change places
  std::vector<read_range> reach;     ///< of each array that is read, by axis
  std::vector<interval> within;      ///< the cells it is for, by axis; none: all
  stencil_code code{};
  box_function box = nullptr;
  bool has_colour = false; ///< does it compute cells of one colour?
  bool has_cell = false;   ///< does the kernel ask for its cell?
  double delay = 0;        ///< when it takes place, in steps after the beginning of its step

  [[nodiscard]] bool is_swap() const { return outputs == 0; }
  [[nodiscard]] std::size_t inputs() const { return blocks.size() - outputs; }
};

/// A stage of any type.
class any_stage {
public:
  any_stage() = default;
  any_stage(const any_stage&) = delete;
  any_stage& operator=(const any_stage&) = delete;
  virtual ~any_stage() = default;
  /// What holds now; `number` counts the stages of a step. Refers to the stage.
  virtual stage_facts facts(std::size_t number) = 0;
  /// What a step leaves to be done: arrays change places.
  virtual void after_step() {}
};

/// Where a watched kernel has read: throws index_error, or argument_error for a neighbour of the
/// same colour in an array that is computed.
[[noreturn]] void throw_beyond_reach(std::size_t stage, std::size_t input, std::size_t ndim,
                                     const read_range* along, const read_range* reach);
[[noreturn]] void throw_same_colour(std::size_t stage, std::size_t input);
/// The kernel could not be tried out.
[[noreturn]] void throw_reach_unknown(std::size_t stage);
[[noreturn]] void throw_no_such_input(std::size_t array, std::size_t inputs);
[[noreturn]] void throw_no_such_colour(index_t colour);

} // namespace tessera::detail
