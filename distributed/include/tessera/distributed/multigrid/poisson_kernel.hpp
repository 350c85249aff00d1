/// @file
/// The stencil of Poisson's equation.
#pragma once

#include <tessera/core/shape.hpp>

#include <array>

namespace tessera {

/// The stencil of minus Laplace's operator, with second differences of second order: symmetric and
/// positive definite. Local.
///
///     const stencil_operator minus_laplacian(poisson_kernel(std::array{h, h, h}));
template <std::size_t N> auto poisson_kernel(const std::array<double, N>& spacing) {
  static_assert(N >= 1 && N <= 3, "kernels are of one, two or three axes");
  std::array<double, N> weights;
  for (std::size_t d = 0; d < N; ++d) weights[d] = 1.0 / (spacing[d] * spacing[d]);
  if constexpr (N == 1)
    return [w = weights[0]](const auto& c) { return w * ((c(0) - c(-1)) + (c(0) - c(1))); };
  else if constexpr (N == 2)
    return [wy = weights[0], wx = weights[1]](const auto& c) {
      const auto twice = c(0, 0) + c(0, 0);
      return wy * (twice - (c(-1, 0) + c(1, 0))) + wx * (twice - (c(0, -1) + c(0, 1)));
    };
  else
    return [wz = weights[0], wy = weights[1], wx = weights[2]](const auto& c) {
      const auto twice = c(0, 0, 0) + c(0, 0, 0);
      return wz * (twice - (c(-1, 0, 0) + c(1, 0, 0))) + wy * (twice - (c(0, -1, 0) + c(0, 1, 0))) +
             wx * (twice - (c(0, 0, -1) + c(0, 0, 1)));
    };
}

} // namespace tessera
