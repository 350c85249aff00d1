/// @file
/// What the blocks of C++ in docs/solvers.md take for granted.
#pragma once

#include <tessera/distributed/integrators.hpp>
#include <tessera/distributed/multigrid.hpp>
#include <tessera/distributed/reduce_all.hpp>
#include <tessera/distributed/solvers.hpp>
#include <tessera/tessera.hpp>

#include <cstdio>
#include <tuple>
#include <utility>

using namespace tessera;

inline constexpr auto kernel_of_laplacian = [](const auto& c) {
  return 4.0 * c(0, 0) - c(-1, 0) - c(1, 0) - c(0, -1) - c(0, 1);
};

struct context {
  explicit context(communicator& all_ranks) : world(all_ranks) {
    x.set_boundary(boundary::antireflecting);
  }

  communicator& world;
  process_grid<2> grid{world};
  stencil_operator<decltype(kernel_of_laplacian)> laplacian{kernel_of_laplacian};
  global_array<double, 2> x = zeros(grid, {20, 13}, halo<2>(1));
  global_array<double, 2> b = ones(grid, {20, 13});
  global_array<double, 2> k = ones(grid, {20, 13}, halo<2>(1));
};
