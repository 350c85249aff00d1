// A process grid of ScaLAPACK.
#pragma once

#include <tessera/core/shape.hpp>
#include <tessera/distributed/communicator.hpp>

#include <limits>

namespace tessera::detail {

/// The ranks of a communicator as ScaLAPACK's grid of rows and columns, of which none are more than
/// columns: rank q * rows() + p is at (p, q). Where the number of ranks has no near factors, the
/// last ones stay outside, and must not call ScaLAPACK; so do all but the first `most` of them.
/// Making one is collective, and so is its end. It lives no longer than the communicator.
class blacs_grid {
public:
  explicit blacs_grid(const communicator& comm, index_t most = std::numeric_limits<index_t>::max());
  blacs_grid(const blacs_grid&) = delete;
  blacs_grid& operator=(const blacs_grid&) = delete;
  ~blacs_grid();

  [[nodiscard]] int rows() const { return rows_; }
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int ranks() const { return rows_ * columns_; }
  [[nodiscard]] int context() const { return context_; }
  /// Is this rank in the grid?
  [[nodiscard]] bool is_member() const { return is_member_; }

private:
  int rows_ = 1;
  int columns_ = 1;
  int system_ = 0;
  int context_ = -1;
  bool is_member_ = false;
};

} // namespace tessera::detail
