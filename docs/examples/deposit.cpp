// deposit.cpp: particles go to the owners of their cells, and leave their charge on a mesh.
#include <tessera/distributed.hpp>
#include <tessera/distributed/records.hpp>

#include <cmath>
#include <vector>

using namespace tessera;

struct particle {
  double x;
  double y;
  double speed;
  index_t number;
};

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    constexpr index_t particles = 1000;
    const process_grid<2> grid(world);
    global_array<double, 2> charge(grid, {40, 30}, halo<2>(1, true));
    const auto [n, m] = charge.shape();
    const auto within = [](double x, index_t size) { // around the periodic axis
      const auto length = static_cast<double>(size);
      const double there = x - length * std::floor(x / length);
      return there < length ? there : 0.0;
    };
    const auto cell = [](const particle& p) {
      return shape_t<2>{static_cast<index_t>(p.x), static_cast<index_t>(p.y)};
    };

    std::vector<particle> mine;
    for (index_t k = world.rank(); k < particles; k += world.size()) {
      const auto number = static_cast<double>(k);
      mine.push_back({within(0.7548 * number, n), within(0.5698 * number, m), 1e-3 * number, k});
    }
    record_mover<particle> mover(world);
    for (int step = 0; step < 10; ++step) {
      for (particle& p : mine) p.x = within(p.x + p.speed, n);
      mover.move(mine, charge.distribution(), cell);
      sort_by(mine, [](const particle& p) { return p.number; });

      // Each leaves a part at the four nearest cells, of which some are the neighbours'.
      const view<double, 2> cells = charge.padded();
      cells = 0.0;
      for (const particle& p : mine) {
        const index_t i = cell(p)[0] - charge.block().lower[0] + 1; // behind the halo
        const index_t j = cell(p)[1] - charge.block().lower[1] + 1;
        const double right = p.x - std::floor(p.x);
        const double up = p.y - std::floor(p.y);
        cells(i, j) += (1.0 - right) * (1.0 - up);
        cells(i + 1, j) += right * (1.0 - up);
        cells(i, j + 1) += (1.0 - right) * up;
        cells(i + 1, j + 1) += right * up;
      }
      charge.add_halo(); // to those whose cells they are
    }
    const auto left = allreduce_sum(world, static_cast<index_t>(mine.size()));
    return left == particles && std::abs(sum(charge) - particles) < 1e-9 ? 0 : 1;
  });
}
