// acoustic_waves: the wave equation by leapfrog, of order 4 in space; a standing wave and a source.
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <cmath>
#include <cstdio>

using namespace tessera;

constexpr double pi = 3.14159265358979323846;

/// Pressures now and a step before, zero at the ends of a unit square of n x n cells.
struct waves {
  global_array<double, 2> now, before;

  waves(const process_grid<2>& grid, index_t n)
      : now(zeros(grid, {n, n}, halo<2>(8))), before(now) {
    now.set_boundary(boundary::antireflecting);
    before.set_boundary(boundary::antireflecting);
  }
};

/// Leapfrog: the step before gets what the next one is, and they change places. `courant` is the
/// time step in the time that sound takes through a cell.
static stages leapfrog(waves& p, double courant) {
  const auto next = [r = courant * courant / 12](auto u, auto old) {
    const auto far = u(-2, 0) + u(2, 0) + u(0, -2) + u(0, 2);
    const auto near = u(-1, 0) + u(1, 0) + u(0, -1) + u(0, 1);
    return 2.0 * u(0, 0) - old(0, 0) + r * (16.0 * near - far - 60.0 * u(0, 0));
  };
  return stages(stage(p.before, std::tie(p.now, p.before), next), swapping(p.now, p.before));
}

/// How far a standing wave is from cos(omega t) sin(2 pi x) sin(3 pi y) at time 1. The time step is
/// as the square of the cells, so that the error of time, too, is of order 4.
static double standing_error(communicator& world, index_t n) {
  const process_grid<2> grid(world, {}, {n, n});
  waves p(grid, n);
  const index_t steps = n * n / 8;
  const double omega = pi * std::sqrt(13.0), h = 1.0 / double(n), dt = 1.0 / double(steps);
  const auto mode = fromfunction(
      [=](double i, double j) {
        return std::sin(2 * pi * (i + 0.5) * h) * std::sin(3 * pi * (j + 0.5) * h);
      },
      grid, {n, n});
  p.now = mode;
  p.before = std::cos(omega * dt) * mode;
  iterate(leapfrog(p, dt / h), steps);
  return max(abs(p.now - std::cos(omega) * mode));
}

/// A source's pulse on its way, and back from the walls.
static void draw_source(communicator& world, const std::string& picture) {
  constexpr index_t n = 400;
  waves p(process_grid<2>(world, {}, {n, n}), n);
  stages step = leapfrog(p, 0.5);
  const auto ricker = [](auto here, auto u) {
    const double t = 0.05 * double(here.step() - 60), x = pi * pi * t * t / 16;
    return u(0, 0) + (1 - 2 * x) * std::exp(-x);
  };
  step.add(stage(p.now, p.now, ricker).at({n / 3, n / 4}));
  iterate(step, 500);
  imsave(picture, p.now, {.colors = colormap::coolwarm, .low = -0.25, .high = 0.25});
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    const double coarse = standing_error(world, 32), fine = standing_error(world, 64);
    const double order = std::log2(coarse / fine);
    if (world.rank() == 0)
      std::printf("error of 32 cells: %.6e, of 64: %.6e, order: %.3f\n", coarse, fine, order);
    if (!picture.empty()) draw_source(world, picture);
    return fine < 2.1e-4 && abs(order - 4.0) < 0.1 ? 0 : 1;
  });
}
