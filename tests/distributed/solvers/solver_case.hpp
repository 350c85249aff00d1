// Small systems, and the same as dense matrices.
#pragma once

#include "cases.hpp"

#include <tessera/core/linalg.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/solvers.hpp>

#include <cmath>
#include <string>

namespace tessera_test {

inline double right_side(index_t i, index_t j) {
  return static_cast<double>((7 * i + 3 * j) % 11) - 4.25;
}

inline const auto laplacian = [](const auto& c) {
  return 4.0 * c(0, 0) - c(-1, 0) - c(1, 0) - c(0, -1) - c(0, 1);
};
/// The flow goes one way: not symmetric.
inline const auto convection = [](const auto& c) {
  return 4.5 * c(0, 0) - 1.6 * c(-1, 0) - 0.4 * c(1, 0) - 1.3 * c(0, -1) - 0.7 * c(0, 1);
};

/// An array with zeros half a cell beyond its ends.
inline global_array<double, 2> walled(const process_grid<2>& grid, const shape_t<2>& shape) {
  global_array<double, 2> x(grid, shape, halo<2>(1));
  x.set_boundary(boundary::antireflecting);
  x = 0.0;
  return x;
}

/// The columns of an operator. Collective.
template <class Operator>
ndarray<double, 2> matrix_of(const Operator& op, const global_array<double, 2>& like) {
  global_array<double, 2> unit = like;
  global_array<double, 2> image = like;
  const index_t n = like.size();
  ndarray<double, 2> matrix(shape_t<2>{n, n});
  for (index_t k = 0; k < n; ++k) {
    unit.fill(
        [&](index_t i, index_t j) noexcept { return i * like.shape()[1] + j == k ? 1.0 : 0.0; });
    op(image, unit);
    const ndarray<double, 2> column = image.gather_all();
    for (index_t m = 0; m < n; ++m) matrix(m, k) = column.data()[m];
  }
  return matrix;
}

/// What a direct solver finds. Collective.
template <class Operator>
ndarray<double, 2> dense_solution(const Operator& op, const global_array<double, 2>& like,
                                  const global_array<double, 2>& b) {
  const ndarray<double, 2> right = b.gather_all();
  ndarray<double, 1> flat(shape_t<1>{right.size()});
  std::copy(right.data(), right.data() + right.size(), flat.data());
  const ndarray<double, 1> x = linalg::solve(matrix_of(op, like), flat);
  ndarray<double, 2> result(right.shape());
  std::copy(x.data(), x.data() + x.size(), result.data());
  return result;
}

inline double distance(const global_array<double, 2>& x, const ndarray<double, 2>& expected) {
  return max(abs(x.gather_all() - expected));
}

/// The same numbers on all ranks, and with the same bits on any number of them.
inline void expect_history(const solve_result& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.residuals().size(), expected.size());
  for (std::size_t k = 0; k < expected.size(); ++k)
    EXPECT_TRUE(same_bits(found.residuals()[k], expected[k])) << "iteration " << k;
}

} // namespace tessera_test
