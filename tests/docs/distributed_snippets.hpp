/// @file
/// What the blocks of C++ in docs/distributed.md take for granted.
#pragma once

#include <tessera/distributed/einsum.hpp>
#include <tessera/distributed/fft.hpp>
#include <tessera/distributed/one_sided.hpp>
#include <tessera/distributed/records.hpp>
#include <tessera/distributed/reduce_all.hpp>
#include <tessera/distributed/solvers.hpp>
#include <tessera/distributed/sorting.hpp>
#include <tessera/distributed/sparse.hpp>
#include <tessera/tessera.hpp>

#include <cstdio>
#include <tuple>
#include <utility>

using namespace tessera;

struct context {
  explicit context(communicator& all_ranks) : world(all_ranks) {}

  communicator& world;
  process_grid<2> grid{world};
  process_grid<2> by_rows{world, {0, 1}};
  process_grid<2> by_columns{world, {1, 0}};
  global_array<double, 2> u = ones(grid, {20, 30}, halo<2>(1));
  global_array<double, 2> v = zeros(grid, {20, 30}, halo<2>(1));
  global_array<double, 2> w = zeros(grid, {20, 30}, halo<2>(1));
  global_array<double, 2> rows = ones(by_rows, {20, 30});
  global_array<double, 2> columns = zeros(by_columns, {20, 30});
  double a = 0.1;
};

inline constexpr auto kernel = [](auto c) {
  return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
};
