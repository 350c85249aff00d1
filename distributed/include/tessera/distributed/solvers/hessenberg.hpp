/// @file
/// The small least-squares problem of GMRES.
///
/// Its parts lie in hessenberg.cpp.
#pragma once

#include <tessera/core/shape.hpp>

#include <vector>

namespace tessera::detail {

/// Makes min |beta e1 - H y| of a Hessenberg matrix that grows by a column at a time, by rotations.
class hessenberg_system {
public:
  explicit hessenberg_system(std::size_t most) : most_(most), columns_(most * (most + 1)) {}

  void restart(double beta);
  /// Adds a column of `size() + 2` entries; returns what |r| has become.
  double add(const std::vector<double>& column);
  [[nodiscard]] std::size_t size() const { return sines_.size(); }
  /// Is there a column that adds nothing? Then the matrix is singular.
  [[nodiscard]] bool is_singular() const;
  /// The coefficients of all vectors so far.
  [[nodiscard]] std::vector<double> solution() const;

private:
  [[nodiscard]] double& at(std::size_t i, std::size_t k) { return columns_[k * (most_ + 1) + i]; }
  [[nodiscard]] double at(std::size_t i, std::size_t k) const {
    return columns_[k * (most_ + 1) + i];
  }

  std::size_t most_;
  std::vector<double> columns_; // of the triangle
  std::vector<double> sines_;
  std::vector<double> cosines_;
  std::vector<double> right_;
};

} // namespace tessera::detail
