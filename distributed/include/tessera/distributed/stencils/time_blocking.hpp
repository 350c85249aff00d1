/// @file
/// Many steps of a stencil at once, as compiled code sees them.
#pragma once

#include <tessera/distributed/expressions/evaluation.hpp>
#include <tessera/distributed/stencils/stencil_cell.hpp>
#include <tessera/distributed/stencils/stencil_plan.hpp>

#include <vector>

namespace tessera::detail {

/// How many rows of a stencil to compute at once: what neighbouring rows read they share, from
/// registers. More would not fit there.
inline constexpr index_t rows_at_once = 4;

/// What a user asked of `iterate`, without types.
struct time_blocking {
  std::vector<index_t> radius; ///< by axis
  index_t depth;
  index_t tile;
  index_t every;
  double time_step;
  bool has_callback;
};

/// When steps are taken: functions at the ends of the axes are given the time.
struct step_times {
  double start;
  double step;
  index_t taken; ///< steps since the start

  /// After s more steps.
  [[nodiscard]] double after(index_t s) const {
    return start + static_cast<double>(taken + s) * step;
  }
};

/// A stencil on `rows` rows of `n` cells, one above the other along the first axis: the only typed
/// code. `corners` are the first cells in the arrays, those that are computed first.
struct stencil_code {
  using function = void (*)(std::byte* const* corners, index_t rows, index_t n,
                            const cell_origin& origin, const void* context);
  function step;
  const void* context;
  bool may_throw; ///< on some ranks
};

/// Steps between two arrays of the same layout.
class time_stepper {
public:
  /// Collective in no way: all ranks find the same faults.
  time_stepper(const view_ref& u, const view_ref& v, index_t steps, time_blocking how);

  /// Must the kernel be watched?
  /// @throws index_error on all ranks when it is known to read beyond the radius.
  [[nodiscard]] bool must_watch(const known_reach& reach) const;
  /// Throws index_error when a kernel has read beyond the radius.
  void check_ranges(const read_range* along) const;

  /// Steps until the caller looks at the array again.
  [[nodiscard]] index_t next_stretch(index_t done) const;
  /// Takes so many steps; is the result in the array that did not hold the start? Collective.
  [[nodiscard]] bool advance(index_t steps, const stencil_code& code);
  /// Is it true on every rank? Collective.
  [[nodiscard]] bool all_agree(bool mine) const;

private:
  void take_steps(index_t steps, index_t tile, const stencil_code& code);
  void take_own_steps(index_t steps, index_t tile, const stencil_code& code) const;
  void copy_border();

  global_block* now_;
  global_block* other_;
  index_t steps_;
  time_blocking how_;
  index_t deepest_;
  step_times times_;
  bool has_border_ = false;
};

} // namespace tessera::detail
