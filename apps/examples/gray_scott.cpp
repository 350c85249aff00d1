// gray_scott: two substances react and spread, and make patterns (Pearson 1993).
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <cmath>
#include <cstdio>

using namespace tessera;

/// How fast both spread, how fast u is fed and v removed, per cell and step.
constexpr double spread_u = 0.16, spread_v = 0.08, feed = 0.055, kill = 0.062;
constexpr double pi = 3.14159265358979323846;
constexpr index_t n = 192;

/// Concentrations in a square whose sides are joined, and room for the next ones.
struct substances {
  global_array<double, 2> u, v, next_u, next_v;

  explicit substances(const process_grid<2>& grid)
      : u(grid, {n, n}, halo<2>(8, true)), v(u), next_u(u), next_v(u) {}

  void react(index_t steps) {
    const auto laplacian = [](auto c) {
      return c(-1, 0) + c(1, 0) + c(0, -1) + c(0, 1) - 4.0 * c(0, 0);
    };
    const auto kernel = [=](auto cu, auto cv) {
      const auto reaction = cu(0, 0) * cv(0, 0) * cv(0, 0);
      return std::pair(cu(0, 0) + (spread_u * laplacian(cu) - reaction + feed * (1.0 - cu(0, 0))),
                       cv(0, 0) + (spread_v * laplacian(cv) + reaction - (feed + kill) * cv(0, 0)));
    };
    iterate(stages(stage(std::tie(next_u, next_v), std::tie(u, v), kernel),
                   swapping(std::tie(u, v), std::tie(next_u, next_v))),
            steps);
  }
};

/// A small wave on the uniform state grows (Turing 1952), as powers of a matrix tell: how far it is
/// from these after some steps, as a part of its height.
static double growth_error(const process_grid<2>& grid) {
  constexpr double height = 1e-7;
  const double loss = feed + kill, u0 = 0.5 - std::sqrt(0.25 - loss * loss / feed), v0 = loss / u0;
  const double a = 2 * pi * 12 / n, b = 2 * pi * 15 / n; // waves a cell along both axes
  const auto wave = fromfunction(
      [=](double i, double j) { return std::cos(a * i) * std::cos(b * j); }, grid, {n, n});
  substances s(grid);
  s.u = u0 + height * wave;
  s.v = v0 - height * wave;
  s.react(300);
  const double curvature = 4.0 - 2.0 * std::cos(a) - 2.0 * std::cos(b);
  double du = height, dv = -height;
  for (int step = 0; step < 300; ++step) {
    const double reaction = v0 * v0 * du + 2.0 * u0 * v0 * dv;
    du += -spread_u * curvature * du - reaction - feed * du;
    dv += -spread_v * curvature * dv + reaction - loss * dv;
  }
  return max(abs(s.u - (u0 + du * wave)) + abs(s.v - (v0 + dv * wave))) / abs(du);
}

/// A drop grows to a pattern. What a step gains and loses is what is fed and removed: reactions and
/// spreading keep the sum of both.
int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    const process_grid<2> grid(world, {}, {n, n});
    const double growth = growth_error(grid);

    substances s(grid);
    const auto is_drop = [](double i, double j) {
      return std::hypot(i - 80, j - 100) < 12 || std::hypot(i - 150, j - 40) < 8;
    };
    s.u.fill([=](double i, double j) { return is_drop(i, j) ? 0.5 : 1.0; });
    s.v.fill([=](double i, double j) { return is_drop(i, j) ? 0.25 : 0.0; });
    s.react(500);
    const double before = sum(s.u + s.v), fed = sum(feed * (1.0 - s.u) - (feed + kill) * s.v);
    s.react(1);
    const double balance = abs(sum(s.u + s.v) - before - fed) / before;
    if (world.rank() == 0)
      std::printf("error of growth %.6e, of the balance %.6e\n", growth, balance);
    if (!picture.empty()) {
      s.react(4500);
      imsave(picture, s.v, {.colors = colormap::inferno, .scale = 2});
    }
    return growth < 1e-4 && balance < 1e-15 ? 0 : 1;
  });
}
