#include "cases.hpp"

#include <tessera/core/math.hpp>
#include <tessera/distributed/arrays/create.hpp>
#include <tessera/distributed/integrators.hpp>
#include <tessera/distributed/reduce.hpp>
#include <tessera/distributed/stencils/stencil_fields.hpp>

#include <cmath>
#include <tuple>

using namespace tessera_test;

namespace {

using field = global_array<double, 1>;

/// du/dt = u cos t, whose solution is exp(sin t) times what it was.
const auto swinging = [](double t, const auto& u, auto& slopes) { slopes = std::cos(t) * u; };

template <class Method> double error_after(int steps) {
  const process_grid<1> grid(world());
  field u =
      fromfunction([](index_t i) { return 1.0 + static_cast<double>(i); }, grid, shape_t<1>{9});
  const field first = u;
  Method method;
  const double dt = 2.0 / steps;
  for (int k = 0; k < steps; ++k) method.step(u, k * dt, dt, swinging);
  return max(abs(u / first - std::exp(std::sin(2.0))));
}

template <class Method> void expect_order(double order, int steps) {
  const double found = std::log2(error_after<Method>(steps) / error_after<Method>(2 * steps));
  EXPECT_NEAR(found, order, 0.25);
}

TEST(integrators, have_their_order) {
  expect_order<euler<field>>(1, 200);
  expect_order<ssp_rk3<field>>(3, 40);
  expect_order<rk4<field>>(4, 20);
}

TEST(integrators, take_one_step_as_the_formula_says) {
  const process_grid<1> grid(world());
  field u = full(grid, shape_t<1>{5}, 1.0);
  const auto decay = [](double, const auto& state, auto& slopes) { slopes = -1.0 * state; };
  rk4<field> method;
  method.step(u, 0.0, 0.5, decay);
  EXPECT_NEAR(max(u), 1 - 0.5 + 0.125 - 0.125 / 6 + 0.0625 / 24, 1e-15);
  u = 1.0;
  ssp_rk3<field> third;
  third.step(u, 0.0, 0.5, decay);
  EXPECT_NEAR(max(u), 1 - 0.5 + 0.125 - 0.125 / 6, 1e-15);
}

TEST(integrators, step_several_fields_together) {
  const process_grid<1> grid(world());
  const process_grid<2> plane(world());
  // A rotation of two fields, and a third that lies elsewhere, of another type.
  field a = full(grid, shape_t<1>{7}, 1.0);
  field b = full(grid, shape_t<1>{7}, 0.0);
  global_array<float, 2> c = full(plane, shape_t<2>{3, 4}, 2.0F);
  const auto turn = [](double, auto& state, auto& slopes) {
    std::get<0>(slopes) = -1.0 * std::get<1>(state);
    std::get<1>(slopes) = 1.0 * std::get<0>(state);
    std::get<2>(slopes) = 1.0F * std::get<2>(state);
  };
  rk4<std::tuple<field, field, global_array<float, 2>>> method;
  const double dt = 0.01;
  for (int k = 0; k < 100; ++k) method.step(std::tie(a, b, c), k * dt, dt, turn);
  EXPECT_NEAR(min(a), std::cos(1.0), 1e-9);
  EXPECT_NEAR(max(b), std::sin(1.0), 1e-9);
  EXPECT_NEAR(max(c), 2.0F * std::exp(1.0F), 1e-4F);
}

TEST(integrators, leap_without_losing_energy) {
  const process_grid<1> grid(world());
  const auto springs = [](double, const auto& place, auto& a) { a = -1.0 * place; };
  const auto error = [&](int steps) {
    field q = full(grid, shape_t<1>{6}, 1.0);
    field v = full(grid, shape_t<1>{6}, 0.0);
    leapfrog<field> method;
    const double dt = 3.0 / steps;
    for (int k = 0; k < steps; ++k) method.step(q, v, k * dt, dt, springs);
    EXPECT_NEAR(max(q * q + v * v), 1.0, dt * dt);
    return std::abs(max(q) - std::cos(3.0));
  };
  EXPECT_NEAR(std::log2(error(100) / error(200)), 2.0, 0.1);
}

TEST(integrators, tell_the_boundary_the_time) {
  // u = t everywhere: the ends say so, and the slope is that of the ends.
  const process_grid<1> grid(world());
  field u(grid, shape_t<1>{8}, halo<1>(1));
  u.set_boundary([](index_t, double t) { return t; });
  u = 0.0;
  // The mean of the neighbours is t, wherever the stage is right.
  double worst = 0;
  const auto rhs = [&](double t, field& state, field& slopes) {
    field mean_of_both = slopes;
    apply(mean_of_both, state, [](auto c) { return 0.5 * (c(-1) + c(1)); });
    worst = std::max(worst, max(abs(mean_of_both - t)));
    slopes = 1.0;
  };
  rk4<field> method;
  for (int k = 0; k < 4; ++k) method.step(u, 0.25 * k, 0.25, rhs);
  EXPECT_NEAR(max(u), 1.0, 1e-14);
  EXPECT_LT(worst, 1e-15);
}

TEST(integrators, have_the_same_bits_on_any_number_of_ranks) {
  const auto run = [](const process_grid<1>& grid) {
    field u(grid, shape_t<1>{40}, halo<1>(1, true));
    u.fill([](index_t i) { return std::sin(static_cast<double>(i) * 0.3); });
    const auto advection = [](double, field& state, field& slopes) {
      apply(slopes, state, [](auto c) { return c(-1) - c(0); });
    };
    ssp_rk3<field> method;
    for (int k = 0; k < 20; ++k) method.step(u, 0.0, 0.4, advection);
    return checksum(u);
  };
  EXPECT_EQ(run(process_grid<1>(world())), run(process_grid<1>(world().split(world().rank()))));
}

} // namespace
