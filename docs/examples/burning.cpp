// burning.cpp: heat spreads and reacts, and the rows that burn take fifty times as long as others.
#include <tessera/distributed.hpp>

#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

using namespace tessera;

namespace {

constexpr index_t rows = 300;
constexpr index_t columns = 200;

/// Iterations that the reaction needs in a row: it burns in the first fifth.
int cost(index_t row) { return row < rows / 5 ? 50 : 1; }

double reacted(double temperature, index_t row) {
  double x = temperature;
  for (int k = 0; k < cost(row); ++k) x += 1e-3 * std::sin(x);
  return x;
}

/// As many rows for each rank as cost the same.
distribution<2> balanced(const process_grid<2>& grid) {
  index_t all = 0;
  for (index_t row = 0; row < rows; ++row) all += cost(row);
  const int parts = grid.dims()[0];
  std::vector<index_t> boundaries{0};
  index_t sum = 0;
  for (index_t row = 0; row < rows; ++row) {
    sum += cost(row);
    while (sum * parts >= all * static_cast<index_t>(boundaries.size()) && row + 1 < rows)
      boundaries.push_back(row + 1);
  }
  boundaries.resize(static_cast<std::size_t>(parts), rows);
  boundaries.push_back(rows);
  return distribution<2>({axis_distribution(boundaries), axis_distribution(columns, 1)});
}

double simulate(const process_grid<2>& grid, const distribution<2>& blocks, int steps) {
  global_array<double, 2> u(grid, blocks, halo<2>(1));
  u.fill([](index_t i, index_t j) { return std::cos(0.1 * static_cast<double>(i - j)); });
  global_array<double, 2> v = u;
  double energy = 0;
  for (int step = 0; step < steps; ++step) {
    apply(v, u, [](auto c) {
      return c(0, 0) + 0.2 * (c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0));
    });
    std::swap(u, v);
    {
      TESSERA_PROFILE("reaction");
      const auto mine = u.owned();
      const index_t first = u.block().lower[0];
      for (index_t i = 0; i < mine.shape()[0]; ++i)
        for (index_t j = 0; j < columns; ++j) mine(i, j) = reacted(mine(i, j), first + i);
    }
    TESSERA_PROFILE("energy");
    energy = sum(u);
  }
  return energy;
}

} // namespace

// With an argument, one of the two distributions; without, both, whose results have the same bits.
int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string which = argc > 1 ? argv[1] : "both";
    const process_grid<2> grid(world, {world.size(), 1});
    const distribution<2> equal({rows, columns}, grid);
    const double first = simulate(grid, which == "balanced" ? balanced(grid) : equal, 50);
    if (world.rank() == 0) std::printf("energy %.17g\n", first);
    if (which == "both") return first == simulate(grid, balanced(grid), 50) ? 0 : 1;
    return 0;
  });
}
