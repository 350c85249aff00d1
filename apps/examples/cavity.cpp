// cavity: flow below a lid that moves, by 19 populations of particles on a lattice, at the Reynolds
// number 100; where it is endlessly wide, against the table of Ghia, Ghia and Shin (1982).
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <array>
#include <cstdio>

using namespace tessera;

using populations = std::array<double, 19>;
using array = global_array<double, 3>;

constexpr double lid = 0.1, reynolds = 100; // the lid's velocity

/// How population q moves in a step, by (y, x, z); 18 - q moves the other way.
constexpr auto moves = [] {
  std::array<std::array<int, 3>, 19> found{};
  std::size_t q = 0;
  for (int k = 0; k < 27; ++k) {
    const int y = k / 9 - 1, x = k / 3 % 3 - 1, z = k % 3 - 1;
    if (y * y + x * x + z * z <= 2) found[q++] = {y, x, z};
  }
  return found;
}();
constexpr double weight(std::size_t q) {
  const auto [y, x, z] = moves[q];
  const int axes = y * y + x * x + z * z;
  return axes == 0 ? 1.0 / 3.0 : axes == 1 ? 1.0 / 18.0 : 1.0 / 36.0;
}

/// What comes to a cell. Walls, halfway to the next cell, send back what has gone there; the lid,
/// whose cells are 2 instead of 1, drags it along.
template <std::size_t Q> double arriving(const auto& f, const auto& solid) {
  constexpr auto m = moves[Q];
  const double there = f(-m[0], -m[1], -m[2])[Q], back = f(0, 0, 0)[18 - Q];
  const double wall = solid(-m[0], -m[1], -m[2]);
  return wall == 0.0 ? there : back + (wall - 1.0) * 6.0 * weight(Q) * m[1] * lid;
}

/// The density, and the velocity.
static std::array<double, 4> flow_of(const populations& f) {
  double density = 0.0, y = 0.0, x = 0.0, z = 0.0;
#pragma GCC unroll 19 // here and below: that makes it faster
  for (std::size_t q = 0; q < 19; ++q) {
    density += f[q];
    y += moves[q][0] * f[q];
    x += moves[q][1] * f[q];
    z += moves[q][2] * f[q];
  }
  return {density, y / density, x / density, z / density};
}

/// Relaxes to equilibrium (Bhatnagar, Gross, Krook 1954).
static populations collide(populations f, double tau) {
  const auto [density, y, x, z] = flow_of(f);
#pragma GCC unroll 19
  for (std::size_t q = 0; q < 19; ++q) {
    const double cu = 3.0 * (moves[q][0] * y + moves[q][1] * x + moves[q][2] * z);
    const double series = 1.0 + cu + 0.5 * cu * cu - 1.5 * (y * y + x * x + z * z);
    f[q] += (weight(q) * density * series - f[q]) / tau;
  }
  return f;
}

template <std::size_t... Q> auto step_of(double tau, std::index_sequence<Q...>) {
  return [=](const auto& c, const auto& wall) { return collide({arriving<Q>(c, wall)...}, tau); };
}

/// The density, and the velocity along y, x and z. The cells are n x n, and so many along z as the
/// flow is periodic there; 0: it is not, but n cells between walls.
static std::array<array, 4> cavity(communicator& world, index_t n, index_t period, index_t steps) {
  const shape_t<3> shape{n + 2, n + 2, period > 0 ? period : n + 2};
  const process_grid<3> grid(world, {}, shape);
  array solid(grid, shape, halo<3>({2, 2, 2}, {2, 2, 2}, {false, false, period > 0}));
  solid.fill([=](index_t y, index_t x, index_t z) {
    const bool is_end = period == 0 && (z == 0 || z == n + 1);
    return y == n + 1 ? 2.0 : y == 0 || x == 0 || x == n + 1 || is_end ? 1.0 : 0.0;
  });
  populations rest;
  for (std::size_t q = 0; q < 19; ++q) rest[q] = weight(q);
  global_array<populations, 3> f(grid, shape, solid.halo());
  f.fill(rest);
  auto g = f;
  const double tau = 0.5 + 3.0 * lid * double(n) / reynolds;
  const auto step = step_of(tau, std::make_index_sequence<19>());
  iterate(stages(stage(g, std::tie(f, solid), step), swapping(f, g)), steps);

  std::array<array, 4> u{solid, solid, solid, solid};
  const auto flow = [](const auto& c) { return flow_of(c(0, 0, 0)); };
  apply(stages(stage(std::tie(u[0], u[1], u[2], u[3]), f, flow)));
  return u;
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    constexpr index_t n = 24;
    const auto u = cavity(world, n, 2, 5000)[2].gather_all();
    const ndarray y{0.1016, 0.2813, 0.4531, 0.5, 0.7344, 0.8516, 0.9531};
    const ndarray table{-0.06434, -0.15662, -0.21090, -0.20581, 0.00332, 0.23151, 0.68717};
    const auto middle = 0.5 * (u(all, n / 2, 0) + u(all, n / 2 + 1, 0)) / lid;
    const double error = max(abs(interp(n * y + 0.5, arange(n + 2), middle) - table));
    const auto cube = cavity(world, 16, 0, 300);
    const double asymmetry = max(abs(cube[3] + flip(cube[3], axis(2))));
    const double loss = abs(mean(cube[0]) - 1.0); // walls stay at 1
    if (world.rank() == 0)
      std::printf("error %.6e, asymmetry %.2e, loss of mass %.2e\n", error, asymmetry, loss);
    if (!picture.empty()) {
      const auto fine = cavity(world, 48, 1, 3000);
      const auto speed = copy(hypot(fine[1], fine[2]));
      imsave(picture, flip(speed(slice(1, -1), slice(1, -1), 0), axis(0)),
             {.high = 0.5 * lid, .scale = 10});
    }
    return error < 0.02 && asymmetry < 1e-14 && loss < 1e-12 ? 0 : 1;
  });
}
