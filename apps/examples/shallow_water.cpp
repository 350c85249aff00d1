// shallow_water: dam breaks over flat and uneven ground, by finite volumes of second order.
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <array>
#include <cmath>
#include <cstdio>

using namespace tessera;

using field2d = global_array<double, 2>;
constexpr double g = 1.0, dt = 0.3; // gravity; the time step, with cells of size 1

/// The level of the surface, and the momenta along and across an axis: in a cell, or what flows.
struct water {
  double level, along, across;
};
struct face {
  water flux;
  double level, depth;
};

/// The face between two cells, by Rusanov's flux.
static face between(const water& l, const water& r, double bed) {
  const double hl = l.level - bed, hr = r.level - bed, ul = l.along / hl, ur = r.along / hr;
  const double speed = max(abs(ul) + std::sqrt(g * hl), abs(ur) + std::sqrt(g * hr));
  const double mass = 0.5 * (l.along + r.along - speed * (r.level - l.level));
  const double along = 0.5 * (l.along * ul + r.along * ur - speed * (r.along - l.along));
  const double across = 0.5 * (l.across * ul + r.across * ur - speed * (r.across - l.across));
  const double level = 0.5 * (l.level + r.level);
  return {{mass, along, across}, level, level - bed};
}

/// The value of cell k along an axis, and at its lower (-1) and upper (1) end, by van Leer.
template <int axis> double cell(const auto& c, index_t k) { return axis == 0 ? c(k, 0) : c(0, k); }
template <int axis> double end(const auto& c, index_t k, int side) {
  const double l = cell<axis>(c, k) - cell<axis>(c, k - 1);
  const double r = cell<axis>(c, k + 1) - cell<axis>(c, k);
  return cell<axis>(c, k) + (l * r > 0 ? side * (l * r / (l + r)) : 0.0);
}

/// What a step changes by what flows along an axis. Pressure and the ground's slope are one term,
/// depth times difference of level, which is zero, and not just small, where the surface is level.
template <int axis> water change(const auto& w, const auto& m, const auto& n, const auto& ground) {
  const auto state = [&](index_t k, int side) {
    return water{end<axis>(w, k, side), end<axis>(m, k, side), end<axis>(n, k, side)};
  };
  const auto above = [&](index_t k) {
    const double bed = 0.5 * (cell<axis>(ground, k) + cell<axis>(ground, k + 1));
    return between(state(k, 1), state(k + 1, -1), bed);
  };
  const face lo = above(-1), hi = above(0);
  const double push = 0.5 * g * (lo.depth + hi.depth) * (lo.level - hi.level);
  return {dt * (lo.flux.level - hi.flux.level), dt * (lo.flux.along - hi.flux.along + push),
          dt * (lo.flux.across - hi.flux.across)};
}

/// Level and momenta after some steps of Heun's method from rest, between walls.
static std::array<field2d, 3> flow(const process_grid<2>& grid, field2d w, field2d ground,
                                   index_t steps) {
  w.set_boundary(boundary::reflecting);
  ground.set_boundary(boundary::reflecting);
  field2d u = zeros(grid, w.shape(), halo<2>(8));
  u.set_boundary(boundary::reflecting);
  field2d v = u;
  u.set_boundary(axis(0), boundary::antireflecting);
  v.set_boundary(axis(1), boundary::antireflecting);
  field2d w1 = w, u1 = u, v1 = v;
  const auto euler = [](auto cw, auto cu, auto cv, auto bed) {
    const water x = change<0>(cw, cu, cv, bed), y = change<1>(cw, cv, cu, bed);
    return std::tuple(cw(0, 0) + (x.level + y.level), cu(0, 0) + (x.along + y.across),
                      cv(0, 0) + (y.along + x.across));
  };
  const auto heun = [=](auto cw1, auto cu1, auto cv1, auto bed, auto cw, auto cu, auto cv) {
    const auto [w2, u2, v2] = euler(cw1, cu1, cv1, bed);
    return std::tuple(0.5 * (cw(0, 0) + w2), 0.5 * (cu(0, 0) + u2), 0.5 * (cv(0, 0) + v2));
  };
  iterate(stages(stage(std::tie(w1, u1, v1), std::tie(w, u, v, ground), euler),
                 stage(std::tie(w, u, v), std::tie(w1, u1, v1, ground, w, u, v), heun)),
          steps);
  return {w, u, v};
}

/// The depth at x / t = speed after a dam between depths 1 and h0 has broken (Stoker 1957).
static double stoker(double speed, double h0) {
  double low = h0, high = 1.0, h = 0.0, u = 0.0;
  for (int i = 0; i < 60; ++i) {
    h = 0.5 * (low + high);
    u = 2.0 * (1.0 - std::sqrt(h));
    (u > (h - h0) * std::sqrt(0.5 * (1.0 / h + 1.0 / h0)) ? low : high) = h;
  }
  if (speed >= h * u / (h - h0)) return h0;
  if (speed > u - std::sqrt(h)) return h;
  return speed < -1.0 ? 1.0 : (2.0 - speed) * (2.0 - speed) / 9.0;
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    const process_grid<2> grid(world, {}, {160, 160}), strip(world, {}, {400, 16});
    field2d level = full(grid, {160, 160}, 1.1, halo<2>(8)), hills = level;
    field2d flat = zeros(strip, {400, 16}, halo<2>(8)), h = flat, exact = flat;
    hills.fill([](double x, double y) { return 0.3 * (1 + std::sin(x / 9) * std::cos(y / 5)); });
    const auto [w, u, v] = flow(grid, level, hills, 100);
    const double waves = max(abs(w - level) + abs(u) + abs(v));
    h.fill([](index_t i, index_t) { return i < 200 ? 1.0 : 0.25; });
    exact.fill([](double x, index_t) { return stoker((x - 199.5) / (400 * dt), 0.25); });
    const double error = mean(abs(flow(strip, h, flat, 400)[0] - exact));
    if (world.rank() == 0) std::printf("lake at rest: %g, dam break: %.6e\n", waves, error);
    if (!picture.empty()) {
      level.fill([](double x, double y) { return std::hypot(x - 60, y - 70) < 30 ? 1.5 : 0.9; });
      imsave(picture, flow(grid, level, hills, 150)[0], {.colors = colormap::viridis, .scale = 3});
    }
    return waves == 0.0 && error < 1.3e-3 ? 0 : 1;
  });
}
