// maxwell: light in a box of metal, by Yee's staggered fields; a lens of glass gathers it.
#include "picture_file.hpp"

#include <tessera/distributed.hpp>
#include <tessera/io.hpp>

#include <cmath>
#include <cstdio>

using namespace tessera;

constexpr double pi = 3.14159265358979323846;
constexpr double dt = 0.7; // that light in vacuum takes through a cell: 1

/// The magnetic field H across the plane, in cells; the electric field and the permittivity along
/// both axes, between cells. Those on the walls stay zero, as metal wants it: no cells are beyond.
struct cavity {
  global_array<double, 2> h, e0, e1, glass0, glass1;

  explicit cavity(const process_grid<2>& grid, const shape_t<2>& shape)
      : h(grid, shape, halo<2>(8)), e0(grid, staggered(h.distribution(), axis(1)), halo<2>(8)),
        e1(grid, staggered(h.distribution(), axis(0)), halo<2>(8)), glass0(e0), glass1(e1) {
    for (auto* field : {&h, &e0, &e1}) field->fill(0.0);
    for (auto* glass : {&glass0, &glass1}) glass->fill(1.0);
  }

  /// From H at a time and E half a step before to both a step after.
  stages step(double electric_dt = dt) {
    const auto along0 = [=](auto e, auto eps, auto field) {
      return e(0, 0) - electric_dt / eps(0, 0) * (field(0, 0) - field(0, -1));
    };
    const auto along1 = [=](auto e, auto eps, auto field) {
      return e(0, 0) + electric_dt / eps(0, 0) * (field(0, 0) - field(-1, 0));
    };
    const auto curl = [](auto field, auto ea, auto eb) {
      return field(0, 0) + dt * (eb(1, 0) - eb(0, 0) - (ea(0, 1) - ea(0, 0)));
    };
    return stages(stage(e0, std::tie(e0, glass0, h), along0),
                  stage(e1, std::tie(e1, glass1, h), along1), stage(h, std::tie(h, e0, e1), curl));
  }

  /// What Yee's scheme keeps, after one more step: H at its two ends, E in its middle.
  double energy() {
    const auto before = h;
    apply(step());
    return sum(glass0 * e0 * e0) + sum(glass1 * e1 * e1) + sum(before * h);
  }
};

/// How far a mode of the box is, after 500 steps, from what the scheme's own dispersion relation
/// tells of it.
static double mode_error(communicator& world) {
  const shape_t<2> shape{90, 120};
  const process_grid<2> grid(world, {}, shape);
  cavity c(grid, shape);
  constexpr double k0 = pi / 90, k1 = 2 * pi / 120;
  const auto mode = fromfunction(
      [](double i, double j) { return std::cos(k0 * (i + 0.5)) * std::cos(k1 * (j + 0.5)); }, grid,
      shape);
  c.h = mode;
  apply(c.step(-0.5 * dt)); // E half a step before
  c.h = mode;
  iterate(c.step(), 500);
  const double omega_dt = 2 * std::asin(dt * std::hypot(std::sin(k0 / 2), std::sin(k1 / 2)));
  return max(abs(c.h - std::cos(500 * omega_dt) * mode));
}

int main(int argc, char** argv) {
  return run(argc, argv, [&](communicator& world) {
    const std::string picture = picture_file(argc, argv);
    const double error = mode_error(world);

    const shape_t<2> shape{200, 300};
    const process_grid<2> grid(world, {}, shape);
    cavity c(grid, shape);
    const auto lens = [](double i, double j) {
      return std::hypot(i - 100, j - 110) < 60 ? 2.0 : 1.0;
    };
    c.glass0.fill([=](double i, double j) { return lens(i + 0.5, j); });
    c.glass1.fill([=](double i, double j) { return lens(i, j + 0.5); });
    stages lit = c.step();
    const auto beam = [](auto here, auto h) {
      const double y = 0.01 * double(here(0) - 100);
      return h(0, 0) + std::exp(-4 * y * y) * std::sin(0.4 * dt * double(here.step()));
    };
    lit.add(stage(c.h, c.h, beam).within({0, 10}, {200, 11}));
    iterate(lit, 450);
    const double before = c.energy();
    if (!picture.empty())
      imsave(picture, c.h, {.colors = colormap::coolwarm, .low = -2, .high = 2, .scale = 2});
    iterate(c.step(), 200);
    const double loss = abs(c.energy() / before - 1);
    if (world.rank() == 0)
      std::printf("error of the mode %.6e, loss of energy %.6e\n", error, loss);
    return error < 1e-12 && loss < 1e-13 ? 0 : 1;
  });
}
