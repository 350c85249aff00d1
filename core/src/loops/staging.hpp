// Loops over operands that are not adjacent along the rows: tiles of them are brought to a buffer
// in the first-level cache.
#pragma once

#include "loops/loop_order.hpp"

namespace tessera::detail {

/// The outer axes as an odometer that moves every operand's row pointer along.
class odometer {
public:
  odometer(const loop_nest& loops, std::size_t ndim) : loops_(loops), ndim_(ndim) {
    for (std::size_t k = 0; k < loops.count; ++k) rows_[k] = loops.operands[k].data;
    for (std::size_t d = 0; d < ndim; ++d) position_[d] = 0;
  }

  [[nodiscard]] std::byte* const* rows() const { return rows_; }

  /// Moves to the next row; false after the last one.
  bool advance() {
    for (std::size_t d = ndim_; d-- > 0;) {
      const bool wraps = ++position_[d] == loops_.shape[d];
      const index_t steps = wraps ? 1 - loops_.shape[d] : 1;
      for (std::size_t k = 0; k < loops_.count; ++k)
        rows_[k] += loops_.step(k, d) * steps * loops_.operands[k].itemsize;
      if (!wraps) return true;
      position_[d] = 0;
    }
    return false;
  }

private:
  const loop_nest& loops_;
  std::size_t ndim_;
  std::byte* rows_[max_operands];
  index_t position_[max_ndim];
};

/// Of operands that have a value for every element.
extern const std::byte zeros[];

/// Calls a kernel for one row.
inline void run_row(const row_kernel& kernel, std::byte* const* rows, std::size_t count, index_t n,
                    const void* context) {
  if (kernel.row != nullptr) return kernel.row(rows, n, context);
  row_source sources[max_operands];
  for (std::size_t k = 0; k < count; ++k) sources[k] = {rows[k], zeros, 0, 0};
  kernel.rows(sources, 1, n, context);
}

/// Runs the rows of a nest of one axis or more.
void run_staged(const loop_nest& loops, loop_mode mode, const row_kernel& kernel,
                const void* context);

} // namespace tessera::detail
