// red_black: the Poisson equation by successive over-relaxation, cells of one colour after those of
// the other; against theory, which says how many steps that takes.
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <cmath>
#include <cstdio>
#include <vector>

using namespace tessera;

constexpr double tolerance = 1e-8; // of the residual, relative to the right-hand side
constexpr index_t every = 10;      // steps from one look at the residual to the next

struct outcome {
  index_t steps; ///< until the residual is small enough
  double error;  ///< largest difference from the solution of the differential equation
  std::vector<double> residuals; ///< after so many steps, relative to the right-hand side
};

/// Minus the Laplacian of u is f on the unit square, which has n x n squares; u is zero at its
/// edge.
static outcome solve(communicator& world, index_t n, double omega) {
  const double h = 1.0 / static_cast<double>(n);
  const process_grid<2> grid(world);
  const auto wave = [h](index_t i, index_t j) {
    return std::sin(M_PI * h * static_cast<double>(i)) *
           std::sin(M_PI * h * static_cast<double>(j));
  };
  const auto exact = fromfunction(wave, grid, {n + 1, n + 1});
  auto u = zeros(grid, {n + 1, n + 1}, halo<2>(8));
  auto f = zeros(grid, {n + 1, n + 1}, halo<2>(8));
  auto r = zeros(grid, {n + 1, n + 1}); // the residual
  f = 2.0 * M_PI * M_PI * exact;

  const auto relax = [=](auto v, auto g) {
    const double around = v(-1, 0) + v(1, 0) + v(0, -1) + v(0, 1);
    return v(0, 0) + omega * (0.25 * (around + h * h * g(0, 0)) - v(0, 0));
  };
  const auto rest = [=](auto v, auto g) {
    const double around = v(-1, 0) + v(1, 0) + v(0, -1) + v(0, 1);
    return g(0, 0) + (around - 4.0 * v(0, 0)) / (h * h);
  };
  const auto sweep = stage(u, std::tie(u, f), relax);
  stages step(sweep.on_colour(0), sweep.on_colour(1)),
      find_residual(stage(r, std::tie(u, f), rest));
  std::vector<double> residuals;
  const auto is_far = [&](index_t) {
    apply(find_residual);
    residuals.push_back(norm(r) / norm(f));
    return residuals.back() > tolerance;
  };
  const index_t steps = iterate(step, 100000, {.every = every, .on_steps = is_far});
  return {steps, max(abs(u - exact)), residuals};
}

/// The same by theory. The error is sin(pi x) sin(pi y), times one factor in red cells and another
/// in black ones, and stays so (Young, 1954).
static index_t steps_in_theory(double mu, double omega) {
  double red = 1.0, black = 1.0;
  const auto residual = [&] { return std::hypot(red - mu * black, black - mu * red); };
  const double enough = tolerance * residual();
  index_t steps = 0;
  while (residual() > enough || steps % every != 0) {
    red += omega * (mu * black - red);
    black += omega * (mu * red - black);
    ++steps;
  }
  return steps;
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    line_plot plot({.title = "Poisson's equation, 32 x 32",
                    .xlabel = "steps",
                    .ylabel = "residual",
                    .ylog = true});
    bool is_right = true;
    double coarser = 0.0;
    const auto check = [&](index_t n, double omega, double order) {
      const double mu = std::cos(M_PI / static_cast<double>(n));
      const auto [steps, error, residuals] = solve(world, n, omega);
      const index_t expected = steps_in_theory(mu, omega);
      is_right &= steps == expected;
      if (order > 0.0) is_right &= std::abs(std::log2(coarser / error) - order) < 0.01;
      coarser = error;
      if (world.rank() == 0)
        std::printf("%3td x %-3td omega %.4f: %4td steps, theory %4td, error %.2e\n", n, n, omega,
                    steps, expected, error);
      if (n > 32) return;
      const ndarray<double, 1> shown(residuals);
      plot.add(static_cast<double>(every) * (1.0 + arange(shown.size())), shown,
               {.label = omega == 1.0 ? "Gauss-Seidel" : "over-relaxed"});
    };
    const auto best = [](index_t n) {
      return 2.0 / (1.0 + std::sin(M_PI / static_cast<double>(n)));
    };
    check(32, 1.0, 0.0); // Gauss and Seidel's
    check(32, best(32), 0.0);
    check(64, best(64), 2.0);
    check(128, best(128), 2.0);
    if (!picture.empty()) plot.save(world, picture);
    return is_right ? 0 : 1;
  });
}
