// wave.cpp: a standing wave in a box, as two fields: the height u and its velocity v.
#include <tessera/distributed.hpp>

#include <cmath>
#include <cstdio>
#include <tuple>
#include <utility>

using namespace tessera;

int main(int argc, char** argv) {
  return run(argc, argv, [](communicator& world) {
    constexpr index_t n = 64;
    constexpr double pi = 3.14159265358979323846;
    const process_grid<2> grid(world);
    const auto mode = [](index_t i, index_t j) {
      const auto at = [](index_t k) { return (static_cast<double>(k) + 0.5) / n; };
      return std::sin(pi * at(i)) * std::sin(2.0 * pi * at(j));
    };
    const double omega = std::sqrt(5.0) * pi; // of this mode, in waves of speed 1
    const double dt = 0.1 / n;
    const auto start = fromfunction(mode, grid, {n, n});
    auto u = zeros(grid, {n, n}, halo<2>(1));
    auto v = zeros(grid, {n, n});
    u.set_boundary(boundary::antireflecting); // zero at the walls
    u = start;
    v = 0.5 * dt * omega * omega * start; // half a step behind the height
    auto u_next = u.copy();
    auto v_next = v.copy();

    const int steps = 1000;
    for (int step = 0; step < steps; ++step) {
      apply(std::tie(u_next, v_next), std::tie(u, v), [=](auto height, auto velocity) {
        const double curvature =
            (height(-1, 0) + height(1, 0) + height(0, -1) + height(0, 1) - 4.0 * height(0, 0)) *
            (n * n);
        const double changed = velocity(0, 0) + dt * curvature;
        return std::pair(height(0, 0) + dt * changed, changed);
      });
      std::swap(u, u_next);
      std::swap(v, v_next);
    }
    const double error = max(abs(u - std::cos(omega * dt * steps) * start));
    if (world.rank() == 0) std::printf("largest error %.1e\n", error);
    return error < 0.01 ? 0 : 1;
  });
}
