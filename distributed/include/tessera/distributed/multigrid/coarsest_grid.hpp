/// @file
/// The coarsest grid of a multigrid method, solved directly by one rank.
///
/// Its parts lie in coarsest_grid.cpp.
#pragma once

#include <tessera/core/shape.hpp>

#include <vector>

namespace tessera::detail {

/// The inverse of a small operator; of one that takes constants to zero, the inverse on what has
/// mean zero.
class small_inverse {
public:
  small_inverse() = default;
  /// Row by row, n * n entries.
  /// @throws argument_error for a matrix without an inverse.
  small_inverse(const std::vector<double>& matrix, std::size_t n, bool takes_constants_to_zero);

  void apply(const double* b, double* x) const;
  [[nodiscard]] std::size_t size() const { return n_; }

private:
  std::size_t n_ = 0;
  std::vector<double> inverse_;
};

} // namespace tessera::detail
