// elastic_waves: waves in a solid, as velocities and stresses on staggered grids (Virieux 1986).
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <cmath>
#include <cstdio>

using namespace tessera;

constexpr double pi = 3.14159265358979323846;
/// Lamé's constants; density and cells are 1, so P waves travel at sqrt(3) and S waves at 1.
constexpr double lambda = 1.0, mu = 1.0, dt = 0.4;

/// Stresses along both axes in cells, the shear stress on their corners, velocities on their faces.
/// At the walls the solid glides: the velocity through them and the shear stress stay zero, as
/// there are no cells beyond to compute them from.
struct solid {
  global_array<double, 2> s00, s11, v0, v1, s01;

  solid(communicator& world, index_t n)
      : s00(process_grid<2>(world, {}, {n, n}), {n, n}, halo<2>(8)), s11(s00),
        v0(s00.grid(), staggered(s00.distribution(), axis(0)), halo<2>(8)),
        v1(s00.grid(), staggered(s00.distribution(), axis(1)), halo<2>(8)),
        s01(s00.grid(), staggered(s00.distribution(), axis(0, 1)), halo<2>(8)) {
    for (auto* field : {&s00, &s11, &s01, &v0, &v1}) field->fill(0.0);
  }

  /// Velocities from half a step before a time to half a step after it, then stresses.
  stages step() {
    const auto push0 = [](auto v, auto along, auto shear) {
      return v(0, 0) + dt * (along(0, 0) - along(-1, 0) + shear(0, 1) - shear(0, 0));
    };
    const auto push1 = [](auto v, auto along, auto shear) {
      return v(0, 0) + dt * (along(0, 0) - along(0, -1) + shear(1, 0) - shear(0, 0));
    };
    const auto stretch = [](auto a, auto b, auto c0, auto c1) {
      const auto d0 = c0(1, 0) - c0(0, 0), d1 = c1(0, 1) - c1(0, 0);
      return std::pair(a(0, 0) + dt * (lambda * (d0 + d1) + 2 * mu * d0),
                       b(0, 0) + dt * (lambda * (d0 + d1) + 2 * mu * d1));
    };
    const auto shear = [](auto s, auto c0, auto c1) {
      return s(0, 0) + dt * mu * (c0(0, 0) - c0(0, -1) + c1(0, 0) - c1(-1, 0));
    };
    return stages(stage(v0, std::tie(v0, s00, s01), push0),
                  stage(v1, std::tie(v1, s11, s01), push1),
                  stage(std::tie(s00, s11), std::tie(s00, s11, v0, v1), stretch),
                  stage(s01, std::tie(s01, v0, v1), shear));
  }
};

/// How far a standing wave, which is four plane waves along (+-2, +-1), is from where the speed of
/// its kind takes it. Velocities of P waves are along the wave, those of S waves across.
static double wave_error(communicator& world, index_t n, bool is_p) {
  solid of(world, n);
  const double k0 = 2 * pi / double(n), k1 = pi / double(n), length = std::hypot(k0, k1);
  const double a0 = (is_p ? k0 : k1) / length, a1 = (is_p ? k1 : -k0) / length;
  auto mode0 = of.v0, mode1 = of.v1;
  mode0.fill([=](double i, double j) { return a0 * std::sin(k0 * i) * std::cos(k1 * (j + 0.5)); });
  mode1.fill([=](double i, double j) { return a1 * std::cos(k0 * (i + 0.5)) * std::sin(k1 * j); });
  const double omega = length * std::sqrt(is_p ? lambda + 2 * mu : mu), steps = 4 * double(n);
  of.v0 = std::cos(omega * 0.5 * dt) * mode0;
  of.v1 = std::cos(omega * 0.5 * dt) * mode1;
  iterate(of.step(), 4 * n);
  const double now = std::cos(omega * (steps - 0.5) * dt);
  return max(abs(of.v0 - now * mode0)) + max(abs(of.v1 - now * mode1));
}

/// A downward blow: a fast P front, mostly above and below, and a slow S front beside it.
static void draw_blow(communicator& world, const std::string& picture) {
  constexpr index_t n = 400;
  solid of(world, n);
  const auto blow = [](auto here, auto v) {
    const double t = 0.2 * (dt * double(here.step()) - 20);
    return v(0, 0) + (1 - 2 * t * t) * std::exp(-t * t);
  };
  stages step = of.step();
  step.add(stage(of.v0, of.v0, blow).at({n / 2, n / 2}));
  iterate(step, 290);
  const auto v0 = of.v0(slice(0, n), all), v1 = of.v1(all, slice(0, n));
  imsave(picture, sqrt(v0 * v0 + v1 * v1), {.colors = colormap::inferno, .high = 0.035});
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    bool is_right = true;
    for (const bool is_p : {true, false}) {
      const double coarse = wave_error(world, 60, is_p), fine = wave_error(world, 120, is_p);
      const double order = std::log2(coarse / fine);
      if (world.rank() == 0)
        std::printf("%s waves: error of 60 cells %.6e, of 120 %.6e, order %.3f\n", is_p ? "P" : "S",
                    coarse, fine, order);
      is_right = is_right && fine < 1.2e-3 && abs(order - 2.0) < 0.06;
    }
    if (!picture.empty()) draw_blow(world, picture);
    return is_right ? 0 : 1;
  });
}
