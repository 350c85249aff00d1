/// @file
/// What the blocks of C++ in docs/stencils.md take for granted.
#pragma once

#include <tessera/tessera.hpp>

#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>
#include <vector>

using namespace tessera;

struct context {
  explicit context(communicator& all_ranks) : world(all_ranks) {}

  communicator& world;
  process_grid<2> grid{world};
  global_array<double, 2> u = ones(grid, {20, 30}, halo<2>(4));
  global_array<double, 2> v = zeros(grid, {20, 30}, halo<2>(4));
  global_array<double, 2> before = ones(grid, {20, 30}, halo<2>(4));
  global_array<double, 2> h = ones(grid, {20, 30}, halo<2>(8, true));
  global_array<double, 2> q = zeros(grid, {20, 30}, halo<2>(8, true));
  global_array<double, 2> h1 = ones(grid, {20, 30}, halo<2>(8, true));
  global_array<double, 2> q1 = zeros(grid, {20, 30}, halo<2>(8, true));
  double a = 0.1;
};

inline constexpr auto kernel = [](auto c) {
  return c(0, 0) + 0.1 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
};
