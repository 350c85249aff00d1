// sod_tube: gas of two pressures in a tube, whose wall between them is taken away; against the
// exact solution (Sod 1978).
#include "picture_file.hpp"

#include <tessera/core/fixed_array.hpp>
#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <array>
#include <cmath>
#include <cstdio>

using namespace tessera;

using array = global_array<double, 1>;
using state = fixed_array<double, 3>; // the densities of mass, momentum and energy

constexpr double g = 1.4, end_time = 0.2; // g: the ratio of specific heats

static double pressure(const state& q) { return (g - 1.0) * (q(2) - 0.5 * q(1) * q(1) / q(0)); }
static double sound(const state& q) { return std::sqrt(g * pressure(q) / q(0)); }
static state flux(const state& q) {
  const double u = q(1) / q(0), p = pressure(q);
  return {q(1), q(1) * u + p, (q(2) + p) * u};
}

/// What flows between two states, after Harten, Lax and van Leer (1983).
static state between(const state& l, const state& r) {
  const double ul = l(1) / l(0), ur = r(1) / r(0), cl = sound(l), cr = sound(r);
  const double lower = min(min(ul - cl, ur - cr), 0.0), upper = max(max(ul + cl, ur + cr), 0.0);
  const state weighted = upper * flux(l) - lower * flux(r);
  return (weighted + lower * upper * (r - l)) / (upper - lower);
}

/// From the middle of a cell to its ends, by van Leer's mean of the differences to its neighbours.
static state half_slope(const state& l, const state& q, const state& r) {
  const state a = q - l, b = r - q;
  state half;
  for (index_t k = 0; k < 3; ++k) half(k) = a(k) * b(k) > 0.0 ? a(k) * b(k) / (a(k) + b(k)) : 0.0;
  return half;
}

/// A step of Hancock's method, which takes the ends of cells half a step later.
static auto hancock(double dt_over_dx) {
  return [=](auto rho, auto m, auto e) {
    const auto at = [&](index_t i) { return state{rho(i), m(i), e(i)}; };
    const auto ends = [&](index_t i) {
      const state half = half_slope(at(i - 1), at(i), at(i + 1));
      const state lower = at(i) - half, upper = at(i) + half;
      const state change = 0.5 * dt_over_dx * (flux(lower) - flux(upper));
      return std::pair<state, state>(lower + change, upper + change);
    };
    const auto l = ends(-1), q = ends(0), r = ends(1);
    const state change = between(l.second, q.first) - between(q.second, r.first);
    const state next = at(0) + dt_over_dx * change;
    return std::tuple(next(0), next(1), next(2));
  };
}

/// The exact density at x / t: an expansion, a contact, a shock (Toro 2009, chapter 4).
static double exact_density(double speed) {
  constexpr double p_right = 0.1, rho_right = 0.125, mu = (g - 1.0) / (g + 1.0);
  const double c_left = std::sqrt(g);
  double low = p_right, high = 1.0, u = 0.0; // the velocity and the pressure between the waves
  for (int k = 0; k < 60; ++k) {
    const double p = 0.5 * (low + high);
    u = 2.0 * c_left / (g - 1.0) * (1.0 - std::pow(p, (g - 1.0) / (2.0 * g)));
    const double density = rho_right * ((g + 1.0) * p + (g - 1.0) * p_right);
    ((p - p_right) * std::sqrt(2.0 / density) < u ? low : high) = p;
  }
  const double shocked = rho_right * (low / p_right + mu) / (mu * low / p_right + 1.0);
  if (speed > u * shocked / (shocked - rho_right)) return rho_right;
  if (speed > u) return shocked;
  const double sound_in_wave = min(2.0 / (g + 1.0) - mu * speed / c_left, 1.0);
  return max(std::pow(low, 1.0 / g), std::pow(sound_in_wave, 2.0 / (g - 1.0)));
}

/// Where the cells are, their density, and what it should be.
static std::array<array, 3> run_tube(communicator& world, index_t n) {
  const double dx = 1.0 / static_cast<double>(n), dt = 0.4 * dx;
  const process_grid<1> grid(world);
  const auto place = [=](index_t i) { return (static_cast<double>(i) + 0.5) * dx - 0.5; };
  const auto x = fromfunction(place, grid, {n});
  array m = zeros(grid, {n}, halo<1>(16)), rho = m, e = m, exact = m;
  rho.fill([=](index_t i) { return place(i) < 0.0 ? 1.0 : 0.125; });
  e.fill([=](index_t i) { return (place(i) < 0.0 ? 1.0 : 0.1) / (g - 1.0); });
  exact.fill([=](index_t i) { return exact_density(place(i) / end_time); });
  array rho1 = rho, m1 = m, e1 = e;
  iterate(stages(stage(std::tie(rho1, m1, e1), std::tie(rho, m, e), hancock(dt / dx)),
                 swapping(std::tie(rho, m, e), std::tie(rho1, m1, e1))),
          std::lround(end_time / dt));
  return {x, rho, exact};
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    const auto coarse = run_tube(world, 400), fine = run_tube(world, 800);
    const double error = mean(abs(coarse[1] - coarse[2])), finer = mean(abs(fine[1] - fine[2]));
    if (world.rank() == 0)
      std::printf("mean error %.6e, of half the cells' size %.6e\n", error, finer);
    if (!picture.empty()) {
      const auto [x, rho, exact] = run_tube(world, 200);
      line_plot plot({.title = "Sod's tube, 200 cells", .xlabel = "x", .ylabel = "density"});
      plot.add(x, exact, {.label = "exact"});
      plot.add(x, rho, {.label = "computed", .width = 0, .points = true});
      plot.save(world, picture);
    }
    return error < 2e-3 && finer < 0.6 * error ? 0 : 1;
  });
}
