// lattice_boltzmann: flow through a channel, by nine populations of particles on a lattice; against
// Poiseuille's parabola, which the method meets exactly at one relaxation time.
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <array>
#include <cmath>
#include <cstdio>

using namespace tessera;

using array = global_array<double, 2>;
using populations = std::array<array, 9>;
using directions = std::make_index_sequence<9>;

/// Population q moves by (y, x) in a step, 8 - q the other way.
constexpr int y_of(std::size_t q) { return static_cast<int>(q / 3) - 1; }
constexpr int x_of(std::size_t q) { return static_cast<int>(q % 3) - 1; }
constexpr double weight(std::size_t q) {
  return (y_of(q) == 0 ? 4.0 : 1.0) * (x_of(q) == 0 ? 4.0 : 1.0) / 36.0;
}

static double either(bool first, double a, double b) { return first ? a : b; }

/// What comes to a cell: from a wall, halfway to the next cell, what it has sent there.
template <std::size_t... Q>
std::array<double, 9> arriving(const auto& f, const auto& solid, std::index_sequence<Q...>) {
  return {either(solid(-y_of(Q), -x_of(Q)) > 0.0, std::get<8 - Q>(f)(0, 0),
                 std::get<Q>(f)(-y_of(Q), -x_of(Q)))...};
}

struct flow {
  double density = 0.0, y = 0.0, x = 0.0; ///< and its velocity
};
/// Halfway through a step in which a force along x acts: to come, or, if negative, gone.
static flow flow_of(const std::array<double, 9>& f, double half_force) {
  flow u;
  for (std::size_t q = 0; q < 9; ++q) {
    u.density += f[q];
    u.y += y_of(q) * f[q];
    u.x += x_of(q) * f[q];
  }
  return {u.density, u.y / u.density, (u.x + half_force) / u.density};
}

/// Relaxes to equilibrium (Bhatnagar, Gross, Krook 1954), with a force along x (Guo et al. 2002).
static auto collide(double tau, double force) {
  return [=](const auto&... c) {
    const auto points = std::tie(c...);
    std::array<double, 9> f = arriving(points, std::get<9>(points), directions());
    const flow u = flow_of(f, 0.5 * force);
#pragma GCC unroll 9 // so that cells side by side are computed at once
    for (std::size_t q = 0; q < 9; ++q) {
      const double cu = 3.0 * (y_of(q) * u.y + x_of(q) * u.x), uu = 1.5 * (u.y * u.y + u.x * u.x);
      const double equilibrium = weight(q) * u.density * (1.0 + cu + 0.5 * cu * cu - uu);
      const double push = 3.0 * weight(q) * (x_of(q) * (1.0 + cu) - u.x) * force;
      f[q] += (equilibrium - f[q]) / tau + (1.0 - 0.5 / tau) * push;
    }
    return f;
  };
}

/// The velocity along y and x after some steps from the velocity `start` along x, through a channel
/// that is periodic along x and has walls where `solid` is 1.
static std::array<array, 2> run_channel(array& solid, index_t steps, double tau, double force,
                                        double start) {
  populations f{solid, solid, solid, solid, solid, solid, solid, solid, solid};
  for (std::size_t q = 0; q < 9; ++q) f[q].fill(weight(q) * (1.0 + 3.0 * x_of(q) * start));
  populations g = f;
  const auto refer = [](auto&... each) { return std::tie(each...); };
  stages step(stage(std::apply(refer, g), std::tuple_cat(std::apply(refer, f), std::tie(solid)),
                    collide(tau, force)));
  for (std::size_t q = 0; q < 9; ++q) step.add(swapping(f[q], g[q]));
  iterate(step, steps);

  std::array<array, 2> u{solid, solid};
  apply(stages(stage(std::apply(refer, u), std::apply(refer, f), [=](const auto&... c) {
    const flow here = flow_of({c(0, 0)...}, -0.5 * force);
    return std::pair(here.y, here.x);
  })));
  for (array& each : u) each = each * (1.0 - solid);
  return u;
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    const process_grid<2> grid(world);
    const halo<2> width({8, 8}, {8, 8}, {false, true});
    constexpr index_t height = 16;
    const double tau = 0.5 + std::sqrt(3.0) / 4.0, force = 1e-5, viscosity = (tau - 0.5) / 3.0;
    array solid(grid, {height + 2, 12}, width), exact = solid;
    solid.fill([](index_t y, index_t) { return y == 0 || y == height + 1 ? 1.0 : 0.0; });
    exact.fill([=](double y, double) {
      return max(0.0, force / (2.0 * viscosity) * (y - 0.5) * (height + 0.5 - y));
    });
    const auto [v, u] = run_channel(solid, 5000, tau, force, 0.0);
    const double error = max(abs(u - exact)) / max(exact);
    if (world.rank() == 0) std::printf("relative error %.3e\n", error);
    if (picture.empty()) return error < 1e-9 ? 0 : 1;

    array vorticity = zeros(grid, {62, 240}, width), obstacle = vorticity;
    obstacle.fill([](double y, double x) {
      return y == 0 || y == 61 || std::hypot(y - 29, x - 40) < 6.5 ? 1.0 : 0.0;
    });
    auto [v2, u2] = run_channel(obstacle, 5000, 0.54, 1e-5, 0.1);
    const auto spin = [](auto cv, auto cu, auto wall) {
      const double twice = cv(0, 1) - cv(0, -1) - cu(1, 0) + cu(-1, 0);
      return wall(0, 0) > 0.0 ? __builtin_nan("") : 0.5 * twice;
    };
    apply(stages(stage(vorticity, std::tie(v2, u2, obstacle), spin)));
    imsave(picture, vorticity,
           {.colors = colormap::coolwarm, .low = -0.02, .high = 0.02, .scale = 4});
    return 0;
  });
}
